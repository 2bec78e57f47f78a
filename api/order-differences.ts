/** The use case that compares an order at two versions or moments. */
import type { Database } from '../db/client.ts';
import { findEvents } from '../db/order-reads.ts';
import type { OrderEvent } from '../domain/events.ts';
import { Failure, orderNotFound } from '../domain/failures.ts';
import { foldOrder } from '../domain/fold.ts';
import { type HistoryEntry, tellHistory } from '../domain/history.ts';
import type { Order } from '../domain/order.ts';
import { checkOrderId, demand, violation } from './checks.ts';

/** A version or a moment (ISO 8601). */
export type Point = { readonly version: number } | { readonly time: string };

/** An order at two points, and the events that led from one to the other. */
export interface OrderComparison {
  /** Undefined before the first version. */
  readonly before: Order | undefined;
  readonly after: Order;
  readonly events: readonly HistoryEntry[];
}

export type CompareOrder = (orderId: string, points: { from?: Point; to?: Point }) => Promise<OrderComparison>;

/** Makes the use case: `to` is now where absent, `from` the version before `to`. Refusals are {@link Failure}s. */
export function createCompareOrder({ db }: { db: Database }): CompareOrder {
  return async (orderId, points) => {
    demand(checkOrderId(orderId));
    const events = await findEvents(db, orderId);
    const to = points.to ? versionAt(events, points.to, orderId) : events.length;
    const from = points.from ? versionAt(events, points.from, orderId) : to - 1;
    const after = foldOrder(events.slice(0, to));
    if (!after) throw orderNotFound(orderId);
    if (from > to)
      demand([violation('from', `version ${from}`, 'time', `must not be after to, which is version ${to}`)]);
    return { before: foldOrder(events.slice(0, from)), after, events: tellHistory(events).slice(from, to) };
  };
}

/** The version that an order had at a point. */
function versionAt(events: readonly OrderEvent[], point: Point, orderId: string): number {
  const [first] = events;
  if (!first) throw orderNotFound(orderId);
  if ('version' in point) {
    if (point.version <= events.length) return point.version;
    throw new Failure(
      'NOT_FOUND',
      `Order ${orderId} has no version ${point.version}; it has the versions 1 to ${events.length}.`,
    );
  }
  if (first.occurredAt <= point.time) return events.filter(({ occurredAt }) => occurredAt <= point.time).length;
  throw new Failure(
    'NOT_FOUND',
    `Order ${orderId} was not there at ${point.time}; its versions 1 to ${events.length} begin at ${first.occurredAt}.`,
  );
}
