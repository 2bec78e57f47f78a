/** The shop by gRPC. */
import { type CallOptions, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { type Order, OrderServiceClient } from '../../proto/gen/order/v1/order.ts';
import type { Wish } from './intent.ts';
import { type Answer, PATIENCE_MS, type Shop } from './shop.ts';

/** Worth another try with the same request. */
const TRANSIENT: ReadonlySet<status> = new Set([
  status.UNAVAILABLE,
  status.DEADLINE_EXCEEDED,
  status.RESOURCE_EXHAUSTED,
  status.CANCELLED,
  status.UNKNOWN,
  status.INTERNAL,
]);

type Method<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: CallOptions,
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

/** Goes to the shop at host:port. */
export function createGrpcShop(address: string): Shop {
  const client = new OrderServiceClient(address, credentials.createInsecure(), {
    'grpc.initial_reconnect_backoff_ms': 200,
    'grpc.max_reconnect_backoff_ms': 2_000,
    'grpc.keepalive_time_ms': 5_000,
    'grpc.keepalive_timeout_ms': 3_000,
  });
  const send = <Request>(
    method: Method<Request, { order?: Order | undefined }>,
    request: Request,
    metadata = new Metadata(),
  ): Promise<Answer> =>
    new Promise((resolve) => {
      method.call(client, request, metadata, { deadline: Date.now() + PATIENCE_MS }, (error, response) => {
        if (!error) resolve(answerOf(response.order));
        else if (TRANSIENT.has(error.code)) resolve({ kind: 'unknown', reason: status[error.code] });
        else resolve({ kind: 'refused', reason: `${status[error.code]} ${error.details}` });
      });
    });
  const reason = 'by gRPC';
  const wishes: Record<Wish, (order_id: string) => Promise<Answer>> = {
    cancel: (order_id) => send(client.cancelOrder.bind(client), { order_id, reason }),
    confirm: (order_id) => send(client.confirmOrder.bind(client), { order_id, reason }),
    approve: (order_id) => send(client.confirmOrder.bind(client), { order_id, reason }),
    deny: (order_id) => send(client.denyOrder.bind(client), { order_id, reason }),
    deliver: (order_id) => send(client.markAsDelivered.bind(client), { order_id }),
  };
  return {
    place: ({ customerId, lines, orderId, idempotencyKey }) => {
      const metadata = new Metadata();
      if (idempotencyKey !== undefined) metadata.set('idempotency-key', idempotencyKey);
      const request = { customer_id: customerId, items: [...lines], order_id: orderId };
      return send(
        client.createOrder.bind(client),
        { ...request, payment_method: undefined, total_amount: undefined },
        metadata,
      );
    },
    read: (order_id) => send(client.getOrder.bind(client), { order_id, live: false, progress: false }),
    ask: (orderId, wish) => wishes[wish](orderId),
    close: () => {
      client.close();
    },
  };
}

function answerOf(order: Order | undefined): Answer {
  if (!order) return { kind: 'refused', reason: 'an answer without an order' };
  const { id, customer_id: customerId, total_minor: totalMinor, version } = order;
  return { kind: 'done', order: { id, customerId, status: order.status, totalMinor, version } };
}
