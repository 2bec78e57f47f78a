/** The use cases that read what orders add up to, and the one that adds them up anew. */
import { randomUUID } from 'node:crypto';
import { recordAudit } from '../db/audit.ts';
import type { Database } from '../db/client.ts';
import {
  type CustomerRanking,
  type CustomerStatistics,
  findCustomer,
  rankCustomers,
  searchCustomers,
} from '../db/customer-statistics.ts';
import { latestOrders, type OrderBrief, searchOrders } from '../db/order-search.ts';
import {
  findSales,
  type ProductRanking,
  type ProductSales,
  rankProducts,
  searchProducts,
  type SoldProduct,
} from '../db/product-statistics.ts';
import { type DayTotal, readDays, readStatistics, type Statistics } from '../db/statistics.ts';
import { readValidationCounts, type ValidationCount } from '../db/validation-stats.ts';
import { Failure } from '../domain/failures.ts';
import { LIMITS, type Violation } from '../domain/rules.ts';
import { rebuildProjections, type RebuildResult } from '../events/projections.ts';
import {
  checkCurrency,
  checkCustomerId,
  checkInteger,
  checkOrderId,
  checkPageSize,
  checkProductId,
  checkText,
  demand,
  violation,
} from './checks.ts';

/** Which page of what is searched for; 50 entries where no size is given. */
export interface SearchQuery {
  readonly q: string;
  readonly pageSize?: number | undefined;
  readonly pageToken?: string | undefined;
}

/** Which ranking; 10 entries where no limit is given, the currency most ordered in where none is given. */
export interface RankingQuery<By> {
  readonly by: By;
  readonly currency?: string | undefined;
  readonly limit?: number | undefined;
}

export type StatisticsQueries = ReturnType<typeof createStatistics>;

const DEFAULT_PAGE_SIZE = 50;
const DEFAULT_RANKING = 10;
const DEFAULT_DAYS = 30;
const MOST_RANKED = 100;
const MOST_DAYS = 366;
const MOST_FOUND = 50;
const DAY_MS = 86_400_000;

/** Makes the use cases; refusals are {@link Failure}s. */
export function createStatistics({ db }: { db: Database }) {
  return {
    /** Everything at once, with a period of 1 to 365 days, 30 where absent, up to today. */
    all: async (days = DEFAULT_DAYS): Promise<Statistics & { validation: ValidationCount[] }> => {
      demand(checkInteger('days', days, { rule: 'time', least: 1, most: 365 }));
      const [statistics, validation] = await Promise.all([readStatistics(db, days), readValidationCounts(db)]);
      return { ...statistics, validation };
    },

    /** What happened from one day to another, at most 366; the last 30 where absent. */
    days: async (query: { from?: string | undefined; to?: string | undefined }): Promise<DayTotal[]> => {
      demand(checkDay('from', query.from), checkDay('to', query.to));
      const { from, to = dayOf(Date.now()) } = query;
      const first = from ?? dayOf(Date.parse(to) - (DEFAULT_DAYS - 1) * DAY_MS);
      demand(checkSpan(first, to));
      return readDays(db, { from: first, to });
    },

    /** How many orders the rules approved and rejected, and which rules were broken. */
    validation: (): Promise<ValidationCount[]> => readValidationCounts(db),

    /** What a customer ordered. */
    customer: async (id: string): Promise<CustomerStatistics> => {
      demand(checkCustomerId(id));
      const customer = await findCustomer(db, id);
      if (!customer) throw new Failure('NOT_FOUND', `Customer ${id} has not ordered anything.`);
      return customer;
    },

    /** The customers who spent or ordered most. */
    topCustomers: async (query: RankingQuery<CustomerRanking>) => {
      const limit = checkRanking(query);
      return rankCustomers(db, { ...query, limit });
    },

    /** Customers whose id begins so. */
    findCustomers: (query: SearchQuery): Promise<{ found: CustomerStatistics[]; nextPageToken: string }> =>
      searchPage(query, {
        checkId: (id) => checkCustomerId(id),
        idOf: ({ customerId }) => customerId,
        read: (after, limit) => searchCustomers(db, { prefix: query.q, after, limit }),
      }),

    /** What was ordered of a product. */
    sales: async (productId: string): Promise<ProductSales[]> => {
      demand(checkProductId(productId));
      return findSales(db, productId);
    },

    /** The products with most revenue, quantity or orders. */
    topProducts: async (query: RankingQuery<ProductRanking>) => {
      const limit = checkRanking(query);
      return rankProducts(db, { ...query, limit });
    },

    /** Products with these words in their id or name. */
    findProducts: (query: SearchQuery): Promise<{ found: SoldProduct[]; nextPageToken: string }> =>
      searchPage(query, {
        checkId: checkProductId,
        idOf: ({ id }) => id,
        read: (after, limit) => searchProducts(db, { words: query.q, after, limit }),
      }),

    /** The latest orders, 100 where no limit is given. */
    timeline: async (limit = MOST_RANKED): Promise<OrderBrief[]> => {
      demand(checkLimit(limit));
      return latestOrders(db, limit);
    },

    /** At most 50 orders whose id begins so, one whose id is just that first. */
    findOrders: async (prefix: string): Promise<OrderBrief[]> => {
      demand(checkOrderId(prefix));
      return searchOrders(db, prefix, MOST_FOUND);
    },
  };
}

