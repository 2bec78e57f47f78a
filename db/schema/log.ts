import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { EVENT_TYPES } from '../../domain/events.ts';
import { moment, oneOf, xid8 } from './columns.ts';
import { orders } from './orders.ts';

/** The order log: every change of every order, append-only. */
export const orderEvents = pgTable(
  'order_events',
  {
    /** Grows, but commits out of order: readers go by `tx` and `position` and stop at the oldest open transaction. */
    position: bigint('position', { mode: 'number' }).generatedAlwaysAsIdentity(),
    /** Derived from order and step, so that a repeated step appends nothing. */
    eventId: uuid('event_id').primaryKey(),
    orderId: text('order_id')
      .notNull()
      .references(() => orders.id),
    version: integer('version').notNull(),
    type: text('type').notNull(),
    data: jsonb('data').notNull(),
    /** W3C trace context of the request that the order came with. */
    traceparent: text('traceparent'),
    occurredAt: moment('occurred_at').notNull(),
    tx: xid8('tx')
      .notNull()
      .default(sql`pg_current_xact_id()`),
  },
  (table) => [
    check('order_events_type_known', oneOf('type', EVENT_TYPES)),
    uniqueIndex('order_events_version').on(table.orderId, table.version),
    index('order_events_cursor').on(table.tx, table.position),
    index('order_events_failed_payments')
      .on(table.orderId)
      .where(sql`type = 'PaymentFailed'`),
    index('order_events_alerts')
      .on(table.orderId, sql`(data ->> 'reason')`)
      .where(sql`type = 'AlertRaised'`),
  ],
);

/** Who follows the log: how far they are, who leads, and how it goes. */
export const consumers = pgTable('consumers', {
  name: text('name').primaryKey(),
  cursorTx: xid8('cursor_tx').notNull().default('0'),
  cursorPosition: bigint('cursor_position', { mode: 'number' }).notNull().default(0),
  leaseHolder: text('lease_holder'),
  leaseUntil: moment('lease_until'),
  processed: bigint('processed', { mode: 'number' }).notNull().default(0),
  errors: bigint('errors', { mode: 'number' }).notNull().default(0),
  lastError: text('last_error'),
  lastErrorAt: moment('last_error_at'),
  /** When it last dealt with an event. */
  lastEventAt: moment('last_event_at'),
  /** Events a second over the last full window of ten seconds. */
  throughput: doublePrecision('throughput').notNull().default(0),
  windowSince: moment('window_since').notNull().defaultNow(),
  windowProcessed: integer('window_processed').notNull().default(0),
  /** Which types of events it wants; null where it does not follow the log. */
  types: text('types').array(),
  /** Which generation of its tables a projection fills. */
  generation: integer('generation').notNull().default(0),
  updatedAt: moment('updated_at').notNull().defaultNow(),
});

/** Which order a client's idempotency key stands for. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    key: text('key').notNull(),
    orderId: text('order_id').notNull(),
    requestDigest: uuid('request_digest').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.key] })],
);
