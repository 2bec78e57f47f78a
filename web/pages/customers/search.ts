import { type Period, readPeriod } from '../../elements/days.ts';
import { amountIn, given, textIn, wordIn } from '../../elements/search-values.ts';

/** What customers can be sorted by, as the API takes it. */
export const CUSTOMER_SORTS = [
  'spent',
  '-spent',
  'orders',
  '-orders',
  'last_order_at',
  '-last_order_at',
  'customer_id',
  '-customer_id',
] as const;

/** When somebody last ordered. */
export const LAST_ORDERS = ['24h', '7d', '30d', 'before-30d', 'before-90d'] as const;

/** What the address of the page of customers holds, so that a view can be shared. */
export interface CustomersSearch {
  /** ISO 4217; the one most ordered in where absent. */
  readonly currency?: string;
  /** What the customer id begins with. */
  readonly search?: string;
  /** Major units. */
  readonly min_spent?: number;
  readonly min_orders?: number;
  readonly last_order?: (typeof LAST_ORDERS)[number];
  readonly sort?: (typeof CUSTOMER_SORTS)[number];
  readonly page_token?: string;
}

/** Reads it; what means nothing is left out. */
export function customersSearch(search: Record<string, unknown>): CustomersSearch {
  return given({
    currency: textIn(search.currency),
    search: textIn(search.search),
    min_spent: amountIn(search.min_spent),
    min_orders: amountIn(search.min_orders),
    last_order: wordIn(search.last_order, LAST_ORDERS),
    sort: wordIn(search.sort, CUSTOMER_SORTS),
    page_token: textIn(search.page_token),
  });
}

/** What the chart of a customer can show. */
export const CUSTOMER_MEASURES = ['orders', 'spent'] as const;

/** What the address of the page of one customer holds. */
export interface CustomerSearch {
  readonly days?: Period;
  readonly measure?: (typeof CUSTOMER_MEASURES)[number];
  /** Of what was spent; the one with most of the orders where absent. */
  readonly currency?: string;
}

/** Reads it; what means nothing is left out. */
export function customerSearch(search: Record<string, unknown>): CustomerSearch {
  return given({
    days: readPeriod(search.days),
    measure: wordIn(search.measure, CUSTOMER_MEASURES),
    currency: textIn(search.currency),
  });
}
