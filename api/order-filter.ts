/** Which orders somebody asks for: filter and sort in the words of the contract, the same for lists, exports and bulk commands. */
import type { OrderFilter } from '../db/order-filter.ts';
import { NEWEST_FIRST, type OrderSort, SORT_FIELDS } from '../db/order-list.ts';
import { APPROVALS } from '../domain/approval.ts';
import { FAILURE_REASONS } from '../domain/failure-reason.ts';
import { LIMITS, type RuleName, type Violation } from '../domain/rules.ts';
import { checkCustomerId, checkText, checkTime, demand, readStatuses, toInstant, violation } from './checks.ts';

/** Which orders, in the words of the contract; words of closed lists in any letter case, totals in major units. */
export interface FilterMessage {
  readonly customer_id?: string | undefined;
  readonly statuses?: readonly string[] | undefined;
  readonly failure_reasons?: readonly string[] | undefined;
  readonly approvals?: readonly string[] | undefined;
  readonly search?: string | undefined;
  readonly created_from?: string | undefined;
  readonly created_to?: string | undefined;
  readonly min_total?: string | undefined;
  readonly max_total?: string | undefined;
}

const DECIMAL = /^\d{1,9}(\.\d{1,3})?$/;
const SORT_WORDS = SORT_FIELDS.flatMap((field) => [field, `-${field}`]);

/** Which orders; every violation at once. */
export function readOrderFilter(message: FilterMessage): OrderFilter {
  const { customer_id, search, created_from, created_to, min_total, max_total } = message;
  const failureReasons = readWords('failure_reason', message.failure_reasons ?? [], FAILURE_REASONS);
  const approvals = readWords('approval', message.approvals ?? [], APPROVALS);
  demand(
    checkCustomerId(customer_id),
    failureReasons.violations,
    approvals.violations,
    checkText('search', search, { rule: 'search', most: LIMITS.customerId.most }),
    checkTime('created_from', created_from),
    checkTime('created_to', created_to),
    checkDecimal('min_total', min_total),
    checkDecimal('max_total', max_total),
  );
  return {
    customerId: customer_id,
    statuses: readStatuses('status', message.statuses ?? []),
    failureReasons: failureReasons.words,
    approvals: approvals.words,
    search,
    createdFrom: toInstant(created_from),
    createdTo: toInstant(created_to),
    minTotal: min_total,
    maxTotal: max_total,
  };
}

/** What to sort by: a field, with `-` before it the highest first; the newest first where absent. */
export function readSort(word: string | undefined): OrderSort {
  if (word === undefined) return NEWEST_FIRST;
  const isDescending = word.startsWith('-');
  const field = SORT_FIELDS.find((known) => known === word.slice(isDescending ? 1 : 0));
  if (!field) demand([violation('sort', word, 'sort', `must be one of ${SORT_WORDS.join(', ')}`)]);
  return { field: field ?? NEWEST_FIRST.field, isDescending };
}

function readWords<Word extends string>(
  field: RuleName & ('failure_reason' | 'approval'),
  given: readonly string[],
  known: readonly Word[],
): { words: Word[]; violations: Violation[] } {
  const find = (text: string) => known.find((word) => word === text.trim().toUpperCase());
  const message = `must be one of ${known.join(', ')} in any letter case`;
  return {
    words: given.flatMap((text) => find(text) ?? []),
    violations: given.filter((text) => !find(text)).map((text) => violation(field, text, field, message)),
  };
}

function checkDecimal(field: string, text: string | undefined): Violation[] {
  if (text === undefined || DECIMAL.test(text)) return [];
  return [violation(field, text, 'amount', 'must be a decimal in major units such as 39.98')];
}
