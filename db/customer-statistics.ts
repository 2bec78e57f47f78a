/** Reading what customers ordered. */
import type { OrderStatus } from '../domain/order-status.ts';
import type { Fragment } from './change.ts';
import { type Database, plannedAnew } from './client.ts';
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
      and ${beginsWith(db, prefix)}
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
    select ${rankedColumns(db)} from customer_stats
    where generation = ${readGeneration(db)} and currency = ${currencyOrMostUsed(db, ranking.currency)}
    order by ${measure} desc, customer_id desc limit ${ranking.limit}`;
}

/** Which customers: those that are all of what is given. */
export interface CustomerFilter {
  /** What the customer id begins with, in any letter case. */
  readonly search?: string | undefined;
  readonly minSpentMinor?: number | undefined;
  readonly minOrders?: number | undefined;
  /** Last ordered at or after, ISO 8601. */
  readonly lastOrderFrom?: string | undefined;
  /** Last ordered before, ISO 8601. */
  readonly lastOrderTo?: string | undefined;
}

/** What a list of customers can be sorted by. */
export const CUSTOMER_SORT_FIELDS = ['spent', 'orders', 'last_order_at', 'customer_id'] as const;
export type CustomerSortField = (typeof CUSTOMER_SORT_FIELDS)[number];

/** The place of a customer in a list: what it is sorted by, as text, and its id. */
export interface CustomerPlace {
  readonly key: string;
  readonly id: string;
}

/** The customers of one currency, filtered and sorted; those that are equal in it go by their ids. */
export function listCustomers(
  db: Database,
  filter: CustomerFilter & { readonly currency: string },
  page: {
    sort: { field: CustomerSortField; isDescending: boolean };
    after?: CustomerPlace | undefined;
    limit: number;
  },
): Promise<RankedCustomer[]> {
  const { search, minSpentMinor, minOrders, lastOrderFrom, lastOrderTo } = filter;
  const { sort, after, limit } = page;
  const direction = sort.isDescending ? db`desc` : db`asc`;
  const beyond = sort.isDescending ? db`<` : db`>`;
  const { key, id, given } = sortKey(db, sort.field, after);
  return plannedAnew(
    db<RankedCustomer[]>`
    select ${rankedColumns(db)} from customer_stats
    where generation = ${readGeneration(db)} and currency = ${filter.currency}
      ${search === undefined ? db`` : db`and ${beginsWith(db, search)}`}
      ${minSpentMinor === undefined ? db`` : db`and spent_minor >= ${minSpentMinor}`}
      ${minOrders === undefined ? db`` : db`and orders >= ${minOrders}`}
      ${lastOrderFrom === undefined ? db`` : db`and last_order_at >= ${lastOrderFrom}`}
      ${lastOrderTo === undefined ? db`` : db`and last_order_at < ${lastOrderTo}`}
      ${given ? db`and (${key}, ${id}) ${beyond} ${given}` : db``}
    order by ${key} ${direction}, ${id} ${direction} limit ${limit}`,
  );
}

/** The currencies that orders are in, the one with most orders first. */
export async function findCurrencies(db: Database): Promise<string[]> {
  const rows = await db<{ currency: string }[]>`
    select currency from status_stats where generation = ${readGeneration(db)}
    group by currency having sum(orders) > 0 order by sum(orders) desc, currency`;
  return rows.map(({ currency }) => currency);
}

/** Orders of a customer that were created on one day (`2026-11-21`, UTC) in one currency; `spentMinor` without cancelled ones. */
export interface CustomerDay {
  readonly day: string;
  readonly currency: string;
  readonly orders: number;
  readonly cancelled: number;
  readonly spentMinor: number;
}

/** What a customer ordered of late, read from at most so many of the latest orders. */
export interface CustomerActivity {
  readonly from: string;
  readonly to: string;
  /** How many orders of these days were looked at. */
  readonly orders: number;
  readonly statuses: readonly { readonly status: OrderStatus; readonly orders: number }[];
  readonly days: readonly CustomerDay[];
}

/** The orders of a customer within so many days up to today, of which at most `most` are looked at, the latest. */
export async function readCustomerActivity(
  db: Database,
  customerId: string,
  { days, most }: { days: number; most: number },
): Promise<CustomerActivity> {
  const [row] = await db<CustomerActivity[]>`
    with span as (
      select (now() at time zone 'UTC')::date - ${days - 1}::int as first, (now() at time zone 'UTC')::date as last
    ), recent as materialized (
      select status, currency, total_minor, (created_at at time zone 'UTC')::date as day from orders
      where customer_id = ${customerId} and created_at >= (select first from span)::timestamp at time zone 'UTC'
      order by created_at desc, id desc limit ${most}
    )
    select first::text as "from", last::text as "to", (select count(*) from recent) as orders, (
      select coalesce(jsonb_agg(jsonb_build_object('status', status, 'orders', orders)), '[]')
      from (select status, count(*) as orders from recent group by status) as counted
    ) as statuses, (
      select coalesce(jsonb_agg(jsonb_build_object('day', day, 'currency', currency, 'orders', orders,
        'cancelled', cancelled, 'spentMinor', spent) order by day, currency), '[]')
      from (
        select day, currency, count(*) as orders, count(*) filter (where status = 'CANCELLED') as cancelled,
          coalesce(sum(total_minor) filter (where status <> 'CANCELLED'), 0) as spent
        from recent group by day, currency
      ) as counted
    ) as days
    from span`;
  if (!row) throw new Error('a query without a condition answered no row');
  return row;
}

/** What a list goes by, the id beside it, and the place after which it goes on. */
function sortKey(db: Database, field: CustomerSortField, after: CustomerPlace | undefined) {
  // By bytes, as the index of prefixes has it.
  if (field === 'customer_id')
    return {
      key: db`lower(customer_id) collate "C"`,
      id: db`customer_id collate "C"`,
      given: after && db`(lower(${after.id}::text), ${after.id}::text)`,
    };
  const { column, type } = SORT_COLUMNS[field];
  return {
    key: db`${db(column)}`,
    id: db`customer_id`,
    given: after && db`(${after.key}::${db.unsafe(type)}, ${after.id}::text)`,
  };
}

const SORT_COLUMNS = {
  spent: { column: 'spent_minor', type: 'bigint' },
  orders: { column: 'orders', type: 'bigint' },
  last_order_at: { column: 'last_order_at', type: 'timestamptz' },
} as const;

function beginsWith(db: Database, prefix: string): Fragment {
  return db`lower(customer_id) collate "C" >= lower(${prefix}::text)
    and lower(customer_id) collate "C" < lower(${prefix}::text) || chr(1114111)`;
}

function rankedColumns(db: Database): Fragment {
  return db`
    customer_id as "customerId", currency, orders, delivered, cancelled, ordered_minor as "orderedMinor",
    cancelled_minor as "cancelledMinor", spent_minor as "spentMinor", first_order_at as "firstOrderAt",
    last_order_at as "lastOrderAt"`;
}

function customerColumns(db: Database) {
  return db`
    customer_id as "customerId", sum(orders)::bigint as orders, min(first_order_at) as "firstOrderAt",
    max(last_order_at) as "lastOrderAt", jsonb_agg(jsonb_build_object('currency', currency, 'orders', orders,
      'delivered', delivered, 'cancelled', cancelled, 'orderedMinor', ordered_minor, 'cancelledMinor', cancelled_minor,
      'spentMinor', spent_minor) order by orders desc, currency) as currencies`;
}
