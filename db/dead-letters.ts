/** The statements with which the publisher and the inbound consumer put dead letters aside, and the publisher takes up again what waited. */
import type { DeadLetterSource, DeadLetterStatus } from '../domain/dead-letter.ts';
import type { Database } from './client.ts';

/** An event that could not be published, or a record that could not be taken in. */
export interface NewDeadLetter {
  readonly eventId: string;
  readonly source: DeadLetterSource;
  readonly topic: string;
  readonly partition?: number | undefined;
  readonly recordOffset?: number | undefined;
  readonly recordKey?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly payload: Buffer;
  readonly eventType?: string | undefined;
  readonly orderId?: string | undefined;
  readonly orderVersion?: number | undefined;
  /** The dead letter of the same order that it waits behind; absent where it failed itself. */
  readonly waitsBehind?: string | undefined;
  readonly error: string;
  readonly attempts: number;
}

/** A dead letter as it stands; moments in ISO 8601. */
export interface DeadLetter {
  readonly eventId: string;
  readonly source: DeadLetterSource;
  readonly status: DeadLetterStatus;
  readonly topic: string;
  readonly partition: number | null;
  readonly recordOffset: number | null;
  readonly recordKey: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Buffer;
  readonly eventType: string | null;
  readonly orderId: string | null;
  readonly orderVersion: number | null;
  readonly waitsBehind: string | null;
  readonly error: string;
  readonly attempts: number;
  readonly firstFailedAt: string;
  readonly lastFailedAt: string;
  readonly resolvedAt: string | null;
  readonly resolvedBy: string | null;
  readonly resolution: string | null;
}

/** Who the publisher is in claims and in the audit. */
export const PUBLISHER = 'publisher';

const MOST_ERROR = 2000;
const CLAIM_SECONDS = 30;

/** Puts dead letters aside. One that is known already, also in the archive, stays as it is. */
export async function parkDeadLetters(db: Database, letters: readonly NewDeadLetter[]): Promise<void> {
  if (letters.length === 0) return;
  const rows = letters.map((letter) => ({
    event_id: letter.eventId,
    source: letter.source,
    topic: letter.topic,
    partition: letter.partition ?? null,
    record_offset: letter.recordOffset ?? null,
    record_key: storable(letter.recordKey),
    headers: Object.fromEntries(
      Object.entries(letter.headers ?? {}).map(([name, value]) => [storable(name), storable(value)]),
    ),
    payload: letter.payload.toString('base64'),
    event_type: storable(letter.eventType),
    order_id: storable(letter.orderId),
    order_version: letter.orderVersion ?? null,
    waits_behind: letter.waitsBehind ?? null,
    error: storable(letter.error.slice(0, MOST_ERROR)),
    attempts: letter.attempts,
  }));
  await db`
    insert into dead_letters (event_id, source, topic, partition, record_offset, record_key, headers, payload, event_type,
      order_id, order_version, waits_behind, error, attempts)
    select l.event_id, l.source, l.topic, l.partition, l.record_offset, l.record_key, l.headers,
      decode(l.payload, 'base64'), l.event_type, l.order_id, l.order_version, l.waits_behind, l.error, l.attempts
    from jsonb_to_recordset(${db.json(rows)}) as l(event_id uuid, source text, topic text, partition int,
      record_offset bigint, record_key text, headers jsonb, payload text, event_type text, order_id text,
      order_version int, waits_behind uuid, error text, attempts int)
    where not exists (select from dead_letter_archive a where a.event_id = l.event_id)
    order by l.event_id
    on conflict do nothing`;
}

/** The first event of an order that could not be published and that nobody has dealt with. */
export interface Head {
  readonly eventId: string;
  /** The version of the order that it made. */
  readonly version: number;
}

/** Of each of these orders that has any, its first unresolved event that could not be published, by order id. */
export async function findUnresolvedHeads(db: Database, orderIds: readonly string[]): Promise<Map<string, Head>> {
  const rows = await db<(Head & { orderId: string })[]>`
    select distinct on (order_id) order_id as "orderId", event_id as "eventId", order_version as version
    from dead_letters
    where order_id = any(${[...orderIds]}::text[]) and source = 'PUBLISHER' and ${unresolved(db)}
    order by order_id, order_version`;
  return new Map(rows.map(({ orderId, ...head }) => [orderId, head]));
}

