/** The use cases that list customers and products by what was ordered, and tell how that went day by day. */
import type { Database } from '../db/client.ts';
import {
  CUSTOMER_SORT_FIELDS,
  type CustomerActivity,
  type CustomerFilter,
  type CustomerSortField,
  findCurrencies,
  findCustomer,
  listCustomers,
  type RankedCustomer,
  readCustomerActivity,
} from '../db/customer-statistics.ts';
import {
  listSoldProducts,
  PRODUCT_SORT_FIELDS,
  type ProductDay,
  type ProductFilter,
  type ProductSortField,
  readProductDays,
  type SoldProduct,
} from '../db/product-statistics.ts';
import { findProduct } from '../db/products.ts';
import { Failure } from '../domain/failures.ts';
import { toMinor } from '../domain/money.ts';
import { LIMITS, type Violation } from '../domain/rules.ts';
import {
  checkCurrency,
  checkCustomerId,
  checkInteger,
  checkPageSize,
  checkProductId,
  checkText,
  checkTime,
  demand,
  toInstant,
  violation,
} from './checks.ts';
import { type KeyKind, readRankingToken, writeRankingToken } from './ranking-page-token.ts';

/** Which page; 50 entries where no size is given. `sort`: a field, with `-` before it the highest first. */
export interface ListQuery {
  readonly sort?: string | undefined;
  readonly pageSize?: number | undefined;
  readonly pageToken?: string | undefined;
}

/** Which customers, in the currency most ordered in where none is given; `minSpent` is a decimal in major units. */
export type CustomersQuery = ListQuery &
  Omit<CustomerFilter, 'minSpentMinor'> & {
    readonly currency?: string | undefined;
    readonly minSpent?: string | undefined;
  };

/** Customers of one currency, undefined where nobody has ordered; `currencies`: all that orders are in. */
export interface CustomersPage {
  readonly currency: string | undefined;
  readonly currencies: readonly string[];
  readonly customers: readonly RankedCustomer[];
  readonly nextPageToken: string;
}

/** What a customer ordered of late; partial where there were more orders than are looked at. */
export type RecentActivity = CustomerActivity & { readonly isPartial: boolean };

export type Rankings = ReturnType<typeof createRankings>;

const DEFAULT_PAGE_SIZE = 50;
const DEFAULT_DAYS = 90;
const MOST_DAYS = 366;
const MOST_ORDERS = 10_000;
const DECIMAL = /^\d{1,9}(\.\d{1,3})?$/;

