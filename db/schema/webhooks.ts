import { sql } from 'drizzle-orm';
import { check, customType, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { DELIVERY_STATUSES, WEBHOOK_DISABLED_REASONS, WEBHOOK_STATUSES } from '../../domain/webhook.ts';
import { moment, oneOf } from './columns.ts';

const snapshot = customType<{ data: string }>({ dataType: () => 'pg_snapshot' });

/** Addresses that are told of events. */
export const webhookEndpoints = pgTable(
  'webhook_endpoints',
  {
    id: uuid('id').primaryKey(),
    url: text('url').notNull(),
    /** CloudEvents types; all where empty. */
    eventTypes: text('event_types').array().notNull(),
    /** What deliveries are signed with: `whsec_…` of Standard Webhooks, or a plain text. */
    secret: text('secret').notNull(),
    /** The secret before a rotation, which signs as well until then. */
    previousSecret: text('previous_secret'),
    previousSecretUntil: moment('previous_secret_until'),
    status: text('status').notNull().default('ACTIVE'),
    disabledReason: text('disabled_reason'),
    /** Since when every attempt failed; null after a success. */
    failingSince: moment('failing_since'),
    /** What was committed when it was registered or enabled: only later events are for it. */
    registeredAt: snapshot('registered_at')
      .notNull()
      .default(sql`pg_current_snapshot()`),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  () => [
    check('webhook_endpoints_status_known', oneOf('status', WEBHOOK_STATUSES)),
    check('webhook_endpoints_reason_known', oneOf('disabled_reason', WEBHOOK_DISABLED_REASONS)),
    check('webhook_endpoints_disabled', sql.raw(`(status = 'DISABLED') = (disabled_reason is not null)`)),
  ],
);

/** One event for one endpoint, until it is delivered or given up. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    /** UUIDv7: the order of ids is the order of time. */
    id: uuid('id')
      .primaryKey()
      .default(sql`uuidv7()`),
    endpointId: uuid('endpoint_id')
      .notNull()
      .references(() => webhookEndpoints.id),
    /** The id that the receiver sees, the same at every attempt. */
    eventId: uuid('event_id').notNull(),
    eventType: text('event_type').notNull(),
    orderId: text('order_id').notNull(),
    traceparent: text('traceparent'),
    /** The body to the byte, because it is signed. */
    body: text('body').notNull(),
    status: text('status').notNull().default('PENDING'),
    /** All attempts so far. */
    attempts: integer('attempts').notNull().default(0),
    /** Failed attempts since the delivery began, or was begun anew by hand. */
    failures: integer('failures').notNull().default(0),
    nextAttemptAt: moment('next_attempt_at').notNull().defaultNow(),
    /** Until when whoever sends it now has it to themselves. */
    claimedUntil: moment('claimed_until'),
    lastStatus: integer('last_status'),
    lastError: text('last_error'),
    createdAt: moment('created_at').notNull().defaultNow(),
    /** When it was delivered or given up. */
    finishedAt: moment('finished_at'),
  },
  (table) => [
    check('webhook_deliveries_status_known', oneOf('status', DELIVERY_STATUSES)),
    check('webhook_deliveries_finished', sql.raw(`(status = 'PENDING') = (finished_at is null)`)),
    uniqueIndex('webhook_deliveries_once').on(table.endpointId, table.eventId),
    index('webhook_deliveries_due')
      .on(table.endpointId, table.nextAttemptAt)
      .where(sql`status = 'PENDING'`),
    index('webhook_deliveries_claimed')
      .on(table.endpointId)
      .where(sql`claimed_until is not null`),
    index('webhook_deliveries_newest').on(table.endpointId, table.id),
    index('webhook_deliveries_by_status').on(table.endpointId, table.status, table.id),
    index('webhook_deliveries_by_type').on(table.endpointId, table.eventType, table.id),
    index('webhook_deliveries_finished_since')
      .on(table.finishedAt)
      .where(sql`status <> 'PENDING'`),
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
    /** When it ended. */
    at: moment('at').notNull().defaultNow(),
    durationMs: integer('duration_ms').notNull(),
    responseStatus: integer('response_status'),
    /** The beginning of what the receiver answered. */
    responseBody: text('response_body'),
    error: text('error'),
  },
  (table) => [primaryKey({ columns: [table.deliveryId, table.attempt] })],
);
