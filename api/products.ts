/** The use cases of the catalogue and its stock. */
import type { Database } from '../db/client.ts';
import { adjustStock, findProduct, listProducts, type Product, setStock, upsertProduct } from '../db/products.ts';
import { Failure, invalidRequest } from '../domain/failures.ts';
import { decimals, toMinor } from '../domain/money.ts';
import type { Violation } from '../domain/rules.ts';
import { checkInteger, checkPageSize, checkProductId, checkText, demand, violation } from './checks.ts';

/** A page of products by id; `nextPageToken` is empty on the last one. */
export interface ProductPage {
  readonly products: readonly Product[];
  readonly nextPageToken: string;
}

/** A product as a client states it; exactly one of the two prices, `unitPrice` in major units. */
export interface ProductRequest {
  readonly id: string;
  readonly name: string;
  readonly unitPriceMinor?: number | undefined;
  readonly unitPrice?: number | undefined;
  readonly currency: string;
  readonly available?: number | undefined;
}

/** What to do with the stock of a product; exactly one of the two. */
export interface StockRequest {
  readonly available?: number | undefined;
  readonly adjust?: number | undefined;
}

export type Products = ReturnType<typeof createProducts>;

const DEFAULT_PAGE_SIZE = 50;
const MOST_NAME = 200;
const MOST_STOCK = 2_147_483_647;
/** As much as an order may cost at most: 100,000.00. */
const MOST_PRICE_MINOR = 10_000_000;

/** Makes the use cases; refusals are {@link Failure}s. */
export function createProducts({ db }: { db: Database }) {
  const get = async (id: string): Promise<Product> => {
    demand(checkProductId(id));
    const product = await findProduct(db, id);
    if (!product) throw productNotFound(id);
    return product;
  };

  return {
    /** One product. */
    get,

    /** A page of products by id. */
    list: async (query: { pageSize?: number | undefined; pageToken?: string | undefined }): Promise<ProductPage> => {
      const { pageSize = DEFAULT_PAGE_SIZE, pageToken } = query;
      demand(checkPageSize(pageSize));
      const after = pageToken ? readPageToken(pageToken) : undefined;
      const found = await listProducts(db, { after, limit: pageSize + 1 });
      const products = found.slice(0, pageSize);
      const last = products.at(-1);
      return { products, nextPageToken: found.length > pageSize && last ? writePageToken(last.id) : '' };
    },

    /** Adds a product or changes it; its stock is kept where `available` is absent. */
    put: async (request: ProductRequest): Promise<Product> => {
      const { id, name, currency, available } = request;
      demand(
        checkProductId(id),
        checkText('name', name, { rule: 'product', most: MOST_NAME }),
        checkCurrency(currency),
        checkPrice(request),
        checkInteger('available', available, { rule: 'stock', least: 0 }),
      );
      const unitPriceMinor = request.unitPriceMinor ?? toMinor(request.unitPrice ?? 0, currency);
      return upsertProduct(db, { id, name, unitPriceMinor, currency, available });
    },

    /** Sets what is available, or adds to it; what is available never falls below zero. */
    changeStock: async (id: string, { available, adjust }: StockRequest): Promise<Product> => {
      demand(
        checkProductId(id),
        exactlyOne({ available, adjust }),
        checkInteger('available', available, { rule: 'stock', least: 0 }),
        checkInteger('adjust', adjust, { rule: 'stock', least: -MOST_STOCK }),
      );
      const changed =
        available === undefined ? await adjustStock(db, id, adjust ?? 0) : await setStock(db, id, available);
      if (changed) return changed;
      const product = await get(id);
      const message = `must leave 0 to ${MOST_STOCK} available; ${product.available} are available now`;
      throw invalidRequest([violation('adjust', adjust, 'stock', message)]);
    },
  };
}

function productNotFound(id: string): Failure {
  return new Failure('NOT_FOUND', `There is no product ${id}.`);
}

function checkCurrency(currency: string): Violation[] {
  if (CURRENCIES.has(currency)) return [];
  return [violation('currency', currency, 'product', 'must be an ISO 4217 code such as USD')];
}

function checkPrice({ unitPriceMinor, unitPrice, currency }: ProductRequest): Violation[] {
  const alternatives = exactlyOne({ unit_price_minor: unitPriceMinor, unit_price: unitPrice });
  if (alternatives.length > 0) return alternatives;
  if (unitPrice === undefined)
    return checkInteger('unit_price_minor', unitPriceMinor, { rule: 'product', least: 1, most: MOST_PRICE_MINOR });
  const minor = toMinor(unitPrice, currency);
  const isExact = Math.abs(minor - unitPrice * 10 ** decimals(currency)) < 1e-6;
  if (isExact && minor >= 1 && minor <= MOST_PRICE_MINOR) return [];
  const message = `must be more than 0 with at most ${decimals(currency)} decimals, and at most ${MOST_PRICE_MINOR} minor units`;
  return [violation('unit_price', unitPrice, 'product', message)];
}

function exactlyOne(alternatives: Readonly<Record<string, number | undefined>>): Violation[] {
  const names = Object.keys(alternatives);
  const given = names.filter((name) => alternatives[name] !== undefined);
  if (given.length === 1) return [];
  const message = given.length === 0 ? `or ${names.slice(1).join(' or ')} is required` : `excludes ${names[1]}`;
  return [violation(names[0] ?? '', alternatives[names[0] ?? ''], 'shape', message)];
}

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

function writePageToken(id: string): string {
  return Buffer.from(id).toString('base64url');
}

function readPageToken(token: string): string {
  const id = Buffer.from(token, 'base64url').toString();
  if (checkProductId(id).length > 0)
    demand([violation('page_token', token, 'page', 'must be the next_page_token of an earlier page')]);
  return id;
}
