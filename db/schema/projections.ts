import { bigint, date, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';

// Every row belongs to a generation: a rebuild fills the next one beside the one that is read, then switches over.
const generation = () => integer('generation').notNull();
const count = (name: string) => bigint(name, { mode: 'number' }).notNull().default(0);

/** What each customer ordered, by currency. */
export const customerStats = pgTable(
  'customer_stats',
  {
    generation: generation(),
    customerId: text('customer_id').notNull(),
    currency: text('currency').notNull(),
    orders: count('orders'),
    delivered: count('delivered'),
    cancelled: count('cancelled'),
    orderedMinor: count('ordered_minor'),
    cancelledMinor: count('cancelled_minor'),
    firstOrderAt: moment('first_order_at').notNull(),
    lastOrderAt: moment('last_order_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.generation, table.customerId, table.currency] })],
);

/** What was ordered of each product, by currency. */
export const productStats = pgTable(
  'product_stats',
  {
    generation: generation(),
    productId: text('product_id').notNull(),
    currency: text('currency').notNull(),
    orders: count('orders'),
    quantity: count('quantity'),
    revenueMinor: count('revenue_minor'),
  },
  (table) => [primaryKey({ columns: [table.generation, table.productId, table.currency] })],
);

/** What happened on each day (UTC), by currency. */
export const dailyStats = pgTable(
  'daily_stats',
  {
    generation: generation(),
    day: date('day', { mode: 'string' }).notNull(),
    currency: text('currency').notNull(),
    created: count('created'),
    delivered: count('delivered'),
    cancelled: count('cancelled'),
    createdMinor: count('created_minor'),
    deliveredMinor: count('delivered_minor'),
    cancelledMinor: count('cancelled_minor'),
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
