import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { APPROVALS } from '../../domain/approval.ts';
import { FAILURE_REASONS } from '../../domain/failure-reason.ts';
import { ORDER_STATUSES } from '../../domain/order-status.ts';
import { PAYMENT_METHODS, PAYMENT_STATUSES } from '../../domain/payment-status.ts';
import { SHIPMENT_STATUSES } from '../../domain/shipment-status.ts';
import { products } from './catalogue.ts';
import { majorUnits, moment, oneOf } from './columns.ts';

/** Each order as it stands now. */
export const orders = pgTable(
  'orders',
  {
    id: text('id').primaryKey(),
    customerId: text('customer_id').notNull(),
    status: text('status').notNull(),
    totalMinor: integer('total_minor').notNull(),
    totalAmount: majorUnits('total_amount', 'total_minor'),
    currency: text('currency').notNull(),
    paymentMethod: text('payment_method').notNull(),
    approval: text('approval').notNull().default('NOT_REQUIRED'),
    /** From the intent to charge on. */
    paymentId: uuid('payment_id').references((): AnyPgColumn => payments.id),
    /** From the booking with the carrier on. */
    shipmentId: uuid('shipment_id').references((): AnyPgColumn => shipments.id),
    failureReason: text('failure_reason'),
    /** What was said at the last change of status. */
    statusDetails: text('status_details'),
    /** Since when the order is in its status. */
    statusSince: moment('status_since').notNull(),
    /** Number of events. */
    version: integer('version').notNull(),
    /** Digest of the request, to tell a repeat from another order under the same id. */
    requestDigest: uuid('request_digest').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    check('orders_status_known', oneOf('status', ORDER_STATUSES)),
    check('orders_payment_method_known', oneOf('payment_method', PAYMENT_METHODS)),
    check('orders_approval_known', oneOf('approval', APPROVALS)),
    check('orders_failure_reason_known', oneOf('failure_reason', FAILURE_REASONS)),
    check('orders_cancelled_with_reason', sql`(status = 'CANCELLED') = (failure_reason is not null)`),
    check('orders_total_positive', sql`total_minor > 0`),
    check('orders_version_positive', sql`version > 0`),
    index('orders_newest').on(table.createdAt, table.id),
    // Sorted by bytes, so that ids that begin alike lie side by side whatever the collation of the database is.
    index('orders_by_prefix').on(sql`id collate "C"`),
    index('orders_customer_newest').on(table.customerId, table.createdAt, table.id),
    index('orders_status_newest').on(table.status, table.createdAt, table.id),
    index('orders_open_by_age')
      .on(table.updatedAt)
      .where(sql`status not in ('DELIVERED', 'CANCELLED')`),
    index('orders_open_by_status_since')
      .on(table.statusSince)
      .where(sql`status not in ('DELIVERED', 'CANCELLED')`),
    index('orders_settled')
      .on(table.status)
      .where(sql`status in ('DELIVERED', 'CANCELLED')`),
    // Lists by time of change and by total: of settled orders only, because those that are open are few, and an order that
    // is accepted or moved then pays nothing for them.
    index('orders_settled_by_change')
      .on(table.updatedAt, table.id)
      .where(sql`status in ('DELIVERED', 'CANCELLED')`),
    index('orders_settled_by_total')
      .on(table.totalAmount, table.id)
      .where(sql`status in ('DELIVERED', 'CANCELLED')`),
    index('orders_failed')
      .on(table.failureReason, table.createdAt, table.id)
      .where(sql`failure_reason is not null`),
    index('orders_with_approval')
      .on(table.approval, table.createdAt, table.id)
      .where(sql`approval <> 'NOT_REQUIRED'`),
    // Usual lives have at most 7 events.
    index('orders_much_changed')
      .on(table.version)
      .where(sql`version > 7`),
  ],
);

/** The lines of an order, with the catalogue price at acceptance. */
export const orderItems = pgTable(
  'order_items',
  {
    orderId: text('order_id')
      .notNull()
      .references(() => orders.id),
    line: integer('line').notNull(),
    productId: text('product_id')
      .notNull()
      .references(() => products.id),
    quantity: integer('quantity').notNull(),
    unitPriceMinor: integer('unit_price_minor').notNull(),
    currency: text('currency').notNull(),
    unitPrice: majorUnits('unit_price', 'unit_price_minor'),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.line] }),
    check('order_items_quantity_in_range', sql`quantity between 1 and 1000`),
    check('order_items_price_positive', sql`unit_price_minor > 0`),
    index('order_items_product').on(table.productId),
  ],
);

/** The payment of each order, from the intent to charge on. */
export const payments = pgTable(
  'payments',
  {
    id: uuid('id').primaryKey(),
    orderId: text('order_id')
      .notNull()
      .references(() => orders.id),
    status: text('status').notNull(),
    amountMinor: integer('amount_minor').notNull(),
    amount: majorUnits('amount', 'amount_minor'),
    currency: text('currency').notNull(),
    paymentMethod: text('payment_method').notNull(),
    /** How often the provider failed to answer. */
    failedAttempts: integer('failed_attempts').notNull().default(0),
    lastError: text('last_error'),
    providerReference: text('provider_reference'),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [
    check('payments_status_known', oneOf('status', PAYMENT_STATUSES)),
    check('payments_method_known', oneOf('payment_method', PAYMENT_METHODS)),
    check('payments_amount_positive', sql`amount_minor > 0`),
    uniqueIndex('payments_one_for_each_order').on(table.orderId),
    index('payments_with_issues')
      .on(table.updatedAt)
      .where(sql`status in ('PAYMENT_PROCESSING', 'PAYMENT_FAILED')`),
    index('payments_delayed')
      .on(table.orderId)
      .where(sql`status = 'PAYMENT_PROCESSING'`),
  ],
);

/** The shipment of each order, from the intent to book on. */
export const shipments = pgTable(
  'shipments',
  {
    id: uuid('id').primaryKey(),
    orderId: text('order_id')
      .notNull()
      .references(() => orders.id),
    /** Absent until the carrier has taken the booking. */
    trackingNumber: text('tracking_number'),
    carrier: text('carrier'),
    status: text('status').notNull(),
    currentLocation: text('current_location'),
    estimatedDelivery: moment('estimated_delivery'),
    /** When the carrier saw what is known. */
    newsAt: moment('news_at'),
    /** How often the carrier failed to answer. */
    failedAttempts: integer('failed_attempts').notNull().default(0),
    lastError: text('last_error'),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [
    check('shipments_status_known', oneOf('status', SHIPMENT_STATUSES)),
    check('shipments_tracked_when_booked', sql`(tracking_number is null) = (carrier is null)`),
    uniqueIndex('shipments_one_for_each_order').on(table.orderId),
    uniqueIndex('shipments_tracking_number').on(table.trackingNumber),
  ],
);
