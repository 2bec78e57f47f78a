import { type SQL, sql } from 'drizzle-orm';
import { bigint, date, index, integer, pgSequence, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';

/** Numbers the generations of the statistics: each rebuild fills one of its own. */
export const projectionGenerations = pgSequence('projection_generations');

// Every row belongs to a generation: a rebuild fills the next one beside the one that is read, then switches over.
const generation = () => integer('generation').notNull();
const count = (name: string) => bigint(name, { mode: 'number' }).notNull().default(0);
const difference = (name: string, whole: string, part: string) =>
  bigint(name, { mode: 'number' }).generatedAlwaysAs((): SQL => sql.raw(`${whole} - ${part}`));

/** What each customer ordered, by currency. */
export const customerStats = pgTable(
  'customer_stats',
  {
    generation: generation(),
    customerId: text('customer_id').notNull(),
    currency: text('currency').notNull(),
    /** All orders, also those that were cancelled. */
    orders: count('orders'),
    delivered: count('delivered'),
    cancelled: count('cancelled'),
    orderedMinor: count('ordered_minor'),
    cancelledMinor: count('cancelled_minor'),
    spentMinor: difference('spent_minor', 'ordered_minor', 'cancelled_minor'),
    firstOrderAt: moment('first_order_at').notNull(),
    lastOrderAt: moment('last_order_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.generation, table.customerId, table.currency] }),
    index('customer_stats_by_spent').on(table.generation, table.currency, table.spentMinor, table.customerId),
    index('customer_stats_by_orders').on(table.generation, table.currency, table.orders, table.customerId),
    index('customer_stats_by_last_order').on(table.generation, table.currency, table.lastOrderAt, table.customerId),
    // Sorted by bytes, so that ids that begin alike lie side by side whatever the collation of the database is.
    index('customer_stats_by_prefix').on(
      table.generation,
      sql`lower(customer_id) collate "C"`,
      sql`customer_id collate "C"`,
    ),
  ],
);

/** What was ordered of each product, by currency. */
export const productStats = pgTable(
  'product_stats',
  {
    generation: generation(),
    productId: text('product_id').notNull(),
    currency: text('currency').notNull(),
    /** All orders with the product, also those that were cancelled. */
    orders: count('orders'),
    cancelled: count('cancelled'),
    orderedQuantity: count('ordered_quantity'),
    cancelledQuantity: count('cancelled_quantity'),
    quantity: difference('quantity', 'ordered_quantity', 'cancelled_quantity'),
    orderedMinor: count('ordered_minor'),
    cancelledMinor: count('cancelled_minor'),
    revenueMinor: difference('revenue_minor', 'ordered_minor', 'cancelled_minor'),
  },
  (table) => [primaryKey({ columns: [table.generation, table.productId, table.currency] })],
);

/** What was ordered of each product on each day (UTC), by currency. */
export const productDayStats = pgTable(
  'product_day_stats',
  {
    generation: generation(),
    productId: text('product_id').notNull(),
    /** On which the orders were created, whenever they were cancelled. */
    day: date('day', { mode: 'string' }).notNull(),
    currency: text('currency').notNull(),
    /** All orders with the product, also those that were cancelled. */
    orders: count('orders'),
    cancelled: count('cancelled'),
    orderedQuantity: count('ordered_quantity'),
    cancelledQuantity: count('cancelled_quantity'),
    quantity: difference('quantity', 'ordered_quantity', 'cancelled_quantity'),
    orderedMinor: count('ordered_minor'),
    cancelledMinor: count('cancelled_minor'),
    revenueMinor: difference('revenue_minor', 'ordered_minor', 'cancelled_minor'),
  },
  (table) => [primaryKey({ columns: [table.generation, table.productId, table.day, table.currency] })],
);

/** What happened on each day (UTC), by currency. */
export const dailyStats = pgTable(
  'daily_stats',
  {
    generation: generation(),
    day: date('day', { mode: 'string' }).notNull(),
    currency: text('currency').notNull(),
    created: count('created'),
    /** Customers whose first order was created on this day in this currency. */
    newCustomers: count('new_customers'),
    delivered: count('delivered'),
    cancelled: count('cancelled'),
    createdMinor: count('created_minor'),
    deliveredMinor: count('delivered_minor'),
    cancelledMinor: count('cancelled_minor'),
    /** Of what was created on this day: what was cancelled since, on whichever day. */
    lostMinor: count('lost_minor'),
    revenueMinor: difference('revenue_minor', 'created_minor', 'lost_minor'),
  },
  (table) => [primaryKey({ columns: [table.generation, table.day, table.currency] })],
);

/** How many orders are in each status, by currency. */
export const statusStats = pgTable(
  'status_stats',
  {
    generation: generation(),
    status: text('status').notNull(),
    currency: text('currency').notNull(),
    orders: count('orders'),
    totalMinor: count('total_minor'),
  },
  (table) => [primaryKey({ columns: [table.generation, table.status, table.currency] })],
);

/** How many orders left each status for which other one, and how long they had been in it. */
export const stageStats = pgTable(
  'stage_stats',
  {
    generation: generation(),
    status: text('status').notNull(),
    nextStatus: text('next_status').notNull(),
    /** Index of the first of the histogram's bounds (`STAGE_BOUNDS_MS`) above the time; their number where it is above all. */
    bucket: integer('bucket').notNull(),
    orders: count('orders'),
    totalMs: count('total_ms'),
  },
  (table) => [primaryKey({ columns: [table.generation, table.status, table.nextStatus, table.bucket] })],
);

/** Why orders were cancelled. */
export const cancellationStats = pgTable(
  'cancellation_stats',
  {
    generation: generation(),
    failureReason: text('failure_reason').notNull(),
    orders: count('orders'),
  },
  (table) => [primaryKey({ columns: [table.generation, table.failureReason] })],
);

/**
 * How many orders were checked by the rules. Each running server keeps totals of its own, so that writing them twice
 * counts nothing twice; a server that ends adds them to those of the empty name.
 */
export const validationStats = pgTable(
  'validation_stats',
  {
    server: text('server').notNull(),
    /** `APPROVED`, `REJECTED`, or the name of a rule: orders that broke it. */
    outcome: text('outcome').notNull(),
    orders: count('orders'),
  },
  (table) => [primaryKey({ columns: [table.server, table.outcome] })],
);
