/** The statements that keep the catalogue and its stock. */
import type { Catalogue } from '../domain/rules.ts';
import { auditPart } from './audit.ts';
import type { Fragment } from './change.ts';
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

/** One product, or undefined. */
export async function findProduct(db: Database, id: string): Promise<Product | undefined> {
  const [product] = await db<Product[]>`select ${columns(db)} from products where id = ${id}`;
  return product;
}

/** How a product has to be for a change of it to be made: absent (null), or with this name, price and currency. */
export type ExpectedProduct = Pick<Product, 'name' | 'unitPriceMinor' | 'currency'> | null;

/**
 * Adds a product, or changes its name, price and currency; `available` is set where given, else kept (0 at first).
 * Undefined where something else is `expected`: nothing is changed then. Where somebody acts, it is written to the audit.
 */
export async function upsertProduct(
  db: Database,
  product: { id: string; name: string; unitPriceMinor: number; currency: string; available?: number | undefined },
  expected?: ExpectedProduct,
  actor?: string,
): Promise<Product | undefined> {
  const available = product.available ?? null;
  const mayAdd = expected ? db`exists (select from products where id = ${product.id})` : db`true`;
  const detail = db`jsonb_build_object('name', name, 'unit_price_minor', unit_price_minor, 'currency', currency,
    'available', available)`;
  const [stored] = await db<Product[]>`
    with changed as (
      insert into products (id, name, unit_price_minor, currency, available)
      select ${product.id}, ${product.name}, ${product.unitPriceMinor}::int, ${product.currency}, ${available ?? 0}::int
      where ${mayAdd}
      on conflict (id) do update set name = excluded.name, unit_price_minor = excluded.unit_price_minor,
        currency = excluded.currency, available = coalesce(${available}, products.available), updated_at = now()
      where ${isAsExpected(db, expected)}
      returning *
    )${auditPart(db, actor, { action: 'product.put', result: 'STORED', detail })}
    select ${columns(db)} from changed`;
  return stored;
}

/**
 * Sets what is available. Undefined where there is no such product, or where something else than `expected` is available.
 */
export async function setStock(
  db: Database,
  id: string,
  available: number,
  expected?: number,
  actor?: string,
): Promise<Product | undefined> {
  const detail = db`jsonb_build_object('available', available)`;
  const [product] = await db<Product[]>`
    with changed as (
      update products set available = ${available}, updated_at = now()
      where id = ${id} ${expected === undefined ? db`` : db`and available = ${expected}`} returning *
    )${auditPart(db, actor, { action: 'stock.set', result: 'CHANGED', detail })}
    select ${columns(db)} from changed`;
  return product;
}

/** Adds to what is available (or takes away). Undefined where there is no such product or too little of it. */
export async function adjustStock(db: Database, id: string, by: number, actor?: string): Promise<Product | undefined> {
  const detail = db`jsonb_build_object('adjust', ${by}::int, 'available', available)`;
  const [product] = await db<Product[]>`
    with changed as (
      update products set available = available + ${by}::int, updated_at = now()
      where id = ${id} and available::bigint + ${by}::int between 0 and 2147483647 returning *
    )${auditPart(db, actor, { action: 'stock.adjust', result: 'CHANGED', detail })}
    select ${columns(db)} from changed`;
  return product;
}

/** The prices of these products; unknown ones are absent. */
export async function findPrices(db: Database, ids: readonly string[]): Promise<Catalogue> {
  const rows = await db<{ id: string; unitPriceMinor: number; currency: string }[]>`
    select id, unit_price_minor as "unitPriceMinor", currency from products where id = any(${[...ids]}::text[])`;
  return new Map(rows.map(({ id, ...price }) => [id, price]));
}

/** The names of these products by id; unknown ones are absent. */
export async function findProductNames(db: Database, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await db<{ id: string; name: string }[]>`
    select id, name from products where id = any(${[...ids]}::text[])`;
  return new Map(rows.map(({ id, name }) => [id, name]));
}

function isAsExpected(db: Database, expected: ExpectedProduct | undefined): Fragment {
  if (expected === undefined) return db`true`;
  if (expected === null) return db`false`;
  return db`products.name = ${expected.name} and products.unit_price_minor = ${expected.unitPriceMinor}
    and products.currency = ${expected.currency}`;
}

function columns(db: Database) {
  return db`id, name, unit_price_minor as "unitPriceMinor", currency, available, reserved, updated_at as "updatedAt"`;
}
