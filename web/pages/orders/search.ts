/** What the address of the page of orders holds, so that a view can be shared. */
import type { paths } from '../../api/openapi.d.ts';
import { amountIn, given, textIn, wordIn } from '../../elements/search-values.ts';
import { APPROVALS, FAILURE_REASONS, ORDER_STATUSES, SORTS } from './closed-lists.ts';

type ListQuery = NonNullable<paths['/api/orders']['get']['parameters']['query']>;

/** Which orders, by the names and in the units of the API. */
export interface OrdersFilter {
  readonly status?: (typeof ORDER_STATUSES)[number][];
  readonly approval?: (typeof APPROVALS)[number][];
  readonly failure_reason?: (typeof FAILURE_REASONS)[number][];
  /** What an order id begins with, or the whole id of a customer. */
  readonly search?: string;
  readonly customer_id?: string;
  /** ISO 8601. */
  readonly created_from?: string;
  readonly created_to?: string;
  /** Major units. */
  readonly min_total?: number;
  readonly max_total?: number;
}

/** Which orders, in which order, and which page of them; `page` counts from 1. */
export interface OrdersSearch extends OrdersFilter {
  readonly sort?: NonNullable<ListQuery['sort']>;
  readonly page_token?: string;
  readonly page?: number;
}

/** Reads it; what means nothing is left out. */
export function ordersSearch(search: Record<string, unknown>): OrdersSearch {
  const sort = wordIn(search.sort, SORTS);
  const token = textIn(search.page_token);
  const page = amountIn(search.page);
  return given({
    status: wordsIn(search.status, ORDER_STATUSES),
    approval: wordsIn(search.approval, APPROVALS),
    failure_reason: wordsIn(search.failure_reason, FAILURE_REASONS),
    search: textIn(search.search),
    customer_id: textIn(search.customer_id),
    created_from: momentIn(search.created_from),
    created_to: momentIn(search.created_to),
    min_total: amountIn(search.min_total),
    max_total: amountIn(search.max_total),
    sort,
    page_token: token,
    page: token !== undefined && page !== undefined && Number.isInteger(page) && page > 1 ? page : undefined,
  });
}

/** Which orders, without their order and their page. */
export function filterOf({ sort: _sort, page_token: _token, page: _page, ...filter }: OrdersSearch): OrdersFilter {
  return filter;
}

/** Given as a list, or as one word with commas, as people and the API write it. */
function wordsIn<Word extends string>(list: unknown, known: readonly Word[]): Word[] | undefined {
  const words: readonly unknown[] = Array.isArray(list) ? list : typeof list === 'string' ? list.split(',') : [];
  const found = known.filter((word) => words.includes(word));
  return found.length === 0 ? undefined : found;
}

function momentIn(text: unknown): string | undefined {
  const time = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
