/** Tokens of pages: a place in a list, bound to the sort and the filter of that list. */
import type { OrderFilter } from '../db/order-filter.ts';
import type { OrderSort, Place } from '../db/order-list.ts';
import { invalidRequest } from '../domain/failures.ts';
import { requestDigest } from '../domain/ids.ts';
import { toInstant, violation } from './checks.ts';

/** The list that a page belongs to. */
export interface ListOfOrders {
  readonly filter: OrderFilter;
  readonly sort: OrderSort;
}

const TOKEN = /^([\da-f]{8})\|([\d:.TZ-]{1,32})\|([\w.:-]{1,64})$/;
const KEYS = {
  created_at: /^\d{4}-\d\d-\d\dT[\d:.]+Z$/,
  updated_at: /^\d{4}-\d\d-\d\dT[\d:.]+Z$/,
  total: /^\d{1,12}(\.\d{1,3})?$/,
} as const;

/** The token of the page after a place. */
export function writePageToken(list: ListOfOrders, { key, id }: Place): string {
  return Buffer.from(`${fingerprint(list)}|${key}|${id}`).toString('base64url');
}

/** The place that a token stands for; refuses one that is none, or that belongs to another list. */
export function readPageToken(list: ListOfOrders, token: string): Place {
  const [, belongsTo, key = '', id = ''] = TOKEN.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  const { field } = list.sort;
  if (belongsTo !== undefined && belongsTo !== fingerprint(list))
    throw refusal(token, 'belongs to a list with another sort or filter; begin that one without a token');
  const isKey = KEYS[field].test(key) && (field === 'total' || toInstant(key) === key);
  if (belongsTo === undefined || !isKey) throw refusal(token, 'must be the next_page_token of an earlier page');
  return { key, id };
}

function refusal(token: string, message: string) {
  return invalidRequest([violation('page_token', token, 'page', message)]);
}

/** The same for the same list, in whatever order its statuses and reasons are given. */
function fingerprint({ filter, sort }: ListOfOrders): string {
  const parts = Object.entries(filter)
    .filter(([, value]) => value !== undefined && (!Array.isArray(value) || value.length > 0))
    .map(([name, value]: [string, unknown]) => [
      name,
      Array.isArray(value) ? [...new Set<unknown>(value)].sort() : value,
    ])
    .sort(([one], [other]) => String(one).localeCompare(String(other)));
  return requestDigest([sort.field, sort.isDescending, parts]).slice(0, 8);
}
