/** Reading what was ordered of products. */
import type { Fragment } from './change.ts';
import { type Database, plannedAnew } from './client.ts';
import type { Product } from './products.ts';
import { currencyOrMostUsed, readGeneration } from './statistics.ts';

/** What was ordered of a product in one currency and not cancelled; `orders` counts cancelled ones, too. */
export interface ProductSales {
  readonly currency: string;
  readonly orders: number;
  readonly cancelled: number;
  readonly quantity: number;
  readonly revenueMinor: number;
}

/** A product of the catalogue with its sales by currency, the one with most orders first. */
export type SoldProduct = Product & { readonly sales: readonly ProductSales[] };

/** What was ordered of a product. */
export function findSales(db: Database, productId: string): Promise<ProductSales[]> {
  return db<ProductSales[]>`
    select currency, orders, cancelled, quantity, revenue_minor as "revenueMinor" from product_stats
    where generation = ${readGeneration(db)} and product_id = ${productId} order by orders desc, currency`;
}

/** Products that have these words in their id or their name, in any letter case, by id. */
export function searchProducts(
  db: Database,
  page: { words: string; after?: string | undefined; limit: number },
): Promise<SoldProduct[]> {
  const { words, after = '', limit } = page;
  return db<SoldProduct[]>`
    select ${soldColumns(db)} from products p
    where p.id > ${after} and ${hasWords(db, words)}
    order by p.id limit ${limit}`;
}

/** Which products: those that are all of what is given. */
export interface ProductFilter {
  /** What stands anywhere in the id or the name, in any letter case. */
  readonly search?: string | undefined;
  /** Of which no more than this is available. */
  readonly maxAvailable?: number | undefined;
  /** In which the product is priced. */
  readonly currency?: string | undefined;
}

/** What a list of products can be sorted by; price and revenue in major units, whatever the currency. */
export const PRODUCT_SORT_FIELDS = [
  'id',
  'name',
  'price',
  'available',
  'reserved',
  'quantity',
  'revenue',
  'orders',
  'average_quantity',
] as const;
export type ProductSortField = (typeof PRODUCT_SORT_FIELDS)[number];

/** The place of a product in a list: what it is sorted by, as text, and its id. */
export interface ProductPlace {
  readonly key: string;
  readonly id: string;
}

/** A product in a list, with its place. */
export type ListedProduct = SoldProduct & { readonly sortKey: string };

/** Products, filtered and sorted, with their sales; those that are equal in it go by their ids. */
export function listSoldProducts(
  db: Database,
  { search, maxAvailable, currency }: ProductFilter,
  page: {
    sort: { field: ProductSortField; isDescending: boolean };
    after?: ProductPlace | undefined;
    limit: number;
  },
): Promise<ListedProduct[]> {
  const { sort, after, limit } = page;
  const { key, type, sales = 'none' } = SORT_KEYS[sort.field];
  const keyed = db.unsafe(key);
  const direction = sort.isDescending ? db`desc` : db`asc`;
  const beyond = sort.isDescending ? db`<` : db`>`;
  // Sales of all products are read only where the list goes by them; else they are looked up for the page.
  const sold = {
    none: db``,
    priced: db`left join product_stats s
      on s.generation = ${readGeneration(db)} and s.product_id = p.id and s.currency = p.currency`,
    all: db`left join (
        select product_id, sum(quantity) as quantity, sum(orders) as orders, sum(cancelled) as cancelled
        from product_stats where generation = ${readGeneration(db)} group by product_id
      ) as s on s.product_id = p.id`,
  }[sales];
  return plannedAnew(
    db<ListedProduct[]>`
    select ${soldColumns(db)}, p.key::text as "sortKey" from (
      select p.*, ${keyed} as key from products p ${sold}
      where true
        ${search === undefined ? db`` : db`and ${hasWords(db, search)}`}
        ${maxAvailable === undefined ? db`` : db`and p.available <= ${maxAvailable}`}
        ${currency === undefined ? db`` : db`and p.currency = ${currency}`}
        ${after ? db`and (${keyed}, p.id) ${beyond} (${after.key}::${db.unsafe(type)}, ${after.id}::text)` : db``}
      order by key ${direction}, p.id ${direction} limit ${limit}
    ) as p order by p.key ${direction}, p.id ${direction}`,
  );
}

