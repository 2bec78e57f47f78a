/** Reading the log in an order that loses nothing, and keeping the cursors and leases of its followers. */
import type { EventType, OrderEvent } from '../domain/events.ts';
import type { Database } from './client.ts';

/** A place in the log: everything up to it has been seen. `tx` is a 64-bit transaction id in decimal. */
export interface Cursor {
  readonly tx: string;
  readonly position: number;
}

/** An event with its place in the log and the trace context it came with. */
export type LoggedEvent = OrderEvent & {
  readonly cursor: Cursor;
  readonly customerId: string;
  readonly traceparent: string | null;
};

/** A stretch of the log. */
export interface LogPage {
  readonly events: LoggedEvent[];
  /** Where the next page begins. */
  readonly next: Cursor;
  /** Whether more is there already. */
  readonly more: boolean;
  /** Whether events wait behind a transaction that is still open: they will be there in a moment. */
  readonly isHeldUp: boolean;
}

/** A row that {@link eventAsJson} makes. */
export interface EventRow {
  eventId: string;
  orderId: string;
  version: number;
  type: EventType;
  data: never;
  occurredAt: string;
  traceparent: string | null;
  customerId: string;
  tx: string;
  position: number;
}

/**
 * Reads the log after a cursor, in the order of transactions. Stops at the oldest transaction that is still open,
 * because one with a smaller id could commit behind our back; what is skipped by type is passed over for good.
 */
export async function readLog(
  db: Database,
  after: Cursor,
  options: { limit: number; types?: readonly EventType[] | undefined },
): Promise<LogPage> {
  const [page] = await db<{ horizon: string; isHeldUp: boolean; events: EventRow[] | null }[]>`
    with horizon as materialized (select pg_snapshot_xmin(pg_current_snapshot()) as tx)
    select horizon.tx::text as horizon,
      ${isHeldUp(db)} as "isHeldUp", (
      select jsonb_agg(${eventAsJson(db)} order by e.tx, e.position)
      from (
        select * from order_events
        where (tx, position) > (${after.tx}::xid8, ${after.position}::bigint) and tx < horizon.tx
          ${options.types ? db`and type = any(${[...options.types]}::text[])` : db``}
        order by tx, position limit ${options.limit}
      ) as e
    ) as events
    from horizon`;
  const events = toEvents(page?.events ?? []);
  const last = events.at(-1);
  const more = events.length === options.limit;
  const next = more && last ? last.cursor : { tx: page?.horizon ?? after.tx, position: 0 };
  return { events, next, more, isHeldUp: page?.isHeldUp ?? false };
}

/** The events that were written last, the newest first. */
export async function latestEvents(db: Database, limit: number): Promise<LoggedEvent[]> {
  const [row] = await db<{ events: EventRow[] | null }[]>`
    select jsonb_agg(${eventAsJson(db)} order by e.tx desc, e.position desc) as events
    from (select * from order_events order by tx desc, position desc limit ${limit}) as e`;
  return toEvents(row?.events ?? []);
}

/**
 * Whether an event stands behind the `horizon`, as SQL: one that was committed while an older transaction is open. Asked of
 * the last event, because asked of any (`exists`) PostgreSQL reads the whole log to find that there is none.
 */
export function isHeldUp(db: Database) {
  return db`coalesce((select tx from order_events order by tx desc, position desc limit 1) >= horizon.tx, false)`;
}

/** An event `e` of the log as JSON, to be set into a statement. */
export function eventAsJson(db: Database) {
  return db`jsonb_build_object('eventId', e.event_id, 'orderId', e.order_id, 'version', e.version, 'type', e.type,
    'data', e.data, 'occurredAt', e.occurred_at, 'traceparent', ${traceOfOrder(db)},
    'customerId', (select customer_id from orders where id = e.order_id), 'tx', e.tx::text, 'position', e.position)`;
}

/**
 * The trace context of what wrote the event, else that of the request that its order came with: it belongs to everything
 * that the request causes.
 */
function traceOfOrder(db: Database) {
  return db`coalesce(e.traceparent, (
    select traceparent from order_events where order_id = e.order_id and version = 1))`;
}

/** The events that the rows stand for. */
export function toEvents(rows: readonly EventRow[]): LoggedEvent[] {
  return rows.map(({ tx, position, occurredAt, ...event }) => ({
    ...event,
    occurredAt: new Date(occurredAt).toISOString(),
    cursor: { tx, position },
  }));
}

/** Negative where the first place comes before the second, 0 where they are the same. */
export function compareCursors(one: Cursor, other: Cursor): number {
  const byTx = BigInt(one.tx) - BigInt(other.tx);
  return byTx === 0n ? one.position - other.position : Number(byTx);
}

