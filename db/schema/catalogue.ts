import { sql } from 'drizzle-orm';
import { check, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { majorUnits, moment } from './columns.ts';

/** What can be ordered, at which price, and how much of it there is. */
export const products = pgTable(
  'products',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    unitPriceMinor: integer('unit_price_minor').notNull(),
    unitPrice: majorUnits('unit_price', 'unit_price_minor'),
    currency: text('currency').notNull(),
    /** Can be reserved. */
    available: integer('available').notNull(),
    /** Belongs to open orders; leaves the house when they are shipped. */
    reserved: integer('reserved').notNull().default(0),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  () => [
    check('products_price_positive', sql`unit_price_minor > 0`),
    check('products_currency_code', sql`currency ~ '^[A-Z]{3}$'`),
    check('products_available_not_negative', sql`available >= 0`),
    check('products_reserved_not_negative', sql`reserved >= 0`),
  ],
);
