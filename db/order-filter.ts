/** Which orders: filters of lists as SQL. */
import type { Approval } from '../domain/approval.ts';
import type { FailureReason } from '../domain/failure-reason.ts';
import { ORDER_STATUSES, type OrderStatus } from '../domain/order-status.ts';
import { isIdentifier, LIMITS } from '../domain/rules.ts';
import type { Fragment } from './change.ts';
import type { Database } from './client.ts';

/** Which orders: those that are all of what is given; every order where nothing is. */
export interface OrderFilter {
  readonly customerId?: string | undefined;
  readonly statuses?: readonly OrderStatus[] | undefined;
  readonly failureReasons?: readonly FailureReason[] | undefined;
  readonly approvals?: readonly Approval[] | undefined;
  /** What the order id begins with, or the whole id of the customer. */
  readonly search?: string | undefined;
  /** Created at or after, ISO 8601. */
  readonly createdFrom?: string | undefined;
  /** Created before, ISO 8601. */
  readonly createdTo?: string | undefined;
  /** Bounds of the total, included: decimals in major units, whatever the currency. */
  readonly minTotal?: string | undefined;
  readonly maxTotal?: string | undefined;
}

/** The statuses that orders of a list can have: only a cancelled one has a failure reason. */
export function statusesOf({ statuses, failureReasons }: OrderFilter): readonly OrderStatus[] {
  const wanted = statuses?.length ? [...new Set(statuses)] : ORDER_STATUSES;
  return failureReasons?.length ? wanted.filter((status) => status === 'CANCELLED') : wanted;
}

/**
 * The conditions of a filter on orders `o`, each with `and` before it. A list by time of change says as much of that time as
 * it knows: no order changes before it was created.
 */
export function conditionsOf(db: Database, filter: OrderFilter, { isByChange }: { isByChange: boolean }): Fragment {
  const { customerId, failureReasons, approvals, search, createdFrom, createdTo, minTotal, maxTotal } = filter;
  const statuses = statusesOf(filter);
  const isImplied = statuses.length > 0 && failureReasons?.length;
  const isAnyStatus = isImplied ? true : statuses.length === ORDER_STATUSES.length;
  return db`
    ${customerId === undefined ? db`` : db`and o.customer_id = ${customerId}`}
    ${isAnyStatus ? db`` : db`and o.status = any(${[...statuses]}::text[])`}
    ${failureReasons?.length ? db`and o.failure_reason = any(${[...failureReasons]}::text[])` : db``}
    ${approvals?.length ? ofApprovals(db, approvals) : db``}
    ${search === undefined ? db`` : db`and ${found(db, search)}`}
    ${createdFrom === undefined ? db`` : db`and o.created_at >= ${createdFrom}`}
    ${createdFrom === undefined || !isByChange ? db`` : db`and o.updated_at >= ${createdFrom}`}
    ${createdTo === undefined ? db`` : db`and o.created_at < ${createdTo}`}
    ${minTotal === undefined ? db`` : db`and o.total_amount >= ${minTotal}::numeric`}
    ${maxTotal === undefined ? db`` : db`and o.total_amount <= ${maxTotal}::numeric`}`;
}

/** Said so that the index of the few orders with a decision serves where it can. */
function ofApprovals(db: Database, approvals: readonly Approval[]): Fragment {
  const rare = approvals.includes('NOT_REQUIRED') ? db`` : db`and o.approval <> 'NOT_REQUIRED'`;
  return db`and o.approval = any(${[...approvals]}::text[]) ${rare}`;
}

function found(db: Database, search: string): Fragment {
  const ofCustomer = db`o.customer_id = ${search}`;
  if (!isIdentifier(search, LIMITS.orderId.most)) return ofCustomer;
  // Prefixes lie side by side only in the order of bytes, whatever the collation of the database is.
  return db`((o.id collate "C" >= ${search} and o.id collate "C" < ${search} || chr(1114111)) or ${ofCustomer})`;
}
