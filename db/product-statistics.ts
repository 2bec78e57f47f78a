/** Reading what was ordered of products. */
import type { Database } from './client.ts';
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
    select p.id, p.name, p.unit_price_minor as "unitPriceMinor", p.currency, p.available, p.reserved,
      p.updated_at as "updatedAt", coalesce((
        select jsonb_agg(jsonb_build_object('currency', s.currency, 'orders', s.orders, 'cancelled', s.cancelled,
          'quantity', s.quantity, 'revenueMinor', s.revenue_minor) order by s.orders desc, s.currency)
        from product_stats s where s.generation = ${readGeneration(db)} and s.product_id = p.id
      ), '[]') as sales
    from products p
    where p.id > ${after}
      and (strpos(lower(p.id), lower(${words})) > 0 or strpos(lower(p.name), lower(${words})) > 0)
    order by p.id limit ${limit}`;
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