/**
 * Claims for the publisher what waited behind dead letters that are resolved now, by order and version: of each order
 * everything up to the next one that has failed itself or that somebody else is replaying.
 */
export function findReleasable(db: Database, limit: number): Promise<DeadLetter[]> {
  return db<DeadLetter[]>`
    with releasable as materialized (
      select l.event_id from dead_letters l
      where l.status = 'PENDING' and l.waits_behind is not null and l.source = 'PUBLISHER' and ${isFree(db)}
        and not exists (
          select from dead_letters e where e.order_id = l.order_id and e.order_version < l.order_version
            and e.source = 'PUBLISHER' and ${unresolved(db, db`e`)} and (e.waits_behind is null or not (${isFree(db, db`e`)})))
      order by l.order_id, l.order_version limit ${limit}
    ), claimed as (
      update dead_letters l set claimed_until = now() + ${CLAIM_SECONDS} * interval '1 second', claimed_by = ${PUBLISHER}
      from releasable r
      where l.event_id = r.event_id and l.status = 'PENDING' and l.waits_behind is not null and ${isFree(db)}
      returning l.*
    )
    select ${deadLetterColumns(db)} from claimed l
    -- What somebody else claimed at the same moment keeps those after it waiting.
    where not exists (
      select from dead_letters e where e.order_id = l.order_id and e.order_version < l.order_version
        and e.source = 'PUBLISHER' and ${unresolved(db, db`e`)} and e.event_id not in (select event_id from claimed))
    order by l.order_id, l.order_version`;
}

/** The publisher has published these: those that it still has are `REPLAYED`. */
export async function markReleased(db: Database, eventIds: readonly string[]): Promise<void> {
  await db`
    with released as (
      update dead_letters set status = 'REPLAYED', resolved_at = now(), resolved_by = ${PUBLISHER},
        resolution = 'released', claimed_until = null, claimed_by = null
      where event_id = any(${[...eventIds]}::uuid[]) and status = 'PENDING' and claimed_by = ${PUBLISHER}
      returning event_id
    )
    insert into audit_log (actor, action, subject, result)
    select ${PUBLISHER}, 'dead-letter.release', event_id, 'REPLAYED' from released`;
}

/** One that waited, and that the publisher still has, could not be published itself: those behind it wait for it now. */
export async function becomeHead(db: Database, eventId: string, error: string, attempts: number): Promise<void> {
  await db`
    with head as (
      update dead_letters set waits_behind = null, error = ${storable(error.slice(0, MOST_ERROR))}, attempts = ${attempts},
        last_failed_at = now(), claimed_until = null, claimed_by = null
      where event_id = ${eventId} and status = 'PENDING' and claimed_by = ${PUBLISHER}
      returning event_id, order_id, order_version
    )
    update dead_letters l set waits_behind = head.event_id, claimed_until = null, claimed_by = null
    from head
    where l.order_id = head.order_id and l.order_version > head.order_version and l.source = 'PUBLISHER'
      and l.status = 'PENDING' and l.waits_behind is not null`;
}

/** The columns of a {@link DeadLetter}, of a row named `l`. */
export function deadLetterColumns(db: Database) {
  return db`l.event_id as "eventId", l.source, l.status, l.topic, l.partition, l.record_offset as "recordOffset",
    l.record_key as "recordKey", l.headers, l.payload, l.event_type as "eventType", l.order_id as "orderId",
    l.order_version as "orderVersion", l.waits_behind as "waitsBehind", l.error, l.attempts,
    l.first_failed_at as "firstFailedAt", l.last_failed_at as "lastFailedAt", l.resolved_at as "resolvedAt",
    l.resolved_by as "resolvedBy", l.resolution`;
}

/** Whether nobody has dealt with a dead letter yet, as SQL. */
export function unresolved(db: Database, row = db`dead_letters`) {
  return db`${row}.status in ('PENDING', 'FAILED')`;
}

/** Text that Postgres can hold, also within JSON: it knows neither NUL nor a lone surrogate. */
export function storable<Text extends string | undefined>(text: Text): Text extends string ? string : string | null {
  const held = text?.toWellFormed().replaceAll('\u0000', '\uFFFD') ?? null;
  return held as Text extends string ? string : string | null;
}

/** Whether no other than the publisher has claimed a dead letter, as SQL. */
function isFree(db: Database, row = db`l`) {
  return db`(${row}.claimed_until is null or ${row}.claimed_until < now() or ${row}.claimed_by = ${PUBLISHER})`;
}
