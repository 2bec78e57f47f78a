/**
 * The statements of a rebuild: it follows the log from its beginning into a generation of its own, beside the one that
 * is read and kept up to date, and takes that one's place when it has come to the end.
 */
import type { Database } from './client.ts';
import type { Cursor } from './log.ts';
import { PROJECTIONS, STATISTICS_EVENTS, STATISTICS_TABLES } from './projections.ts';

/** The name of the rebuild among the consumers of the log, for as long as it runs. */
export const REBUILD = 'projections-rebuild';

/** Begins a rebuild at the beginning of the log; answers its generation, undefined where another one is under way. */
export async function beginRebuild(db: Database, holder: string, leaseMs: number): Promise<number | undefined> {
  const [row] = await db<{ generation: number }[]>`
    insert into consumers as c (name, lease_holder, lease_until, types, generation)
    values (${REBUILD}, ${holder}, now() + ${leaseMs} * interval '1 millisecond', ${[...STATISTICS_EVENTS]}::text[],
      nextval('projection_generations'))
    on conflict (name) do update set lease_holder = excluded.lease_holder, lease_until = excluded.lease_until,
      cursor_tx = '0', cursor_position = 0, processed = 0, generation = excluded.generation
      where c.lease_until < now()
    returning generation`;
  return row?.generation;
}

/** Renews the lease of a rebuild; answers how far it is, undefined where this holder rebuilds no more. */
export async function renewRebuild(db: Database, holder: string, leaseMs: number): Promise<Cursor | undefined> {
  const [row] = await db<Cursor[]>`
    update consumers set lease_until = now() + ${leaseMs} * interval '1 millisecond'
    where name = ${REBUILD} and lease_holder = ${holder}
    returning cursor_tx::text as tx, cursor_position as position`;
  return row;
}

/** The next stretch of the log for a rebuild. */
export interface Stretch {
  readonly to: Cursor;
  /** How many of its events change statistics. */
  readonly events: number;
  /** Whether it reaches to the end. */
  readonly isLast: boolean;
}

/** Finds where the next stretch of at most `most` events ends: before the oldest transaction that is still open. */
export async function findStretch(db: Database, after: Cursor, most: number): Promise<Stretch> {
  const [row] = await db<{ horizon: string; tx: string | null; position: number; read: number; events: number }[]>`
    with horizon as materialized (select pg_snapshot_xmin(pg_current_snapshot()) as tx), event as materialized (
      select tx, position, type from order_events
      where (tx, position) > (${after.tx}::xid8, ${after.position}::bigint) and tx < (select tx from horizon)
      order by tx, position limit ${most}
    )
    select (select tx::text from horizon) as horizon, last.tx::text as tx, last.position, total.read, total.events
    from (
      select count(*) as read, count(*) filter (where type = any(${[...STATISTICS_EVENTS]}::text[])) as events from event
    ) as total left join (select tx, position from event order by tx desc, position desc limit 1) as last on true`;
  if (!row) throw new Error('a query without a condition answered no row');
  const { horizon, tx, position, read, events } = row;
  if (read < most || tx === null) return { to: { tx: horizon, position: 0 }, events, isLast: true };
  return { to: { tx, position }, events, isLast: false };
}

/**
 * Lets the rebuilt generation take the place of the one that was read, and the follower go on where the rebuild ends:
 * its own move, if one is under way, then fails. Answers how many events and orders the generation holds, undefined
 * where this holder rebuilds no more.
 */
export async function finishRebuild(
  db: Database,
  holder: string,
  generation: number,
): Promise<{ events: number; orders: number } | undefined> {
  const [row] = await db<{ events: number; orders: number }[]>`
    with built as (
      delete from consumers where name = ${REBUILD} and lease_holder = ${holder} and generation = ${generation}
      returning cursor_tx, cursor_position, generation, processed
    ), switched as (
      insert into consumers (name, cursor_tx, cursor_position, types, generation)
      select ${PROJECTIONS}, cursor_tx, cursor_position, ${[...STATISTICS_EVENTS]}::text[], generation from built
      on conflict (name) do update set cursor_tx = excluded.cursor_tx, cursor_position = excluded.cursor_position,
        generation = excluded.generation, updated_at = now()
    )
    select processed as events, (
      select coalesce(sum(orders), 0)::bigint from status_stats where generation = ${generation}
    ) as orders from built`;
  return row;
}

/** Gives up a rebuild; what it has built so far is removed with the old generations of the next one. */
export async function abandonRebuild(db: Database, holder: string): Promise<void> {
  await db`delete from consumers where name = ${REBUILD} and lease_holder = ${holder}`;
}

/** Removes the generations before the one that is read, a few rows at a time, so that nobody waits for it. */
export async function removeOldGenerations(db: Database): Promise<void> {
  for (const table of STATISTICS_TABLES) {
    let removed: number;
    do {
      const rows = await db`
        delete from ${db(table)} where ctid = any(array(
          select ctid from ${db(table)}
          where generation < (select generation from consumers where name = ${PROJECTIONS}) limit ${REMOVED_AT_ONCE}))`;
      removed = rows.count;
    } while (removed === REMOVED_AT_ONCE);
  }
}

const REMOVED_AT_ONCE = 10_000;
