/** Tokens of pages of customers and products: a place in a list, bound to the sort and the filter of that list. */
import { requestDigest } from '../domain/ids.ts';
import { demand, toInstant, violation } from './checks.ts';

/** The list that a page belongs to. */
export interface RankingList {
  readonly sort: { readonly field: string; readonly isDescending: boolean };
  readonly filter: object;
}

/** The place after which a page begins: what the list goes by, as text, and an id. */
export interface RankingPlace {
  readonly key: string;
  readonly id: string;
}

/** What the text that a list goes by stands for. */
export type KeyKind = 'integer' | 'number' | 'time' | 'text';

const KEYS: Readonly<Record<KeyKind, RegExp>> = {
  integer: /^-?\d{1,15}$/,
  number: /^-?\d{1,15}(\.\d{1,40})?$/,
  time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  text: /^\P{C}{0,400}$/u,
};

/** The token of the page after a place. */
export function writeRankingToken(list: RankingList, { key, id }: RankingPlace): string {
  return Buffer.from(JSON.stringify([fingerprint(list), key, id])).toString('base64url');
}

/** The place that a token stands for; refuses one that is none, or that belongs to another list. */
export function readRankingToken(list: RankingList, token: string, kind: KeyKind): RankingPlace {
  const [belongsTo, key, id] = partsOf(token);
  const isPlace = belongsTo !== undefined && KEYS[kind].test(key ?? '') && KEYS.text.test(id ?? '');
  if (isPlace && key !== undefined && id !== undefined && belongsTo === fingerprint(list) && isMoment(key, kind))
    return { key, id };
  const message =
    belongsTo !== undefined && belongsTo !== fingerprint(list)
      ? 'belongs to a list with another sort or filter; begin that one without a token'
      : 'must be the next_page_token of an earlier page';
  demand([violation('page_token', token, 'page', message)]);
  throw new Error('a token that is none was taken');
}

function isMoment(key: string, kind: KeyKind): boolean {
  return kind !== 'time' || toInstant(key) === key;
}

function partsOf(token: string): readonly string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    const isToken = Array.isArray(parts) && parts.length === 3 && parts.every((part) => typeof part === 'string');
    return isToken ? parts : [];
  } catch {
    return [];
  }
}

function fingerprint({ sort, filter }: RankingList): string {
  const given = Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .sort(([one], [other]) => one.localeCompare(other));
  return requestDigest([sort.field, sort.isDescending, given]).slice(0, 8);
}
