/** How dead letters look outside. Fields without a value are left out. */
import { isUtf8 } from 'node:buffer';
import type { AuditEntry } from '../db/audit.ts';
import type { DeadLetterStats, ListedDeadLetter } from '../db/dead-letter-reads.ts';
import { DEAD_LETTER_SOURCES, DEAD_LETTER_STATUSES } from '../domain/dead-letter.ts';
import type { BulkReplayOutcome } from './dead-letter-replay.ts';
import type { DeadLetterDetails } from './dead-letters.ts';

/** A dead letter without what it carries. */
export function presentDeadLetter(letter: ListedDeadLetter) {
  const { status, resolvedAt, resolvedBy, resolution } = letter;
  return {
    event_id: letter.eventId,
    source: letter.source,
    status,
    topic: letter.topic,
    partition: letter.partition ?? undefined,
    offset: letter.recordOffset ?? undefined,
    key: letter.recordKey ?? undefined,
    event_type: letter.eventType ?? undefined,
    order_id: letter.orderId ?? undefined,
    order_version: letter.orderVersion ?? undefined,
    waits_behind: letter.waitsBehind ?? undefined,
    error: letter.error,
    attempts: letter.attempts,
    first_failed_at: letter.firstFailedAt,
    last_failed_at: letter.lastFailedAt,
    ...(status === 'REPLAYED' && { replayed_at: resolvedAt, replayed_by: resolvedBy, resolution }),
    ...(status === 'SKIPPED' && { skipped_at: resolvedAt, skipped_by: resolvedBy, reason: resolution }),
  };
}

/** A dead letter with everything that is known about it. */
export function presentDetails({ letter, audit, waiting }: DeadLetterDetails) {
  return {
    ...presentDeadLetter(letter),
    archived: letter.archivedAt !== null,
    archived_at: letter.archivedAt ?? undefined,
    headers: letter.headers,
    ...presentPayload(letter.payload),
    waiting: waiting.map(({ eventId, orderVersion, topic }) => ({
      event_id: eventId,
      order_version: orderVersion ?? undefined,
      topic,
    })),
    audit: audit.map(presentAudit),
  };
}

/** How many there are; a status or source that has none is told as 0. */
export function presentStats({ byStatus, bySource, byTopic, oldestPendingSeconds, archived }: DeadLetterStats) {
  return {
    total: Object.values(byStatus).reduce((sum, letters) => sum + letters, 0),
    by_status: Object.fromEntries(DEAD_LETTER_STATUSES.map((status) => [status, byStatus[status] ?? 0])),
    by_source: Object.fromEntries(DEAD_LETTER_SOURCES.map((source) => [source, bySource[source] ?? 0])),
    by_topic: byTopic,
    oldest_pending_seconds: oldestPendingSeconds === null ? undefined : Math.max(0, Math.round(oldestPendingSeconds)),
    archived,
  };
}

/** What a bulk replay did, or would do. */
export function presentBulkReplay({ matched, replayed, failed, results }: BulkReplayOutcome, dryRun: boolean) {
  return {
    dry_run: dryRun,
    matched,
    replayed,
    failed,
    remaining: matched - replayed,
    results: results.map(({ eventId, status, error }) => ({ event_id: eventId, status, error })),
  };
}

/** An entry of the audit. */
export function presentAudit({ id, at, actor, action, subject, result, detail }: AuditEntry) {
  return { id, at, actor, action, subject, result, detail };
}

/** The payload as JSON where it is that, else as text, else in base64. */
function presentPayload(payload: Buffer) {
  if (!isUtf8(payload)) return { payload: payload.toString('base64'), payload_encoding: 'base64' };
  const text = payload.toString();
  try {
    return { payload: JSON.parse(text) as unknown, payload_encoding: 'json' };
  } catch {
    return { payload: text, payload_encoding: 'text' };
  }
}
