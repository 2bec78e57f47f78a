/** Schemas of what the dead letter routes answer. */
import { z } from 'zod';
import { DEAD_LETTER_SOURCES, DEAD_LETTER_STATUSES } from '../../domain/dead-letter.ts';

const time = z.iso.datetime().describe('ISO 8601 in UTC');
const status = z.enum(DEAD_LETTER_STATUSES);
const count = z.int();

const deadLetterFields = {
  event_id: z.uuid(),
  source: z.enum(DEAD_LETTER_SOURCES),
  status,
  topic: z.string().meta({ example: 'order.created.v1' }),
  partition: z.int().optional().describe('Of records that came from Kafka'),
  offset: z.int().optional(),
  key: z.string().optional(),
  event_type: z.string().optional(),
  order_id: z.string().optional(),
  order_version: z.int().optional(),
  waits_behind: z.uuid().optional().describe('The event of the same order that has to be dealt with first'),
  error: z.string().describe('Why it failed the last time'),
  attempts: z.int(),
  first_failed_at: time,
  last_failed_at: time,
  replayed_at: time.optional(),
  replayed_by: z.string().optional(),
  resolution: z.string().optional().describe('What the replay did'),
  skipped_at: time.optional(),
  skipped_by: z.string().optional(),
  reason: z.string().optional().describe('Why it was skipped'),
};

const auditEntry = z
  .object({
    id: z.int(),
    at: time,
    actor: z.string(),
    action: z.string().meta({ example: 'dead-letter.replay' }),
    subject: z.string().describe('The id of what it is about; dead-letters, projections or payment-simulator'),
    result: z.string().meta({ example: 'REPLAYED' }),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEntry' });

/** A dead letter. */
export const deadLetterSchema: z.ZodType = z.object(deadLetterFields).meta({ id: 'DeadLetter' });

/** A page of dead letters. */
export const deadLetterPageSchema: z.ZodType = z
  .object({ dead_letters: z.array(deadLetterSchema), next_page_token: z.string().describe('Empty on the last page') })
  .meta({ id: 'DeadLetterPage' });

/** Everything about a dead letter. */
export const deadLetterDetailsSchema: z.ZodType = z
  .object({
    ...deadLetterFields,
    archived: z.boolean(),
    archived_at: time.optional(),
    headers: z.record(z.string(), z.string()),
    payload: z.unknown().describe('JSON, text or base64, as payload_encoding says'),
    payload_encoding: z.enum(['json', 'text', 'base64']),
    waiting: z
      .array(z.object({ event_id: z.uuid(), order_version: z.int().optional(), topic: z.string() }))
      .describe('What waits behind it; at most 100'),
    audit: z.array(auditEntry).describe('What was done about it, the newest first; at most 100'),
  })
  .meta({ id: 'DeadLetterDetails' });

/** How many dead letters there are. */
export const deadLetterStatsSchema: z.ZodType = z
  .object({
    total: count.describe('Without those in the archive'),
    by_status: z.record(status, count),
    by_source: z.record(z.enum(DEAD_LETTER_SOURCES), count),
    by_topic: z.record(z.string(), count),
    oldest_pending_seconds: count.optional(),
    archived: count,
  })
  .meta({ id: 'DeadLetterStats' });

/** What a bulk replay did. */
export const bulkReplaySchema: z.ZodType = z
  .object({
    dry_run: z.boolean(),
    matched: count.describe('All that match, also beyond the limit'),
    replayed: count,
    failed: count.describe('Failed again, or refused'),
    remaining: count.describe('Match and are not replayed; repeat to go on'),
    results: z.array(z.object({ event_id: z.uuid(), status, error: z.string().optional() })),
  })
  .meta({ id: 'BulkReplay' });

/** A page of the audit. */
export const auditPageSchema: z.ZodType = z
  .object({ entries: z.array(auditEntry), next_page_token: z.string().describe('Empty on the last page') })
  .meta({ id: 'AuditPage' });