/** Makes the use cases; refusals are {@link Failure}s. */
export function createRankings({ db }: { db: Database }) {
  return {
    /** A page of customers; those who spent most first where no sort is given. */
    customers: async (query: CustomersQuery): Promise<CustomersPage> => {
      const { search, minSpent, minOrders, lastOrderFrom, lastOrderTo, pageSize = DEFAULT_PAGE_SIZE } = query;
      demand(
        checkText('search', search, { rule: 'search', most: LIMITS.customerId.most }),
        checkCurrency(query.currency),
        checkDecimal('min_spent', minSpent),
        checkInteger('min_orders', minOrders, { rule: 'shape', least: 0 }),
        checkTime('last_order_from', lastOrderFrom),
        checkTime('last_order_to', lastOrderTo),
        checkPageSize(pageSize),
      );
      const sort = readSort(query.sort, CUSTOMER_SORT_FIELDS, '-spent');
      const currencies = await findCurrencies(db);
      const currency = query.currency ?? currencies[0];
      if (currency === undefined) return { currency, currencies, customers: [], nextPageToken: '' };
      const filter = {
        search,
        currency,
        minOrders,
        minSpentMinor: minSpent === undefined ? undefined : toMinor(Number(minSpent), currency),
        lastOrderFrom: toInstant(lastOrderFrom),
        lastOrderTo: toInstant(lastOrderTo),
      };
      const list = { sort, filter };
      const after = query.pageToken
        ? readRankingToken(list, query.pageToken, CUSTOMER_KEYS[sort.field].kind)
        : undefined;
      const found = await listCustomers(db, filter, { sort, after, limit: pageSize + 1 });
      const customers = found.slice(0, pageSize);
      const last = found.length > pageSize ? customers.at(-1) : undefined;
      const place = last && { key: CUSTOMER_KEYS[sort.field].of(last), id: last.customerId };
      return { currency, currencies, customers, nextPageToken: place ? writeRankingToken(list, place) : '' };
    },

    /** A page of products with their sales; by id where no sort is given. */
    products: async (query: ListQuery & ProductFilter): Promise<{ products: SoldProduct[]; nextPageToken: string }> => {
      const { search, maxAvailable, currency, pageSize = DEFAULT_PAGE_SIZE } = query;
      demand(
        checkText('search', search, { rule: 'search', most: LIMITS.customerId.most }),
        checkInteger('max_available', maxAvailable, { rule: 'stock', least: 0 }),
        checkCurrency(currency),
        checkPageSize(pageSize),
      );
      const sort = readSort(query.sort, PRODUCT_SORT_FIELDS, 'id');
      const filter = { search, maxAvailable, currency };
      const list = { sort, filter };
      const after = query.pageToken ? readRankingToken(list, query.pageToken, kindOf(sort.field)) : undefined;
      const found = await listSoldProducts(db, filter, { sort, after, limit: pageSize + 1 });
      const products = found.slice(0, pageSize);
      const last = found.length > pageSize ? products.at(-1) : undefined;
      return {
        products,
        nextPageToken: last ? writeRankingToken(list, { key: last.sortKey, id: last.id }) : '',
      };
    },

    /** What a customer ordered within 1 to 366 days up to today, 90 where absent; of the latest 10,000 orders. */
    customerActivity: async (id: string, days = DEFAULT_DAYS): Promise<RecentActivity> => {
      demand(checkCustomerId(id), checkDays(days));
      const activity = await readCustomerActivity(db, id, { days, most: MOST_ORDERS });
      if (activity.orders === 0 && !(await findCustomer(db, id)))
        throw new Failure('NOT_FOUND', `Customer ${id} has not ordered anything.`);
      return { ...activity, isPartial: activity.orders === MOST_ORDERS };
    },

    /** What was ordered of a product within 1 to 366 days up to today, 90 where absent. */
    productDays: async (
      id: string,
      days = DEFAULT_DAYS,
    ): Promise<{ from: string; to: string; days: readonly ProductDay[] }> => {
      demand(checkProductId(id), checkDays(days));
      const told = await readProductDays(db, id, days);
      if (told.days.length === 0 && !(await findProduct(db, id)))
        throw new Failure('NOT_FOUND', `There is no product ${id}.`);
      return told;
    },
  };
}

const CUSTOMER_KEYS: Readonly<Record<CustomerSortField, { kind: KeyKind; of: (customer: RankedCustomer) => string }>> =
  {
    spent: { kind: 'integer', of: ({ spentMinor }) => String(spentMinor) },
    orders: { kind: 'integer', of: ({ orders }) => String(orders) },
    last_order_at: { kind: 'time', of: ({ lastOrderAt }) => lastOrderAt },
    customer_id: { kind: 'text', of: () => '' },
  };

function kindOf(field: ProductSortField): KeyKind {
  if (field === 'id' || field === 'name') return 'text';
  return field === 'available' || field === 'reserved' ? 'integer' : 'number';
}

function readSort<Field extends string>(word: string | undefined, fields: readonly Field[], usual: string) {
  const text = word ?? usual;
  const isDescending = text.startsWith('-');
  const field = fields.find((known) => known === text.slice(isDescending ? 1 : 0));
  if (field) return { field, isDescending };
  const words = fields.flatMap((known) => [known, `-${known}`]).join(', ');
  demand([violation('sort', word, 'sort', `must be one of ${words}`)]);
  throw new Error('a sort that is none was taken');
}

function checkDays(days: number): Violation[] {
  return checkInteger('days', days, { rule: 'time', least: 1, most: MOST_DAYS });
}

function checkDecimal(field: string, text: string | undefined): Violation[] {
  if (text === undefined || DECIMAL.test(text)) return [];
  return [violation(field, text, 'amount', 'must be a decimal in major units such as 39.98')];
}
