/** Reading what customers ordered. */
import type { Database } from './client.ts';
import { currencyOrMostUsed, readGeneration } from './statistics.ts';

/** What a customer ordered in one currency; amounts in minor units. */
export interface CustomerCurrency {
  readonly currency: string;
  readonly orders: number;
  readonly delivered: number;
  readonly cancelled: number;
  readonly orderedMinor: number;
  readonly cancelledMinor: number;
  readonly spentMinor: number;
}

/** What a customer ordered: by currency, the one with most orders first. */
export interface CustomerStatistics {
  readonly customerId: string;
  readonly orders: number;
  readonly firstOrderAt: string;
  readonly lastOrderAt: string;
  readonly currencies: readonly CustomerCurrency[];
}

/** One customer, or undefined where there is no order of theirs. */
export async function findCustomer(db: Database, customerId: string): Promise<CustomerStatistics | undefined> {
  const [row] = await db<CustomerStatistics[]>`
    select ${customerColumns(db)} from customer_stats
    where generation = ${readGeneration(db)} and customer_id = ${customerId} group by customer_id`;
  return row;
}

/** Customers whose id begins so, in any letter case, by id; `after` is the last one of the page before. */
export function searchCustomers(
  db: Database,
  page: { prefix: string; after?: string | undefined; limit: number },
): Promise<CustomerStatistics[]> {
  const { prefix, after = '', limit } = page;
  return db<CustomerStatistics[]>`
    select ${customerColumns(db)} from customer_stats
    where generation = ${readGeneration(db)}
      and lower(customer_id) collate "C" >= lower(${prefix}::text)
      and lower(customer_id) collate "C" < lower(${prefix}::text) || chr(1114111)
      and (lower(customer_id) collate "C", customer_id collate "C") > (lower(${after}::text), ${after}::text)
    group by lower(customer_id) collate "C", customer_id collate "C", customer_id
    order by lower(customer_id) collate "C", customer_id collate "C" limit ${limit}`;
}

/** What a ranking goes by. */
export type CustomerRanking = 'spent' | 'orders';

/** A customer in the ranking of one currency. */
export type RankedCustomer = CustomerCurrency & {
  readonly customerId: string;
  readonly firstOrderAt: string;
  readonly lastOrderAt: string;
};

/** The first customers by money spent or by orders; in the currency most ordered in where none is given. */
export function rankCustomers(
  db: Database,
  ranking: { by: CustomerRanking; currency?: string | undefined; limit: number },
): Promise<RankedCustomer[]> {
  const measure = db(ranking.by === 'spent' ? 'spent_minor' : 'orders');
  return db<RankedCustomer[]>`
    select customer_id as "customerId", currency, orders, delivered, cancelled, ordered_minor as "orderedMinor",
      cancelled_minor as "cancelledMinor", spent_minor as "spentMinor", first_order_at as "firstOrderAt",
      last_order_at as "lastOrderAt"
    from customer_stats
    where generation = ${readGeneration(db)} and currency = ${currencyOrMostUsed(db, ranking.currency)}
    order by ${measure} desc, customer_id desc limit ${ranking.limit}`;
}

function customerColumns(db: Database) {
  return db`
    customer_id as "customerId", sum(orders)::bigint as orders, min(first_order_at) as "firstOrderAt",
    max(last_order_at) as "lastOrderAt", jsonb_agg(jsonb_build_object('currency', currency, 'orders', orders,
      'delivered', delivered, 'cancelled', cancelled, 'orderedMinor', ordered_minor, 'cancelledMinor', cancelled_minor,
      'spentMinor', spent_minor) order by orders desc, currency) as currencies`;
}
