/** The statements that keep the catalogue and its stock. */
import type { Catalogue } from '../domain/rules.ts';
import type { Database } from './client.ts';

/** A product: price in minor units, stock that can be reserved, stock that belongs to open orders. */
export interface Product {
  readonly id: string;
  readonly name: string;
  readonly unitPriceMinor: number;
  readonly currency: string;
  readonly available: number;
  readonly reserved: number;
  readonly updatedAt: string;
}

/** A page of products by id; `after` is the last id of the page before. */
export function listProducts(db: Database, page: { after?: string | undefined; limit: number }): Promise<Product[]> {
  return db<Product[]>`
    select ${columns(db)} from products where id > ${page.after ?? ''} order by id limit ${page.limit}`;
}

/** One product, or undefined. */
export async function findProduct(db: Database, id: string): Promise<Product | undefined> {
  const [product] = await db<Product[]>`select ${columns(db)} from products where id = ${id}`;
  return product;
}

/** Adds a product, or changes its name, price and currency; `available` is set where given, else kept (0 at first). */
export async function upsertProduct(
  db: Database,
  product: { id: string; name: string; unitPriceMinor: number; currency: string; available?: number | undefined },
): Promise<Product> {
  const available = product.available ?? null;
  const [stored] = await db<Product[]>`
    insert into products (id, name, unit_price_minor, currency, available)
    values (${product.id}, ${product.name}, ${product.unitPriceMinor}, ${product.currency}, ${available ?? 0})
    on conflict (id) do update set name = excluded.name, unit_price_minor = excluded.unit_price_minor,
      currency = excluded.currency, available = coalesce(${available}, products.available), updated_at = now()
    returning ${columns(db)}`;
  if (!stored) throw new Error(`product ${product.id} was not stored`);
  return stored;
}

/** Sets what is available. Undefined where there is no such product. */
export async function setStock(db: Database, id: string, available: number): Promise<Product | undefined> {
  const [product] = await db<Product[]>`
    update products set available = ${available}, updated_at = now() where id = ${id} returning ${columns(db)}`;
  return product;
}

/** Adds to what is available (or takes away). Undefined where there is no such product or too little of it. */
export async function adjustStock(db: Database, id: string, by: number): Promise<Product | undefined> {
  const [product] = await db<Product[]>`
    update products set available = available + ${by}::int, updated_at = now()
    where id = ${id} and available::bigint + ${by}::int between 0 and 2147483647 returning ${columns(db)}`;
  return product;
}

/** The prices of these products; unknown ones are absent. */
export async function findPrices(db: Database, ids: readonly string[]): Promise<Catalogue> {
  const rows = await db<{ id: string; unitPriceMinor: number; currency: string }[]>`
    select id, unit_price_minor as "unitPriceMinor", currency from products where id = any(${[...ids]}::text[])`;
  return new Map(rows.map(({ id, ...price }) => [id, price]));
}

function columns(db: Database) {
  return db`id, name, unit_price_minor as "unitPriceMinor", currency, available, reserved, updated_at as "updatedAt"`;
}