/** What was ordered of a product on one day (`2026-11-21`, UTC) in one currency, as of its sales. */
export type ProductDay = ProductSales & { readonly day: string };

/** The days with orders of a product, from so many days ago to today, and what these are; oldest first. */
export async function readProductDays(
  db: Database,
  productId: string,
  days: number,
): Promise<{ from: string; to: string; days: ProductDay[] }> {
  const [row] = await db<{ from: string; to: string; days: ProductDay[] }[]>`
    with span as (
      select (now() at time zone 'UTC')::date - ${days - 1}::int as first, (now() at time zone 'UTC')::date as last
    )
    select first::text as "from", last::text as "to", (
      select coalesce(jsonb_agg(jsonb_build_object('day', day, 'currency', currency, 'orders', orders,
        'cancelled', cancelled, 'quantity', quantity, 'revenueMinor', revenue_minor) order by day, currency), '[]')
      from product_day_stats
      where generation = ${readGeneration(db)} and product_id = ${productId} and day between first and last
    ) as days
    from span`;
  if (!row) throw new Error('a query without a condition answered no row');
  return row;
}

/** SQL over the product `p` and its sales `s`: none of them, those in the currency of its price, or those in all. */
const SORT_KEYS: Readonly<Record<ProductSortField, { key: string; type: string; sales?: 'priced' | 'all' }>> = {
  id: { key: 'p.id', type: 'text' },
  name: { key: 'lower(p.name)', type: 'text' },
  price: { key: 'p.unit_price', type: 'numeric' },
  available: { key: 'p.available', type: 'bigint' },
  reserved: { key: 'p.reserved', type: 'bigint' },
  quantity: { key: 'coalesce(s.quantity, 0)', type: 'numeric', sales: 'all' },
  revenue: {
    key: 'coalesce(major_units(s.revenue_minor, p.currency), 0)',
    type: 'numeric',
    sales: 'priced',
  },
  orders: { key: 'coalesce(s.orders, 0)', type: 'numeric', sales: 'all' },
  average_quantity: {
    key: 'coalesce(s.quantity / nullif(s.orders - s.cancelled, 0), 0)',
    type: 'numeric',
    sales: 'all',
  },
};

/** Of the row `p` of products. */
function soldColumns(db: Database): Fragment {
  return db`
    p.id, p.name, p.unit_price_minor as "unitPriceMinor", p.currency, p.available, p.reserved,
    p.updated_at as "updatedAt", coalesce((
      select jsonb_agg(jsonb_build_object('currency', s.currency, 'orders', s.orders, 'cancelled', s.cancelled,
        'quantity', s.quantity, 'revenueMinor', s.revenue_minor) order by s.orders desc, s.currency)
      from product_stats s where s.generation = ${readGeneration(db)} and s.product_id = p.id
    ), '[]') as sales`;
}

function hasWords(db: Database, words: string): Fragment {
  return db`(strpos(lower(p.id), lower(${words})) > 0 or strpos(lower(p.name), lower(${words})) > 0)`;
}

/** What a ranking goes by. */
export type ProductRanking = 'revenue' | 'quantity' | 'orders';

/** A product in the ranking of one currency. */
export type RankedProduct = ProductSales & { readonly productId: string; readonly name: string };

/** The first products by revenue, quantity or orders; in the currency most ordered in where none is given. */
export function rankProducts(
  db: Database,
  ranking: { by: ProductRanking; currency?: string | undefined; limit: number },
): Promise<RankedProduct[]> {
  const measure = db(ranking.by === 'revenue' ? 'revenue_minor' : ranking.by);
  return db<RankedProduct[]>`
    select s.product_id as "productId", p.name, s.currency, s.orders, s.cancelled, s.quantity,
      s.revenue_minor as "revenueMinor"
    from (
      select * from product_stats
      where generation = ${readGeneration(db)} and currency = ${currencyOrMostUsed(db, ranking.currency)}
      order by ${measure} desc, product_id limit ${ranking.limit}
    ) as s join products p on p.id = s.product_id
    order by ${measure} desc, product_id`;
}
