/** Whether the log fits the PostgreSQL that it is in: transaction ids count on for as long as a cluster lives, and no longer. */
import type { Database } from './client.ts';

/** A log that comes from another cluster, which had counted further; transaction ids are 64 bits in decimal. */
export interface LogAhead {
  /** What this cluster gives next. */
  readonly next: string;
  /** The furthest that an event or a cursor names. */
  readonly furthest: string;
}

/**
 * Compares the log and the cursors of its followers with the transaction ids of this cluster; undefined where they fit, as
 * they do unless rows were brought from elsewhere: what can be seen was written by a transaction that has begun.
 */
export async function findLogAhead(db: Database): Promise<LogAhead | undefined> {
  const [row] = await db<LogAhead[]>`
    with counter as materialized (select pg_snapshot_xmax(pg_current_snapshot()) as next),
    place as (
      select (select tx from order_events order by tx desc limit 1) as event, max(cursor_tx) as cursor from consumers)
    select counter.next::text, greatest(place.event, place.cursor)::text as furthest
    from counter, place where place.event >= counter.next or place.cursor > counter.next`;
  return row;
}

/** How many events were written since the log came here: they stand before older ones, where no follower looks any more. */
export async function countMisplacedEvents(db: Database): Promise<number> {
  const [row] = await db<{ events: number }[]>`
    with counter as materialized (select pg_snapshot_xmax(pg_current_snapshot()) as next)
    select count(*)::int as events from order_events, counter
    where tx < next and position > (select max(position) from order_events where tx >= (select next from counter))`;
  return row?.events ?? 0;
}

/**
 * Puts the events that {@link countMisplacedEvents} counts at the end of the log, where every follower finds them. A row of
 * the log is changed nowhere else: its trigger is lifted for this statement alone, which locks the table.
 */
export async function moveMisplacedEvents(db: Database): Promise<void> {
  await db.unsafe(`do $$
    begin
      alter table order_events disable trigger order_events_append_only;
      with counter as materialized (select pg_snapshot_xmax(pg_current_snapshot()) as next),
      furthest as materialized (select greatest(max(tx), (select max(cursor_tx) from consumers)) as tx from order_events)
      update order_events set tx = (select tx from furthest)
      where tx < (select next from counter)
        and position > (select max(position) from order_events where tx >= (select next from counter));
      alter table order_events enable trigger order_events_append_only;
    end $$`);
}

/** Spends a hundred thousand transaction ids, which takes about a second; nothing is written. */
export async function spendTransactionIds(db: Database): Promise<void> {
  await db.unsafe(`do $$
    begin
      for i in 1..100000 loop
        perform pg_current_xact_id();
        commit;
      end loop;
    end $$`);
}

/** The processes that follow the log or may write to it now, by name. */
export async function listConnectedProcesses(db: Database): Promise<string[]> {
  const rows = await db<{ name: string }[]>`
    select distinct substr(application_name, 11) as name from pg_stat_activity
    where datname = current_database() and application_name in ('steadfast-server', 'steadfast-relay', 'steadfast-worker')
    order by name`;
  return rows.map(({ name }) => name);
}
