/** Following one order: its status now, then each change, until it is settled. */
import type { Database } from '../db/client.ts';
import { findEvents } from '../db/order-reads.ts';
import type { OrderEvent } from '../domain/events.ts';
import { Failure, orderNotFound } from '../domain/failures.ts';
import type { FailureReason } from '../domain/failure-reason.ts';
import { applyEvent } from '../domain/fold.ts';
import type { Order } from '../domain/order.ts';
import { isSettled, type OrderStatus } from '../domain/order-status.ts';
import type { LiveLog } from './live-log.ts';

/** A status of an order and the one before; `previousStatus` is null in what a watch begins with. */
export interface StatusChange {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly previousStatus: OrderStatus | null;
  readonly version: number;
  readonly failureReason: FailureReason | null;
  readonly statusDetails: string | null;
  /** ISO 8601 in UTC. */
  readonly occurredAt: string;
}

/** How to watch. `afterVersion`: only changes after that version, to resume; without it the current status comes first. */
export interface WatchOptions {
  readonly afterVersion?: number | undefined;
  readonly signal: AbortSignal;
}

export type WatchOrder = (orderId: string, options: WatchOptions) => AsyncGenerator<StatusChange, void>;

/** Most events that wait for a slow reader; beyond them the watch ends with `UNAVAILABLE`, to be resumed. */
const BACKLOG = 1000;

/** Makes the use case. The stream ends after a settled status; an unknown order is a `NOT_FOUND`. */
export function createWatchOrder({ db, liveLog }: { db: Database; liveLog: LiveLog }): WatchOrder {
  return async function* watchOrder(orderId, { afterVersion, signal }) {
    const arrived: OrderEvent[] = [];
    let wake: () => void = () => undefined;
    const subscription = await liveLog.subscribe({ orderId }, (event) => {
      // One more than may wait says that some were left out.
      if (arrived.length <= BACKLOG) arrived.push(event);
      wake();
    });
    const onAbort = () => {
      wake();
    };
    signal.addEventListener('abort', onAbort);
    try {
      const past = await findEvents(db, orderId);
      if (past.length === 0) throw orderNotFound(orderId);
      let order: Order | undefined;
      for (const event of past) {
        const before: Order | undefined = order;
        order = applyEvent(order, event);
        const isMissed = afterVersion !== undefined && event.version > afterVersion;
        if (isMissed && before?.status !== order.status) yield toChange(before, order);
      }
      if (order && afterVersion === undefined) yield toChange(undefined, order);
      while (order && !isSettled(order.status) && !signal.aborted) {
        if (arrived.length > BACKLOG)
          throw new Failure('UNAVAILABLE', 'The stream was read too slowly; resume it.', { retryAfterSeconds: 1 });
        const event = arrived.shift();
        if (!event) {
          await new Promise<void>((resolve) => {
            wake = resolve;
            if (arrived.length > 0 || signal.aborted) resolve();
          });
          continue;
        }
        if (event.version <= order.version) continue;
        const before: Order = order;
        order = applyEvent(order, event);
        if (before.status !== order.status && order.version > (afterVersion ?? 0)) yield toChange(before, order);
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      subscription.leave();
    }
  };
}

function toChange(before: Order | undefined, order: Order): StatusChange {
  return {
    orderId: order.id,
    status: order.status,
    previousStatus: before?.status ?? null,
    version: order.version,
    failureReason: order.failureReason,
    statusDetails: order.statusDetails,
    occurredAt: order.statusSince,
  };
}
