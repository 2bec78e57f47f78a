/** Following an order over gRPC, resuming where the stream breaks. */
import { setTimeout as sleep } from 'node:timers/promises';
import { getCACertificates } from 'node:tls';
import { credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { OrderServiceClient, type WatchOrderResponse } from '../proto/gen/order/v1/order.ts';
import { backoffDelay } from '../domain/backoff.ts';
import { CommandFailure, exitCode } from './failure.ts';
import { paint, type Printer } from './printer.ts';
import type { Session } from './session.ts';

const MOST_ATTEMPTS = 8;
const BACKOFF = { first: 250, longest: 4000 };
const NO_CONNECTION = /ECONNREFUSED|ENOTFOUND|No connection established/;

/** Prints each change of status until the order is settled. Asks again where the server goes away meanwhile. */
export async function watchOrder(
  { grpc: address, http, credentials: caller, print }: Pick<Session, 'grpc' | 'http' | 'credentials' | 'print'>,
  orderId: string,
): Promise<void> {
  // A server speaks TLS on both or on none.
  const isSecure = http.startsWith('https:');
  const client = new OrderServiceClient(
    address,
    isSecure ? credentials.createSsl(believed()) : credentials.createInsecure(),
  );
  const metadata = Metadata.fromHttp2Headers(caller);
  let seen: number | undefined;
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const stream = client.watchOrder({ order_id: orderId, after_version: seen }, metadata);
        for await (const change of stream as AsyncIterable<WatchOrderResponse>) {
          tell(print, change);
          seen = change.version;
          attempt = 1;
        }
        return;
      } catch (error) {
        const failure = toFailure(error as ServiceError, address);
        const isPassing = (error as ServiceError).code === status.UNAVAILABLE && seen !== undefined;
        if (!isPassing || attempt === MOST_ATTEMPTS) throw failure;
        await sleep(backoffDelay(BACKOFF, attempt, Math.random()));
      }
    }
  } finally {
    client.close();
  }
}

/** The authorities that Node believes; gRPC by itself leaves those of `NODE_EXTRA_CA_CERTS` out. */
function believed(): Buffer {
  return Buffer.from(getCACertificates('default').join('\n'));
}

function tell(print: Printer, change: WatchOrderResponse): void {
  if (print.json) {
    print.line(JSON.stringify(change));
    return;
  }
  const why = [change.failure_reason, change.status_details].filter((word) => word !== undefined).join(': ');
  print.line([change.occurred_at, paint(change.status), why].filter((word) => word !== '').join('  '));
}

function toFailure({ code, details, message }: ServiceError, address: string): CommandFailure {
  if (code !== status.UNAVAILABLE || !NO_CONNECTION.test(details))
    return new CommandFailure(exitCode.refused, details === '' ? message : details, { detail: details });
  const advice = 'Start one with npm start, or name it with --grpc.';
  return new CommandFailure(exitCode.unreachable, `No server answers at ${address}. ${advice}`);
}
