import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { moment, oneOf } from './columns.ts';

export const WEBHOOK_STATUSES = ['ACTIVE', 'DISABLED'] as const;
export const DELIVERY_STATUSES = ['PENDING', 'DELIVERED', 'FAILED'] as const;

/** Addresses that are told of events. */
export const webhookEndpoints = pgTable(
  'webhook_endpoints',
  {
    id: uuid('id').primaryKey(),
    url: text('url').notNull(),
    /** CloudEvents types; all where empty. */
    eventTypes: text('event_types').array().notNull(),
    /** The signing secret of Standard Webhooks, `whsec_…`. */
    secret: text('secret').notNull(),
    status: text('status').notNull().default('ACTIVE'),
    disabledReason: text('disabled_reason'),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  () => [check('webhook_endpoints_status_known', oneOf('status', WEBHOOK_STATUSES))],
);

/** One event for one endpoint, until it is delivered or given up. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    id: uuid('id').primaryKey(),
    endpointId: uuid('endpoint_id')
      .notNull()
      .references(() => webhookEndpoints.id, { onDelete: 'cascade' }),
    /** The id that the receiver sees, the same at every attempt. */
    eventId: uuid('event_id').notNull(),
    eventType: text('event_type').notNull(),
    orderId: text('order_id'),
    /** The body to the byte, because it is signed. */
    body: text('body').notNull(),
    status: text('status').notNull().default('PENDING'),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: moment('next_attempt_at').notNull().defaultNow(),
    claimedUntil: moment('claimed_until'),
    lastStatus: integer('last_status'),
    lastError: text('last_error'),
    createdAt: moment('created_at').notNull().defaultNow(),
    deliveredAt: moment('delivered_at'),
  },
  (table) => [
    check('webhook_deliveries_status_known', oneOf('status', DELIVERY_STATUSES)),
    uniqueIndex('webhook_deliveries_once').on(table.endpointId, table.eventId),
    index('webhook_deliveries_due')
      .on(table.endpointId, table.nextAttemptAt)
      .where(sql`status = 'PENDING'`),
    index('webhook_deliveries_newest').on(table.endpointId, table.createdAt, table.id),
  ],
);

/** Every attempt of a delivery. */
export const webhookAttempts = pgTable(
  'webhook_attempts',
  {
    deliveryId: uuid('delivery_id')
      .notNull()
      .references(() => webhookDeliveries.id, { onDelete: 'cascade' }),
    attempt: integer('attempt').notNull(),
    at: moment('at').notNull().defaultNow(),
    durationMs: integer('duration_ms').notNull(),
    responseStatus: integer('response_status'),
    /** The beginning of what the receiver answered. */
    responseBody: text('response_body'),
    error: text('error'),
  },
  (table) => [primaryKey({ columns: [table.deliveryId, table.attempt] })],
);
