/** What people do to dead letters: each change is one guarded statement that writes its audit entry too. */
import { auditOf } from './audit.ts';
import type { Database } from './client.ts';
import { type DeadLetter, deadLetterColumns, storable, unresolved } from './dead-letters.ts';

/** A claim on a dead letter: nobody else passes it on until it is given back or `forMs` milliseconds have passed. */
export interface Claim {
  readonly eventId: string;
  /** Tells claims apart. */
  readonly claim: string;
}

/**
 * Claims a dead letter to replay it. Undefined where that is not possible now: it is resolved, somebody else has it, or an
 * earlier event of its order has to be published before it.
 */
export async function claimDeadLetter(
  db: Database,
  { eventId, claim, forMs }: Claim & { forMs: number },
): Promise<DeadLetter | undefined> {
  const [letter] = await db<DeadLetter[]>`
    update dead_letters l set claimed_until = now() + ${forMs} * interval '1 millisecond', claimed_by = ${claim}
    where l.event_id = ${eventId} and ${unresolved(db, db`l`)} and (l.claimed_until is null or l.claimed_until < now())
      and not exists (${earlier(db)})
    returning ${deadLetterColumns(db)}`;
  return letter;
}

/** The first unresolved event of the same order that comes before this dead letter; undefined where there is none. */
export async function findEarlier(db: Database, eventId: string): Promise<string | undefined> {
  const [row] = await db<{ eventId: string }[]>`
    select e.event_id as "eventId" from dead_letters l cross join lateral (${earlier(db)}) as e
    where l.event_id = ${eventId} order by e.order_version limit 1`;
  return row?.eventId;
}

/** The claimed dead letter has been passed on. Undefined where the claim was lost. */
export async function markReplayed(
  db: Database,
  { eventId, claim, actor, resolution }: Claim & { actor: string; resolution: string },
): Promise<DeadLetter | undefined> {
  const [letter] = await db<DeadLetter[]>`
    with l as (
      update dead_letters set status = 'REPLAYED', attempts = attempts + 1, resolved_at = now(), resolved_by = ${actor},
        resolution = ${storable(resolution)}, claimed_until = null, claimed_by = null
      where event_id = ${eventId} and claimed_by = ${claim} and ${unresolved(db)}
      returning *
    ), audit as (
      ${auditOf(db, db`l`, { actor, action: 'dead-letter.replay', result: 'REPLAYED', detail: db`jsonb_build_object('resolution', resolution)` })}
    )
    select ${deadLetterColumns(db)} from l`;
  return letter;
}

/** The claimed dead letter could not be passed on: it waits for itself from now on, and those behind it for it. */
export async function markFailed(
  db: Database,
  { eventId, claim, actor, error }: Claim & { actor: string; error: string },
): Promise<DeadLetter | undefined> {
  const [letter] = await db<DeadLetter[]>`
    with l as (
      update dead_letters set status = 'FAILED', attempts = attempts + 1, error = ${storable(error)},
        last_failed_at = now(), waits_behind = null, claimed_until = null, claimed_by = null
      where event_id = ${eventId} and claimed_by = ${claim} and ${unresolved(db)}
      returning *
    ), behind as (
      update dead_letters d set waits_behind = l.event_id
      from l
      where d.order_id = l.order_id and d.order_version > l.order_version and d.source = 'PUBLISHER'
        and l.source = 'PUBLISHER' and d.status = 'PENDING' and d.waits_behind is not null
    ), audit as (
      ${auditOf(db, db`l`, { actor, action: 'dead-letter.replay', result: 'FAILED', detail: db`jsonb_build_object('error', error)` })}
    )
    select ${deadLetterColumns(db)} from l`;
  return letter;
}

/** Gives a claim back: the dead letter stays as it was, because what would take it is away. */
export async function giveBack(
  db: Database,
  { eventId, claim, actor, error }: Claim & { actor: string; error: string },
): Promise<void> {
  await db`
    with l as (
      update dead_letters set claimed_until = null, claimed_by = null
      where event_id = ${eventId} and claimed_by = ${claim}
      returning event_id
    )
    ${auditOf(db, db`l`, { actor, action: 'dead-letter.replay', result: 'UNAVAILABLE', detail: db`jsonb_build_object('error', ${storable(error)}::text)` })}`;
}

/** Takes a dead letter from `FAILED` back to `PENDING`. Undefined where it has not failed or somebody is replaying it. */
export async function resetDeadLetter(
  db: Database,
  { eventId, actor }: { eventId: string; actor: string },
): Promise<DeadLetter | undefined> {
  const [letter] = await db<DeadLetter[]>`
    with l as (
      update dead_letters set status = 'PENDING'
      where event_id = ${eventId} and status = 'FAILED' and (claimed_until is null or claimed_until < now())
      returning *
    ), audit as (
      ${auditOf(db, db`l`, { actor, action: 'dead-letter.reset', result: 'PENDING' })}
    )
    select ${deadLetterColumns(db)} from l`;
  return letter;
}

/** Gives a dead letter up. Undefined where it is resolved or somebody is replaying it. */
export async function skipDeadLetter(
  db: Database,
  { eventId, actor, reason }: { eventId: string; actor: string; reason: string },
): Promise<DeadLetter | undefined> {
  const [letter] = await db<DeadLetter[]>`
    with l as (
      update dead_letters set status = 'SKIPPED', resolved_at = now(), resolved_by = ${actor}, resolution = ${reason},
        claimed_until = null, claimed_by = null
      where event_id = ${eventId} and ${unresolved(db)} and (claimed_until is null or claimed_until < now())
      returning *
    ), audit as (
      ${auditOf(db, db`l`, { actor, action: 'dead-letter.skip', result: 'SKIPPED', detail: db`jsonb_build_object('reason', resolution)` })}
    )
    select ${deadLetterColumns(db)} from l`;
  return letter;
}

/** Moves dead letters that were resolved longer than `olderThanMs` ago into the archive; answers how many. */
export async function archiveDeadLetters(
  db: Database,
  { olderThanMs, limit }: { olderThanMs: number; limit: number },
): Promise<number> {
  const columns = db`event_id, source, status, topic, partition, record_offset, record_key, headers, payload, event_type,
    order_id, order_version, waits_behind, error, attempts, first_failed_at, last_failed_at, claimed_until, claimed_by,
    resolved_at, resolved_by, resolution`;
  const archived = await db`
    with old as materialized (
      select event_id from dead_letters
      where resolved_at < now() - ${olderThanMs} * interval '1 millisecond'
      order by resolved_at limit ${limit}
    ), moved as (
      delete from dead_letters d using old where d.event_id = old.event_id and d.resolved_at is not null
      returning d.*
    )
    insert into dead_letter_archive (${columns}) select ${columns} from moved on conflict do nothing`;
  return archived.count;
}

/** Unresolved events of the order of `l` that come before it, as SQL. */
function earlier(db: Database) {
  return db`
    select e.event_id, e.order_version from dead_letters e
    where l.source = 'PUBLISHER' and e.source = 'PUBLISHER' and e.order_id = l.order_id
      and e.order_version < l.order_version and ${unresolved(db, db`e`)}`;
}
