/** Reading what the progress of an order is told from, beside the order itself. */
import type { OrderEvent } from '../domain/events.ts';
import type { FailedAttempts, ProgressFacts } from '../domain/progress.ts';
import type { Database } from './client.ts';

/** The events of an order that tell of its progress, up to a version, and how often its providers did not answer. */
export interface OrderCourse {
  readonly events: readonly OrderEvent[];
  readonly failedAttempts: FailedAttempts;
  readonly lastFailed: NonNullable<ProgressFacts['lastFailed']>;
  /** The clock that the events are timed by, ISO 8601. */
  readonly now: string;
}

type Row = OrderEvent & {
  readonly paymentAttempts: number | null;
  readonly paymentError: string | null;
  readonly paymentAt: string | null;
  readonly bookingAttempts: number | null;
  readonly bookingError: string | null;
  readonly bookingAt: string | null;
  readonly now: string;
};

/** The course of an order in one statement; undefined where there is no such order. */
export async function findCourse(
  db: Database,
  orderId: string,
  { version }: { version: number },
): Promise<OrderCourse | undefined> {
  const rows = await db<Row[]>`
    select e.event_id as "eventId", e.order_id as "orderId", e.version, e.type, e.data, e.occurred_at as "occurredAt",
      now() as now, p.failed_attempts as "paymentAttempts", p.last_error as "paymentError", p.updated_at as "paymentAt",
      s.failed_attempts as "bookingAttempts", s.last_error as "bookingError", s.updated_at as "bookingAt"
    from order_events e
    left join payments p on p.order_id = e.order_id
    left join shipments s on s.order_id = e.order_id
    where e.order_id = ${orderId} and e.version <= ${version} and e.type not in ('ShipmentMoved', 'AlertRaised')
    order by e.version`;
  const [first] = rows;
  if (!first) return undefined;
  const { now, paymentAttempts: payment, bookingAttempts: booking, paymentAt, bookingAt } = first;
  return {
    events: rows,
    failedAttempts: { payment: payment ?? 0, booking: booking ?? 0 },
    lastFailed: {
      payment: paymentAt === null ? undefined : { error: first.paymentError, at: paymentAt },
      booking: bookingAt === null ? undefined : { error: first.bookingError, at: bookingAt },
    },
    now,
  };
}
