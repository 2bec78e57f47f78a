/** The shape of every change of an order: guard, events and row in one statement (design rules 1 to 3). */
import type { PendingQuery, Row } from 'postgres';
import type { AlertReason } from '../domain/alert.ts';
import type { EventData, EventType } from '../domain/events.ts';
import type { FailureReason } from '../domain/failure-reason.ts';
import { eventId, type Step } from '../domain/ids.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { Approval } from '../domain/approval.ts';
import { orderNotFound } from '../domain/failures.ts';
import { traceparentOfSpan } from '../telemetry/spans.ts';
import type { Database } from './client.ts';
import { observeStatement } from './observed-statement.ts';

/** A piece of SQL to be set into a statement. */
export type Fragment = PendingQuery<Row[]>;

/** An event to append: its data as JSON or as SQL over the statement's parts; `when` as SQL decides whether. */
export type NewEvent = {
  [Type in EventType]: {
    readonly step: Step | `news:${string}` | `alert:${AlertReason}`;
    readonly type: Type;
    readonly data: EventData[Type] | Fragment;
    readonly when?: Fragment;
  };
}[EventType];

/** A change of one order. Within the fragments `target` is the locked row, `changed` the row afterwards. */
export interface Change {
  readonly orderId: string;
  /** Which rows may be changed; columns of `orders`. */
  readonly guard: Fragment;
  /** Parts that the events depend on. */
  readonly before?: Fragment;
  readonly events: readonly NewEvent[];
  /** Assignments beside version and time; `o` is the row, `e.occurred_at` the moment of the change. */
  readonly set?: Fragment;
  /** More sources for the assignments. */
  readonly from?: Fragment;
  /** Parts that follow from the change. */
  readonly after?: Fragment;
}

/** Where an order stands after a statement, whether that changed it or found it changed already. */
export interface ChangeResult {
  readonly changed: boolean;
  readonly status: OrderStatus;
  readonly approval: Approval;
  readonly failureReason: FailureReason | null;
  readonly version: number;
}

/**
 * Runs a change. A repeat, and a change that the guard refuses, changes nothing and answers how the order stands.
 * Throws `NOT_FOUND` where there is no such order.
 */
export function changeOrder(db: Database, change: Change): Promise<ChangeResult> {
  const { orderId, events } = change;
  const type = (events.find(({ when }) => !when) ?? events[0])?.type;
  return observeStatement(type, orderId, async (span) => {
    const result = await runChange(db, change);
    const { status, changed, failureReason } = result;
    span?.setAttributes({ 'order.status': status, 'order.changed': changed });
    if (failureReason !== null) span?.setAttribute('order.failure_reason', failureReason);
    return result;
  });
}

async function runChange(db: Database, change: Change): Promise<ChangeResult> {
  const events = change.events
    .map((event, place) => {
      const data = isFragment(event.data) ? event.data : db`${db.json(event.data)}::jsonb`;
      const row = db`select ${place}::int as place, ${eventId(change.orderId, event.step)}::uuid as event_id,
        ${event.type}::text as type, ${data} as data`;
      return event.when ? db`${row} where ${event.when}` : row;
    })
    .reduce((all, row) => db`${all} union all ${row}`);
  // Locks are `no key` ones: the foreign keys of orders being accepted must not wait for them, nor they for those, or the
  // two would lock products in opposite order.
  // Where the order was changed while this waited for its lock, the rows beside it are seen as they stood before that
  // change: then nothing is done, and the statement runs again, which sees them all.
  // `is true` keeps the guard's status out of the choice of an index: by that of the status, the order would be looked for
  // among all orders that are in it.
  const [row] = await db<(ChangeResult & { isStale: boolean })[]>`
    with locked as materialized (
      select * from orders where id = ${change.orderId} and (${change.guard}) is true for no key update
    ), target as materialized (
      select locked.* from locked join orders seen on seen.id = locked.id and seen.version = locked.version
    ), ${change.before ? db`${change.before},` : db``}
    event as (
      insert into order_events (event_id, order_id, version, type, data, traceparent, occurred_at)
      select n.event_id, t.id, t.version + row_number() over (order by n.place), n.type, n.data,
        ${traceparentOfSpan() ?? null}::text, greatest(now()::timestamptz(3), t.updated_at)
      from target t cross join lateral (${events}) as n
      on conflict (event_id) do nothing
      returning order_id, version, occurred_at
    ), changed as (
      update orders o set version = e.version, updated_at = e.occurred_at${change.set ? db`, ${change.set}` : db``}
      from (select order_id, max(version) as version, max(occurred_at) as occurred_at from event group by order_id) as e
        ${change.from ?? db``}
      where o.id = e.order_id
      returning o.*
    )${change.after ? db`, ${change.after}` : db``}
    select true as changed, status, approval, failure_reason as "failureReason", version, false as "isStale" from changed
    union all
    select false, status, approval, failure_reason, version, true from locked where not exists (select from target)`;
  if (!row) return readState(db, change.orderId);
  const { isStale, ...result } = row;
  return isStale ? runChange(db, change) : result;
}

async function readState(db: Database, orderId: string): Promise<ChangeResult> {
  const [row] = await db<ChangeResult[]>`
    select false as changed, status, approval, failure_reason as "failureReason", version
    from orders where id = ${orderId}`;
  if (!row) throw orderNotFound(orderId);
  return row;
}

function isFragment(data: object): data is Fragment {
  return 'strings' in data;
}
