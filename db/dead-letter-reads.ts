/** Reading dead letters, also archived ones. */
import type { DeadLetterSource, DeadLetterStatus } from '../domain/dead-letter.ts';
import type { Database } from './client.ts';
import { type DeadLetter, deadLetterColumns } from './dead-letters.ts';

/** A dead letter where it is now. */
export interface FoundDeadLetter extends DeadLetter {
  readonly archivedAt: string | null;
  /** Until when somebody has it to themselves. */
  readonly claimedUntil: string | null;
}

/** Which dead letters; times are of the first failure, in ISO 8601, the end excluded. */
export interface DeadLetterFilter {
  readonly statuses?: readonly DeadLetterStatus[] | undefined;
  readonly topic?: string | undefined;
  readonly source?: DeadLetterSource | undefined;
  readonly orderId?: string | undefined;
  readonly eventType?: string | undefined;
  readonly failedFrom?: string | undefined;
  readonly failedTo?: string | undefined;
}

/** A dead letter without what it carries. */
export type ListedDeadLetter = Omit<DeadLetter, 'payload' | 'headers'>;

/** A dead letter that a bulk replay would take up. */
export type MatchedDeadLetter = Pick<DeadLetter, 'eventId' | 'status' | 'error' | 'orderId' | 'topic' | 'recordKey'>;

/** How many dead letters there are; `oldestPendingSeconds` is null where none is pending. */
export interface DeadLetterStats {
  readonly byStatus: Readonly<Partial<Record<DeadLetterStatus, number>>>;
  readonly bySource: Readonly<Partial<Record<DeadLetterSource, number>>>;
  readonly byTopic: Readonly<Record<string, number>>;
  readonly oldestPendingSeconds: number | null;
  readonly archived: number;
}

/** A dead letter, also an archived one; undefined where there is none. */
export async function findDeadLetter(db: Database, eventId: string): Promise<FoundDeadLetter | undefined> {
  const [row] = await db<FoundDeadLetter[]>`
    select ${deadLetterColumns(db)}, l.claimed_until as "claimedUntil", null::timestamptz as "archivedAt"
    from dead_letters l where l.event_id = ${eventId}
    union all
    select ${deadLetterColumns(db)}, null, l.archived_at from dead_letter_archive l where l.event_id = ${eventId}`;
  return row;
}

/** A page of dead letters, the longest waiting first, after the last one of the page before. */
export function listDeadLetters(
  db: Database,
  filter: DeadLetterFilter & { after?: { firstFailedAt: string; eventId: string } | undefined; limit: number },
): Promise<ListedDeadLetter[]> {
  const { after } = filter;
  return db<ListedDeadLetter[]>`
    select l.event_id as "eventId", l.source, l.status, l.topic, l.partition, l.record_offset as "recordOffset",
      l.record_key as "recordKey", l.event_type as "eventType", l.order_id as "orderId",
      l.order_version as "orderVersion", l.waits_behind as "waitsBehind", l.error, l.attempts,
      l.first_failed_at as "firstFailedAt", l.last_failed_at as "lastFailedAt", l.resolved_at as "resolvedAt",
      l.resolved_by as "resolvedBy", l.resolution
    from dead_letters l
    where ${matches(db, filter)}
      ${after ? db`and (l.first_failed_at, l.event_id) > (${after.firstFailedAt}, ${after.eventId}::uuid)` : db``}
    order by l.first_failed_at, l.event_id limit ${filter.limit}`;
}

/** How many dead letters there are by status, source and topic. */
export async function countDeadLetters(db: Database): Promise<DeadLetterStats> {
  const [row] = await db<DeadLetterStats[]>`
    with groups as materialized (
      select status, source, topic, count(*) as letters from dead_letters group by status, source, topic
    )
    select
      (select coalesce(jsonb_object_agg(status, letters), '{}') from
        (select status, sum(letters) as letters from groups group by status) as s) as "byStatus",
      (select coalesce(jsonb_object_agg(source, letters), '{}') from
        (select source, sum(letters) as letters from groups group by source) as s) as "bySource",
      (select coalesce(jsonb_object_agg(topic, letters), '{}') from
        (select topic, sum(letters) as letters from groups group by topic) as t) as "byTopic",
      (select extract(epoch from now() - min(first_failed_at))::float8 from dead_letters where status = 'PENDING')
        as "oldestPendingSeconds",
      (select count(*) from dead_letter_archive) as archived`;
  if (!row) throw new Error('the dead letters were not counted');
  return row;
}

/**
 * How many dead letters a bulk replay would take up, and the first of them in the order in which they are replayed: those
 * of one order by version, else by time.
 */
export async function matchDeadLetters(
  db: Database,
  filter: DeadLetterFilter,
  limit: number,
): Promise<{ matched: number; letters: MatchedDeadLetter[] }> {
  const rows = await db<(MatchedDeadLetter & { matched: number })[]>`
    select l.event_id as "eventId", l.status, l.error, l.order_id as "orderId", l.topic, l.record_key as "recordKey",
      count(*) over () as matched
    from dead_letters l
    where ${matches(db, filter)}
    order by min(l.first_failed_at) over (partition by coalesce(l.order_id, l.event_id::text)),
      coalesce(l.order_id, l.event_id::text), l.order_version, l.first_failed_at, l.partition, l.record_offset
    limit ${limit}`;
  const letters = rows.map(({ matched: _, ...letter }) => letter);
  return { matched: rows[0]?.matched ?? 0, letters };
}

/** The dead letters that wait behind one, by version. */
export function findWaitingBehind(
  db: Database,
  eventId: string,
  limit: number,
): Promise<Pick<DeadLetter, 'eventId' | 'orderVersion' | 'topic'>[]> {
  return db<Pick<DeadLetter, 'eventId' | 'orderVersion' | 'topic'>[]>`
    select event_id as "eventId", order_version as "orderVersion", topic from dead_letters
    where waits_behind = ${eventId} and status in ('PENDING', 'FAILED') order by order_version limit ${limit}`;
}

function matches(db: Database, filter: DeadLetterFilter) {
  const { statuses, topic, source, orderId, eventType, failedFrom, failedTo } = filter;
  return db`true
    ${statuses ? db`and l.status = any(${[...statuses]}::text[])` : db``}
    ${topic === undefined ? db`` : db`and l.topic = ${topic}`}
    ${source === undefined ? db`` : db`and l.source = ${source}`}
    ${orderId === undefined ? db`` : db`and l.order_id = ${orderId}`}
    ${eventType === undefined ? db`` : db`and l.event_type = ${eventType}`}
    ${failedFrom === undefined ? db`` : db`and l.first_failed_at >= ${failedFrom}`}
    ${failedTo === undefined ? db`` : db`and l.first_failed_at < ${failedTo}`}`;
}
