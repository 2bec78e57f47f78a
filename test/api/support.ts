/** A server of a test file's own, in this process, reached over real HTTP and gRPC. */
import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { pino } from 'pino';
import { afterAll, inject } from 'vitest';
import type { Problem } from '../../api/errors.ts';
import { type ServerOptions, startServer } from '../../api/server.ts';
import { OrderServiceClient, OrderServiceService } from '../../proto/gen/order/v1/order.ts';

/** A port where nobody listens. */
export const NOBODY = '127.0.0.1:9';

/** What a request was answered. */
export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
  readonly text: string;
}

/** A body of a request: an object is sent as JSON, a text or bytes as they are. */
export interface Request {
  readonly body?: object | string | Uint8Array | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export type TestApi = Awaited<ReturnType<typeof startApi>>;

/** Starts a server; without a `taskQueue` that is worked on, commands find no worker. */
export async function startApi(options: Pick<ServerOptions, 'databaseUrl'> & Partial<ServerOptions>) {
  const server = await startServer({
    databasePoolSize: 4,
    temporalAddress: inject('temporalAddress'),
    temporalNamespace: 'default',
    taskQueue: 'nobody-works-on-this',
    settings: {
      paymentDelayMs: 600_000,
      preparationDelayMs: 600_000,
      deliveryDelayMs: 600_000,
      approvalLimit: 10_000,
      approvalTimeoutMs: 600_000,
    },
    alertLimits: { stuckAfterMs: 300_000, paymentStuckAfterMs: 120_000, problematicChanges: 10 },
    commandTimeoutMs: 2000,
    paymentRates: { successRate: 1, throwRate: 0 },
    attempts: { payment: 6, carrier: 10 },
    shutdownGraceMs: 4000,
    http: { host: '127.0.0.1', port: 0 },
    grpc: { host: '127.0.0.1', port: 0 },
    webhooks: { allowPrivate: true, timeoutMs: 2000 },
    reflection: true,
    logger: pino({ level: 'silent' }),
    ...options,
  });
  const client = new OrderServiceClient(server.grpc, credentials.createInsecure());
  let closing: Promise<void> | undefined;
  const close = (hurry?: AbortSignal) => {
    closing ??= server.close(hurry).finally(() => client.close());
    return closing;
  };
  afterAll(() => close());

  const request = async <Body = Problem>(
    method: string,
    path: string,
    { body, headers = {} }: Request = {},
  ): Promise<Answer<Body>> => {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(`${server.http}${path}`, {
      method,
      headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: isRaw ? (body as string) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = text.startsWith('{') ? (JSON.parse(text) as Body) : (undefined as Body);
    return { status: response.status, headers: response.headers, body: parsed, text };
  };
  return { ...server, close, client, request };
}

type Service = typeof OrderServiceService;
type Method = Exclude<keyof Service, 'watchOrder'>;
type RequestOf<Name extends Method> = Parameters<Service[Name]['requestSerialize']>[0];
type ResponseOf<Name extends Method> = ReturnType<Service[Name]['responseDeserialize']>;

/** Calls a method with one answer; the `deadline` in milliseconds since the epoch. Rejects with the ServiceError. */
export function call<Name extends Method>(
  client: OrderServiceClient,
  method: Name,
  request: RequestOf<Name>,
  { metadata = new Metadata(), ...options }: { metadata?: Metadata; deadline?: number } = {},
): Promise<ResponseOf<Name>> {
  const { path, requestSerialize, responseDeserialize } = OrderServiceService[method];
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      path,
      requestSerialize as (request: RequestOf<Name>) => Buffer,
      responseDeserialize as (bytes: Buffer) => ResponseOf<Name>,
      request,
      metadata,
      options,
      (error, answer) => {
        if (answer) resolve(answer);
        else reject(error ?? new Error('neither an answer nor an error'));
      },
    );
  });
}

/** The error that a gRPC call ends with; fails where it succeeds. */
export async function refusal(answer: Promise<unknown>): Promise<ServiceError> {
  const outcome = await answer.then(
    () => undefined,
    (error: unknown) => error as ServiceError,
  );
  if (!outcome) throw new Error('the call was not refused');
  return outcome;
}
