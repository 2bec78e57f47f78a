/** The use cases of the catalogue and its stock. */
import type { Database } from '../db/client.ts';
import {
  adjustStock,
  type ExpectedProduct,
  findProduct,
  type Product,
  setStock,
  upsertProduct,
} from '../db/products.ts';
import { Failure, invalidRequest } from '../domain/failures.ts';
import { decimals, formatMoney, toMinor } from '../domain/money.ts';
import type { Violation } from '../domain/rules.ts';
import { checkInteger, checkProductId, checkText, demand, violation } from './checks.ts';

/** A product as a client states it; exactly one of the two prices, `unitPrice` in major units. */
export interface ProductRequest {
  readonly id: string;
  readonly name: string;
  readonly unitPriceMinor?: number | undefined;
  readonly unitPrice?: number | undefined;
  readonly currency: string;
  readonly available?: number | undefined;
  /** How the product has to be for this to be done; null where it must not exist yet. */
  readonly expected?: ExpectedProduct | undefined;
}

/** What to do with the stock of a product; exactly one of `available` and `adjust`. */
export interface StockRequest {
  readonly available?: number | undefined;
  readonly adjust?: number | undefined;
  /** What has to be available for `available` to be set. */
  readonly expectedAvailable?: number | undefined;
}

export type Products = ReturnType<typeof createProducts>;

/** What stands in the place of an id in addresses below `/api/products/`, so that no product could be read there. */
const ADDRESSES = ['search', 'top'];
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

    /** Adds a product or changes it, where it is as `expected`; its stock is kept where `available` is absent. */
    put: async (request: ProductRequest, actor: string): Promise<Product> => {
      const { id, name, currency, available, expected } = request;
      demand(
        checkProductId(id),
        checkAddress(id),
        checkText('name', name, { rule: 'product', most: MOST_NAME }),
        checkCurrency(currency),
        checkPrice(request),
        checkInteger('available', available, { rule: 'stock', least: 0 }),
        checkExpectedProduct(expected),
      );
      const unitPriceMinor = request.unitPriceMinor ?? toMinor(request.unitPrice ?? 0, currency);
      const stored = await upsertProduct(db, { id, name, unitPriceMinor, currency, available }, expected, actor);
      if (stored) return stored;
      throw productChanged(await get(id));
    },

    /**
     * Sets what is available, where that is what was expected, or adds to it; what is available never falls below zero.
     */
    changeStock: async (id: string, request: StockRequest, actor: string): Promise<Product> => {
      const { available, adjust, expectedAvailable } = request;
      demand(
        checkProductId(id),
        exactlyOne({ available, adjust }),
        checkInteger('available', available, { rule: 'stock', least: 0 }),
        checkInteger('adjust', adjust, { rule: 'stock', least: -MOST_STOCK }),
        checkExpected({ adjust, expectedAvailable }),
      );
      const changed =
        available === undefined
          ? await adjustStock(db, id, adjust ?? 0, actor)
          : await setStock(db, id, available, expectedAvailable, actor);
      if (changed) return changed;
      const product = await get(id);
      if (available !== undefined) throw stockChanged(product, expectedAvailable);
      const message = `must leave 0 to ${MOST_STOCK} available; ${product.available} are available now`;
      throw invalidRequest([violation('adjust', adjust, 'stock', message)]);
    },
  };
}

function productChanged({ id, name, unitPriceMinor, currency }: Product): Failure {
  const price = formatMoney(unitPriceMinor, currency);
  return new Failure('PRODUCT_CHANGED', `Product ${id} exists: it is called ${name} and costs ${price} now.`);
}

function stockChanged({ id, available }: Product, expected: number | undefined): Failure {
  const message = `${available} of ${id} are available now, not ${expected}. Nothing was changed.`;
  return new Failure('PRODUCT_CHANGED', message);
}

function checkExpected({ adjust, expectedAvailable }: StockRequest): Violation[] {
  if (adjust === undefined || expectedAvailable === undefined)
    return checkInteger('expected_available', expectedAvailable, { rule: 'stock', least: 0 });
  return [violation('expected_available', expectedAvailable, 'shape', 'excludes adjust, which needs none')];
}

/** What no product can be is refused; what clients may not write but SQL may, is not. */
function checkExpectedProduct(expected: ExpectedProduct | undefined): Violation[] {
  if (!expected) return [];
  const { name, unitPriceMinor, currency } = expected;
  const refuse = (field: string, value: string, message: string) => [violation(field, value, 'product', message)];
  return [
    ...(name.includes('\0') ? refuse('expected.name', name, 'must have no NUL characters') : []),
    ...checkInteger('expected.unit_price_minor', unitPriceMinor, { rule: 'product', least: 1 }),
    ...(/^[A-Z]{3}$/.test(currency) ? [] : refuse('expected.currency', currency, 'must be a code such as USD')),
  ];
}

function productNotFound(id: string): Failure {
  return new Failure('NOT_FOUND', `There is no product ${id}.`);
}

function checkCurrency(currency: string): Violation[] {
  if (CURRENCIES.has(currency)) return [];
  return [violation('currency', currency, 'product', 'must be an ISO 4217 code such as USD')];
}

function checkAddress(id: string): Violation[] {
  if (!ADDRESSES.includes(id)) return [];
  return [violation('product_id', id, 'product_id', `must not be ${ADDRESSES.join(' or ')}, which are addresses`)];
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
