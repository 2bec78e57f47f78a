/** Finding open orders that somebody should look at, and telling so in the log. */
import type { AlertLimits, AlertReason } from '../domain/alert.ts';
import type { EventData } from '../domain/events.ts';
import { eventId } from '../domain/ids.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { Database } from './client.ts';

/** An open order that somebody should look at now. */
export interface OpenAlert {
  readonly reason: AlertReason;
  readonly orderId: string;
  readonly customerId: string;
  readonly orderStatus: OrderStatus;
  /** The version of the order as it was read. */
  readonly version: number;
  /** Since when it is so, ISO 8601. */
  readonly since: string;
  readonly seconds: number;
  /** When the log told it, ISO 8601, or null. */
  readonly raisedAt: string | null;
}

/** Which alerts to read: those of longest standing first, after the last one of the page before. */
export interface AlertFilter {
  readonly reasons?: readonly AlertReason[] | undefined;
  readonly customerId?: string | undefined;
  readonly after?: { readonly since: string; readonly orderId: string; readonly reason: string } | undefined;
  readonly limit: number;
}

/** A page of what is wrong now. */
export function listAlerts(db: Database, limits: AlertLimits, filter: AlertFilter): Promise<OpenAlert[]> {
  const { reasons, customerId, after } = filter;
  return db<OpenAlert[]>`
    select ${alertColumns(db)}, e.occurred_at as "raisedAt"
    from (
      select * from ${openAlerts(db, limits)} as a where true
        ${reasons?.length ? db`and reason = any(${[...reasons]}::text[])` : db``}
        ${customerId === undefined ? db`` : db`and customer_id = ${customerId}`}
        ${after === undefined ? db`` : db`and (since, order_id, reason) > (${after.since}, ${after.orderId}, ${after.reason})`}
      order by since, order_id, reason limit ${filter.limit}
    ) as a left join lateral (select e.occurred_at from order_events e where ${tells(db)}) as e on true
    order by a.since, a.order_id, a.reason`;
}

/** How many alerts of each reason there are now; a reason without any is absent. */
export function countAlerts(
  db: Database,
  limits: AlertLimits,
  { customerId }: Pick<AlertFilter, 'customerId'>,
): Promise<{ reason: AlertReason; count: number }[]> {
  return db<{ reason: AlertReason; count: number }[]>`
    select reason, count(*) from ${openAlerts(db, limits)} as a where true
      ${customerId === undefined ? db`` : db`and customer_id = ${customerId}`}
    group by reason`;
}

/** What is wrong now and not told yet, those of longest standing first. */
export function findUntoldAlerts(
  db: Database,
  limits: AlertLimits,
  { limit }: Pick<AlertFilter, 'limit'>,
): Promise<OpenAlert[]> {
  return db<OpenAlert[]>`
    select ${alertColumns(db)}, null as "raisedAt"
    from ${openAlerts(db, limits)} as a
    where not exists (select from order_events e where ${tells(db)})
    order by since, order_id, reason limit ${limit}`;
}

/** An alert to tell, in words. */
export type AlertToRaise = Omit<OpenAlert, 'raisedAt' | 'since'> & { readonly details: string };

/**
 * Tells alerts in the log, all in one statement; answers how many were told. An alert that is told already is told no
 * second time. An order that has changed since it was read, or is being changed, is passed over: what was read of it may
 * be true no more, and who waits for no lock holds up nobody.
 */
export async function raiseAlerts(db: Database, alerts: readonly AlertToRaise[]): Promise<number> {
  const input = alerts.map(({ orderId, reason, orderStatus, version, seconds, details }) => ({
    order_id: orderId,
    version,
    event_id: eventId(orderId, `alert:${reason}`),
    data: { reason, order_status: orderStatus, seconds, details } satisfies EventData['AlertRaised'],
  }));
  const told = await db`
    with input as materialized (
      select * from jsonb_to_recordset(${db.json(input)}) as i(order_id text, version int, event_id uuid, data jsonb)
    ), target as materialized (
      select o.id, o.version, o.updated_at from orders o
      where exists (select from input i where i.order_id = o.id and i.version = o.version)
      order by o.id for no key update of o skip locked
    ), event as (
      insert into order_events (event_id, order_id, version, type, data, occurred_at)
      select i.event_id, t.id, t.version + row_number() over (partition by t.id order by i.data ->> 'reason'),
        'AlertRaised', i.data, greatest(now()::timestamptz(3), t.updated_at)
      from target t join input i on i.order_id = t.id and i.version = t.version
      on conflict (event_id) do nothing
      returning order_id, version, occurred_at
    ), changed as (
      update orders o set version = e.version, updated_at = e.occurred_at
      from (select order_id, max(version) as version, max(occurred_at) as occurred_at from event group by order_id) as e
      where o.id = e.order_id
    )
    select from event`;
  return told.count;
}

/** Everything that is wrong now beyond these limits, as SQL for a `from`; see the function in the migrations for its columns. */
export function openAlerts(db: Database, { stuckAfterMs, paymentStuckAfterMs, problematicChanges }: AlertLimits) {
  const span = (milliseconds: number) => db`${milliseconds}::float8 * interval '1 millisecond'`;
  return db`open_alerts(${span(stuckAfterMs)}, ${span(paymentStuckAfterMs)}, ${problematicChanges}::int)`;
}

function alertColumns(db: Database) {
  return db`a.reason, a.order_id as "orderId", a.customer_id as "customerId", a.order_status as "orderStatus",
    a.version, a.since, extract(epoch from now() - a.since)::bigint as seconds`;
}

/**
 * Whether an event of the log tells an alert, as the end of a subquery; in the words of the index `order_events_alerts`.
 * `offset 0`: looked up one by one, because the planner does not know of alerts that were told a moment ago.
 */
function tells(db: Database) {
  return db`e.type = 'AlertRaised' and e.order_id = a.order_id and e.data ->> 'reason' = a.reason offset 0`;
}
