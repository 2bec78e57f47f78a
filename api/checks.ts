/** Rules for the arguments of commands and queries, the same on REST and gRPC. Those of a new order are in `domain/`. */
import { invalidRequest } from '../domain/failures.ts';
import { ORDER_STATUS_WORDS, type OrderStatus, parseOrderStatus } from '../domain/order-status.ts';
import { isIdentifier, isPrintable, LIMITS, type RuleName, shorten, type Violation } from '../domain/rules.ts';

const MOST_REASON = 500;
const MOST_LOCATION = 200;
const MOST_PAGE = 500;
const MOST_INTEGER = 2_147_483_647;

/** Refuses a request that breaks any of the checked rules, naming all that are broken. */
export function demand(...checks: readonly Violation[][]): void {
  const violations = checks.flat();
  if (violations.length > 0) throw invalidRequest(violations);
}

/** One broken rule; the message starts with the field, the value is made safe to send back. */
export function violation(field: string, value: unknown, rule: RuleName, message: string): Violation {
  return { field, value: echo(value), rule, message: `${field} ${message}` };
}

/** The id of an order is 1 to 64 letters, digits and the signs `._:-`. */
export function checkOrderId(id: string, field = 'order_id'): Violation[] {
  return checkId(field, id, { rule: 'order_id', most: LIMITS.orderId.most });
}

/** The id of a product is 1 to 64 letters, digits and the signs `._:-`. */
export function checkProductId(id: string): Violation[] {
  return checkId('product_id', id, { rule: 'product_id', most: LIMITS.productId.most });
}

/** The customer id of a filter, where given, is one that an order can have. */
export function checkCustomerId(id: string | undefined): Violation[] {
  return checkText('customer_id', id, { rule: 'customer_id', most: LIMITS.customerId.most });
}

/** A currency, where given, is three capital letters. */
export function checkCurrency(currency: string | undefined): Violation[] {
  if (currency === undefined || /^[A-Z]{3}$/.test(currency)) return [];
  return [violation('currency', currency, 'shape', 'must be an ISO 4217 code such as USD')];
}

/** A reason, where given, is 1 to 500 printable characters. */
export function checkReason(reason: string | undefined): Violation[] {
  return checkText('reason', reason, { rule: 'reason', most: MOST_REASON });
}

/** A location is 1 to 200 printable characters. */
export function checkLocation(location: string): Violation[] {
  return checkText('location', location, { rule: 'location', most: MOST_LOCATION });
}

/** A text, where given, is 1 to `most` printable characters without spaces around them. */
export function checkText(
  field: string,
  text: string | undefined,
  { rule, most }: { rule: RuleName; most: number },
): Violation[] {
  if (text === undefined || (text.length <= most && isPrintable(text))) return [];
  return [violation(field, text, rule, `must be 1 to ${most} printable characters without spaces around them`)];
}

/** A number, where given, is a whole one within the bounds. */
export function checkInteger(
  field: string,
  value: number | undefined,
  { rule, least, most = MOST_INTEGER }: { rule: RuleName; least: number; most?: number },
): Violation[] {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return [];
  return [violation(field, value, rule, `must be a whole number from ${least} to ${most}`)];
}

/** A page has 1 to 500 entries. */
export function checkPageSize(size: number | undefined): Violation[] {
  return checkInteger('page_size', size, { rule: 'page', least: 1, most: MOST_PAGE });
}

/** A moment, where given, is ISO 8601 with a time zone, from the year 1 to 9999. */
export function checkTime(field: string, text: string | undefined): Violation[] {
  if (text === undefined || toInstant(text) !== undefined) return [];
  return [violation(field, text, 'time', 'must be a time such as 2026-11-21T08:00:00Z')];
}

/** A moment as ISO 8601 in UTC with milliseconds; undefined where it is absent or none. */
export function toInstant(text: string | undefined): string | undefined {
  if (text === undefined || !INSTANT.test(text)) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time) || !isInCalendar(text.slice(0, 10))) return undefined;
  const instant = new Date(time).toISOString();
  // PostgreSQL has no year 0, and years beyond 9999 have a sign in ISO 8601.
  return /^\d{4}-/.test(instant) && !instant.startsWith('0000') ? instant : undefined;
}

/** Whether a month has such a day: JavaScript takes 30 February for 2 March. */
function isInCalendar(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).getUTCDate() === Number(day.slice(8));
}

/** The status that a word means, or all violations of words that mean none. */
export function readStatuses(field: string, words: readonly string[]): OrderStatus[] {
  const statuses = words.map((word) => parseOrderStatus(word));
  const message = `must be one of ${ORDER_STATUS_WORDS.join(', ')} in any letter case`;
  const unknown = words.filter((_, index) => statuses[index] === undefined);
  demand(unknown.map((word) => violation(field, word, 'known_status', message)));
  return statuses.filter((status) => status !== undefined);
}

/** The status that a word means; refuses a word that means none. */
export function readStatus(field: string, word: string): OrderStatus {
  const [status] = readStatuses(field, [word]);
  if (!status) throw new Error(`${field} was read as no status`);
  return status;
}

/** A value that is safe to send back: short, without control characters. */
export function echo(value: unknown): unknown {
  if (typeof value === 'string') return shorten(value);
  if (value === undefined || value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return shorten(JSON.stringify(value));
}

const INSTANT = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)$/;

function checkId(field: string, id: string, { rule, most }: { rule: RuleName; most: number }): Violation[] {
  if (isIdentifier(id, most)) return [];
  const message = `must be 1 to ${most} letters, digits and the signs . _ : - and start with a letter or digit`;
  return [violation(field, id, rule, message)];
}