/** Adds up all orders anew from the log. */
export type RebuildStatistics = (actor: string) => Promise<RebuildResult>;

/** Makes the use case; it takes as long as it takes, until `stopping` aborts. Refused while another one runs. */
export function createRebuild({ db, stopping }: { db: Database; stopping: AbortSignal }): RebuildStatistics {
  return async (actor) => {
    const result = await rebuildProjections({ db, holder: randomUUID(), signal: stopping }).catch((error: unknown) => {
      if (!stopping.aborted) throw error;
      throw new Failure('UNAVAILABLE', 'The server is stopping.', { retryAfterSeconds: 5 });
    });
    if (result) {
      await recordAudit(db, { actor, action: 'projections.rebuild', subject: 'projections', result: 'REBUILT' });
      return result;
    }
    throw new Failure('REBUILD_UNDER_WAY', 'The statistics are being rebuilt already; wait until that is done.');
  };
}

/** Reads one entry more than the page has, to know whether there is another page. */
async function searchPage<Entry>(
  { q, pageSize = DEFAULT_PAGE_SIZE, pageToken }: SearchQuery,
  list: {
    checkId: (id: string) => Violation[];
    idOf: (entry: Entry) => string;
    read: (after: string | undefined, limit: number) => Promise<Entry[]>;
  },
): Promise<{ found: Entry[]; nextPageToken: string }> {
  demand(checkText('q', q, { rule: 'shape', most: LIMITS.customerId.most }), checkPageSize(pageSize));
  const after = pageToken ? Buffer.from(pageToken, 'base64url').toString() : undefined;
  if (after !== undefined && list.checkId(after).length > 0)
    demand([violation('page_token', pageToken, 'page', 'must be the next_page_token of an earlier page')]);
  const read = await list.read(after, pageSize + 1);
  const found = read.slice(0, pageSize);
  const last = found.at(-1);
  const isMore = read.length > pageSize && last !== undefined;
  return { found, nextPageToken: isMore ? Buffer.from(list.idOf(last)).toString('base64url') : '' };
}

function checkRanking({ limit = DEFAULT_RANKING, currency }: RankingQuery<unknown>): number {
  demand(checkLimit(limit), checkCurrency(currency));
  return limit;
}

function checkLimit(limit: number): Violation[] {
  return checkInteger('limit', limit, { rule: 'page', least: 1, most: MOST_RANKED });
}

function checkDay(field: string, day: string | undefined): Violation[] {
  if (day === undefined) return [];
  const time = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(day) : NaN;
  const isDay = !Number.isNaN(time) && dayOf(time) === day && !day.startsWith('0000');
  return isDay ? [] : [violation(field, day, 'time', 'must be a day such as 2026-11-21')];
}

function checkSpan(from: string, to: string): Violation[] {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (days >= 1 && days <= MOST_DAYS) return [];
  return [violation('from', from, 'time', `must be a day from 0 to ${MOST_DAYS - 1} days before to (${to})`)];
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
