import { sql } from 'drizzle-orm';
import { boolean, check, doublePrecision, integer, pgSchema, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';

/** What stands in for the outside world: the ledgers of the built-in payment provider and carrier. */
export const simulator = pgSchema('simulator');

/** Every charge and refund that the payment simulator was asked for, once for each idempotency key. */
export const paymentLedger = simulator.table('payment_ledger', {
  key: text('key').primaryKey(),
  orderId: text('order_id').notNull(),
  /** `charge` or `refund`. */
  kind: text('kind').notNull(),
  amountMinor: integer('amount_minor').notNull(),
  currency: text('currency').notNull(),
  /** `outage` (nothing moved yet), `captured`, `declined`, `voided` or `refunded`. */
  outcome: text('outcome').notNull(),
  /** How often the key was sent. */
  attempts: integer('attempts').notNull().default(1),
  createdAt: moment('created_at').notNull().defaultNow(),
});

/** How somebody wishes the payment simulator to behave, instead of its settings: one row at most. */
export const paymentRates = simulator.table(
  'payment_rates',
  {
    isOnly: boolean('is_only').primaryKey().default(true),
    /** Shares from 0 to 1; as set where null. */
    successRate: doublePrecision('success_rate'),
    throwRate: doublePrecision('throw_rate'),
    changedBy: text('changed_by').notNull(),
    changedAt: moment('changed_at').notNull().defaultNow(),
  },
  () => [
    check('payment_rates_only', sql`is_only`),
    check('payment_rates_are_shares', sql`success_rate between 0 and 1 and throw_rate between 0 and 1`),
    check('payment_rates_say_something', sql`success_rate is not null or throw_rate is not null`),
  ],
);

/** Every booking that the carrier simulator took, once for each idempotency key. */
export const carrierBookings = simulator.table(
  'carrier_bookings',
  {
    key: text('key').primaryKey(),
    orderId: text('order_id').notNull(),
    trackingNumber: text('tracking_number').notNull(),
    carrier: text('carrier').notNull(),
    /** `booked` or `cancelled`. */
    outcome: text('outcome').notNull(),
    estimatedDelivery: moment('estimated_delivery').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [uniqueIndex('carrier_bookings_tracking_number').on(table.trackingNumber)],
);