/** The end of the log now: what is open now and what comes later lies behind it. */
export async function endOfLog(db: Database): Promise<Cursor> {
  const [row] = await db<{ tx: string }[]>`select pg_snapshot_xmin(pg_current_snapshot())::text as tx`;
  return { tx: row?.tx ?? '0', position: 0 };
}

/** Takes or renews the lease of a consumer; answers its cursor while this holder leads, else undefined. */
export async function holdLease(
  db: Database,
  name: string,
  holder: string,
  leaseMs: number,
): Promise<Cursor | undefined> {
  const [row] = await db<Cursor[]>`
    insert into consumers as c (name, lease_holder, lease_until)
    values (${name}, ${holder}, now() + ${leaseMs} * interval '1 millisecond')
    on conflict (name) do update set lease_holder = excluded.lease_holder, lease_until = excluded.lease_until
      where c.lease_holder = excluded.lease_holder or c.lease_holder is null or c.lease_until < now()
    returning cursor_tx::text as tx, cursor_position as position`;
  return row;
}

/** A move of a consumer's cursor past a page of the log. */
export interface CursorMove {
  readonly name: string;
  readonly holder: string;
  readonly from: Cursor;
  readonly to: Cursor;
  /** Events that were dealt with on the way. */
  readonly processed: number;
}

/** Moves the cursor of a consumer, only while this holder leads; answers whether it still does. */
export async function moveCursor(db: Database, move: CursorMove): Promise<boolean> {
  const moved = await db`${cursorMove(db, move)}`;
  return moved.count === 1;
}

/**
 * The move as SQL that returns one row where this holder leads and the cursor stands at `from`, else none: a projection
 * sets it into the statement that applies the page (design rule 4). Measures events a second over windows of ten seconds.
 */
export function cursorMove(db: Database, { name, holder, from, to, processed }: CursorMove) {
  return db`
    update consumers set cursor_tx = ${to.tx}::xid8, cursor_position = ${to.position}::bigint,
      processed = processed + ${processed}::int, updated_at = now(),
      last_event_at = case when ${processed}::int > 0 then now() else last_event_at end,
      throughput = case when now() < window_since + interval '10 seconds' then throughput
        else (window_processed + ${processed}::int) / extract(epoch from now() - window_since) end,
      window_processed = case when now() < window_since + interval '10 seconds'
        then window_processed + ${processed}::int else 0 end,
      window_since = case when now() < window_since + interval '10 seconds' then window_since else now() end
    where name = ${name} and lease_holder = ${holder}
      and cursor_tx = ${from.tx}::xid8 and cursor_position = ${from.position}::bigint
    returning name, generation`;
}

/** Keeps which types of events a consumer wants, so that others can tell how far behind it is. */
export async function keepTypes(db: Database, name: string, types: readonly EventType[]): Promise<void> {
  await db`
    update consumers set types = ${[...types]}::text[]
    where name = ${name} and types is distinct from ${[...types]}::text[]`;
}

/** Counts an error of a consumer and keeps its words. */
export async function countConsumerError(db: Database, name: string, error: string): Promise<void> {
  await db`
    update consumers set errors = errors + 1, last_error = ${error}, last_error_at = now(), updated_at = now()
    where name = ${name}`;
}

/** Counts what a consumer that does not follow the log has dealt with, and the errors of it; measures as {@link cursorMove}. */
export async function countConsumed(
  db: Database,
  name: string,
  { processed, errors }: { processed: number; errors: readonly string[] },
): Promise<void> {
  await db`
    insert into consumers as c (name, processed, errors, last_error, last_error_at, last_event_at, window_processed)
    values (${name}, ${processed}::int, ${errors.length}::int, ${errors.at(-1) ?? null},
      case when ${errors.length}::int > 0 then now() end,
      case when ${processed}::int > 0 then now() end, ${processed}::int)
    on conflict (name) do update set processed = c.processed + excluded.processed, updated_at = now(),
      errors = c.errors + excluded.errors, last_error = coalesce(excluded.last_error, c.last_error),
      last_error_at = coalesce(excluded.last_error_at, c.last_error_at),
      last_event_at = coalesce(excluded.last_event_at, c.last_event_at),
      throughput = case when now() < c.window_since + interval '10 seconds' then c.throughput
        else (c.window_processed + excluded.processed) / extract(epoch from now() - c.window_since) end,
      window_processed = case when now() < c.window_since + interval '10 seconds'
        then c.window_processed + excluded.processed else 0 end,
      window_since = case when now() < c.window_since + interval '10 seconds' then c.window_since else now() end`;
}

/** Gives a lease back, so that another takes over at once. */
export async function releaseLease(db: Database, name: string, holder: string): Promise<void> {
  await db`update consumers set lease_holder = null, lease_until = null where name = ${name} and lease_holder = ${holder}`;
}
