import { sql } from 'drizzle-orm';
import { bigint, check, customType, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { DEAD_LETTER_SOURCES, DEAD_LETTER_STATUSES } from '../../domain/dead-letter.ts';
import { moment, oneOf } from './columns.ts';

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

const columns = () => ({
  /** Of an event of the log its id; of a record that came from Kafka an id derived from topic, partition and offset. */
  eventId: uuid('event_id').primaryKey(),
  source: text('source').notNull(),
  status: text('status').notNull().default('PENDING'),
  topic: text('topic').notNull(),
  /** Where the record stood, for records that came from Kafka. */
  partition: integer('partition'),
  recordOffset: bigint('record_offset', { mode: 'number' }),
  recordKey: text('record_key'),
  headers: jsonb('headers').notNull().default({}),
  /** Exactly what was to be published, or what came. */
  payload: bytes('payload').notNull(),
  /** Null where it could not be read. */
  eventType: text('event_type'),
  orderId: text('order_id'),
  orderVersion: integer('order_version'),
  /** The dead letter of the same order that this one waits behind, so that the order of events is kept. */
  waitsBehind: uuid('waits_behind'),
  error: text('error').notNull(),
  attempts: integer('attempts').notNull(),
  firstFailedAt: moment('first_failed_at').notNull().defaultNow(),
  lastFailedAt: moment('last_failed_at').notNull().defaultNow(),
  /** Until when whoever passes it on now has it to themselves, and who that is. */
  claimedUntil: moment('claimed_until'),
  claimedBy: text('claimed_by'),
  resolvedAt: moment('resolved_at'),
  resolvedBy: text('resolved_by'),
  /** Why it was skipped, or what its replay did. */
  resolution: text('resolution'),
});

/** Events and records that could not be passed on, until somebody has dealt with them. */
export const deadLetters = pgTable('dead_letters', columns(), (table) => [
  check('dead_letters_status_known', oneOf('status', DEAD_LETTER_STATUSES)),
  check('dead_letters_source_known', oneOf('source', DEAD_LETTER_SOURCES)),
  check('dead_letters_resolved', sql.raw(`(status in ('REPLAYED', 'SKIPPED')) = (resolved_at is not null)`)),
  index('dead_letters_by_status').on(table.status, table.firstFailedAt, table.eventId),
  index('dead_letters_by_order').on(table.orderId, table.orderVersion),
  index('dead_letters_waiting')
    .on(table.orderId, table.orderVersion)
    .where(sql`status = 'PENDING' and waits_behind is not null`),
  index('dead_letters_behind')
    .on(table.waitsBehind)
    .where(sql`waits_behind is not null`),
  index('dead_letters_resolved_since')
    .on(table.resolvedAt)
    .where(sql`resolved_at is not null`),
]);

/** Dead letters that were dealt with, after their retention. */
export const deadLetterArchive = pgTable('dead_letter_archive', {
  ...columns(),
  archivedAt: moment('archived_at').notNull().defaultNow(),
});
