import { type ClientOptions, credentials, InterceptingCall } from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';
import { type GetOrderResponse, OrderServiceClient, type WatchOrderResponse } from '../../proto/gen/order/v1/order.ts';

/** Sends the key of the environment, where there is one: `npm run rehearse` runs with authentication. */
const signed: ClientOptions = {
  interceptors: [
    (options, next) =>
      new InterceptingCall(next(options), {
        start: (metadata, listener, start) => {
          const { STEADFAST_API_KEY: key } = process.env;
          if (key !== undefined) metadata.set('x-api-key', key);
          start(metadata, listener);
        },
      }),
  ],
};

/** A gRPC client that is closed when the test is done. */
export function connect(address: string): OrderServiceClient {
  const client = new OrderServiceClient(address, credentials.createInsecure(), signed);
  onTestFinished(() => {
    client.close();
  });
  return client;
}

/** Calls a unary method with a plain object; answers or throws what the server says. */
export function call<Request, Response>(
  method: (request: Request, callback: (error: Error | null, response: Response) => void) => unknown,
  client: OrderServiceClient,
  request: Request,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    method.call(client, request, (error: Error | null, response: Response) => {
      if (error) reject(error);
      else resolve(response);
    });
  });
}

/** Watches an order until its stream ends; answers every message with the milliseconds since the first one. */
export async function watch(
  client: OrderServiceClient,
  orderId: string,
): Promise<{ message: WatchOrderResponse; afterMs: number }[]> {
  const messages: { message: WatchOrderResponse; afterMs: number }[] = [];
  let first: number | undefined;
  for await (const message of client.watchOrder({ order_id: orderId, after_version: undefined })) {
    first ??= Date.now();
    messages.push({ message: message as WatchOrderResponse, afterMs: Date.now() - first });
  }
  return messages;
}

/** Reads an order. */
export function getOrder(client: OrderServiceClient, orderId: string): Promise<GetOrderResponse> {
  return call(client.getOrder.bind(client), client, { order_id: orderId, live: false, progress: false });
}
