/** Reading what somebody wants to follow: filters and the place to resume at, as texts of a query. */
import type { EventFilter } from '../db/filtered-log.ts';
import type { Cursor } from '../db/log.ts';
import { EVENT_TYPES, type EventType } from '../domain/events.ts';
import { FAILURE_EVENTS, PUBLICATIONS, VIEW_STATUSES } from '../domain/published-events.ts';
import type { Violation } from '../domain/rules.ts';
import { checkCustomerId, checkOrderId, demand, violation } from './checks.ts';

/** The filters as they are written; lists are separated by commas. An event must pass all that are given. */
export interface EventFilterRequest {
  readonly order_id?: string | undefined;
  readonly customer_id?: string | undefined;
  /** Types of CloudEvents or events of the domain. */
  readonly type?: readonly string[] | undefined;
  readonly view_status?: readonly string[] | undefined;
  readonly failures_only?: boolean | undefined;
}

/** Reads the filters; refuses them where one cannot be read or no event could ever pass all of them. */
export function readEventFilter(request: EventFilterRequest): EventFilter {
  const { order_id: orderId, customer_id: customerId } = request;
  const typeWords = toWords(request.type);
  const statusWords = toWords(request.view_status)?.map((word) => word.toUpperCase());
  demand(
    orderId === undefined ? [] : checkOrderId(orderId),
    checkCustomerId(customerId),
    checkWords('type', typeWords, Object.keys(TYPES)),
    checkWords('view_status', statusWords, VIEW_STATUSES),
  );
  const sets = [
    typeWords?.map((word) => TYPES[word]),
    statusWords && EVENT_TYPES.filter((type) => statusWords.some((word) => word === PUBLICATIONS[type].viewStatus)),
    request.failures_only === true ? FAILURE_EVENTS : undefined,
  ].filter((set) => set !== undefined);
  if (sets.length === 0) return { orderId, customerId };
  const types = EVENT_TYPES.filter((type) => sets.every((set) => set.includes(type)));
  if (types.length === 0) demand([violation('type', typeWords?.join(','), 'event_filter', NOTHING_PASSES)]);
  return { orderId, customerId, types };
}

/** A place in the log as clients keep it: `<tx>-<position>`. */
export function writeCursor({ tx, position }: Cursor): string {
  return `${tx}-${position}`;
}

/** Reads a place in the log; refuses what {@link writeCursor} never writes. */
export function readCursor(field: string, text: string): Cursor {
  const [, tx, position] = /^(\d{1,20})-(\d{1,16})$/.exec(text) ?? [];
  if (tx !== undefined && BigInt(tx) <= MOST_TX && Number(position) <= Number.MAX_SAFE_INTEGER)
    return { tx: BigInt(tx).toString(), position: Number(position) };
  const message = 'must be the id of an event of this stream, such as 812-42, or 0-0 for the beginning';
  demand([violation(field, text, 'event_cursor', message)]);
  throw new Error(`${field} was read as no cursor`);
}

const MOST_TX = 2n ** 64n - 1n;
const NOTHING_PASSES = 'view_status and failures_only leave no event that passes all of them';

/** Each word for a type of event. */
const TYPES: Readonly<Record<string, EventType>> = Object.fromEntries(
  EVENT_TYPES.flatMap((type) => [
    [type, type],
    [PUBLICATIONS[type].type, type],
  ]),
);

function toWords(list: readonly string[] | undefined): string[] | undefined {
  return list?.flatMap((words) => words.split(',')).map((word) => word.trim());
}

function checkWords(field: string, words: readonly string[] | undefined, allowed: readonly string[]): Violation[] {
  const unknown = (words ?? []).filter((word) => !allowed.includes(word));
  return unknown.map((word) => violation(field, word, 'event_filter', `must be one of ${allowed.join(', ')}`));
}
