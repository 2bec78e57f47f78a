/** What may be done to an order by hand: the one source for the checks of the commands and for what the pages offer. */
import { type Approval, needsApproval } from './approval.ts';
import { type Failure, forbiddenTransition, newsNotAwaited, notAwaitingApproval } from './failures.ts';
import { isAllowed, nextStatus, type OrderStatus } from './order-status.ts';

/** `CONFIRM` approves an order that waits for approval, else moves it to its next status. */
export const ORDER_ACTIONS = ['APPROVE', 'DENY', 'CANCEL', 'CONFIRM', 'MARK_DELIVERED', 'UPDATE_LOCATION'] as const;
export type OrderAction = (typeof ORDER_ACTIONS)[number];

/** What of an order decides about the actions. */
export interface ActionFacts {
  readonly id: string;
  readonly status: OrderStatus;
  readonly approval: Approval;
  readonly totalMinor: number;
  readonly currency: string;
}

/** What an action would do: change the order, nothing because it was done already, or be refused. */
export type Verdict = 'CHANGES' | 'DONE' | Failure;

/** Judges an action on an order as it stands; `approvalLimit` is in major units. */
export function judgeAction(action: OrderAction, order: ActionFacts, approvalLimit: number): Verdict {
  const waits = awaitsApproval(order, approvalLimit);
  switch (action) {
    case 'APPROVE':
    case 'DENY':
      if (order.approval === (action === 'APPROVE' ? 'APPROVED' : 'DENIED')) return 'DONE';
      return waits ? 'CHANGES' : notAwaitingApproval(order.id, order.status);
    case 'CANCEL':
      return judgeMove(order, 'CANCELLED');
    case 'MARK_DELIVERED':
      return judgeMove(order, 'DELIVERED');
    case 'CONFIRM':
      return waits ? 'CHANGES' : judgeConfirmation(order);
    case 'UPDATE_LOCATION':
      return order.status === 'SHIPPED' ? 'CHANGES' : newsNotAwaited(order.id, order.status);
  }
}

/** Judges moving an order to a status. */
export function judgeMove(order: ActionFacts, to: OrderStatus): Verdict {
  if (order.status === to) return 'DONE';
  return isAllowed(order.status, to) ? 'CHANGES' : forbiddenTransition(order.id, order.status, to);
}

/** The actions that would change an order as it stands. */
export function allowedActions(order: ActionFacts, approvalLimit: number): OrderAction[] {
  return ORDER_ACTIONS.filter((action) => judgeAction(action, order, approvalLimit) === 'CHANGES');
}

/**
 * Whether an order waits for a person. The row may not say so yet: the workflow writes that a moment after the acceptance.
 */
export function awaitsApproval(order: ActionFacts, approvalLimit: number): boolean {
  if (order.status !== 'PENDING') return false;
  return (
    order.approval === 'AWAITING_APPROVAL' || (order.approval === 'NOT_REQUIRED' && needsApproval(order, approvalLimit))
  );
}

function judgeConfirmation(order: ActionFacts): Verdict {
  return nextStatus(order.status) ? 'CHANGES' : forbiddenTransition(order.id, order.status, 'PROCESSING');
}
