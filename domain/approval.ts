import { toMinor } from './money.ts';

/** Whether a person must approve an order, and what they said. */
export const APPROVALS = ['NOT_REQUIRED', 'AWAITING_APPROVAL', 'APPROVED', 'DENIED'] as const;
export type Approval = (typeof APPROVALS)[number];

/** Whether a total is above the limit (major units), so that a person must approve. */
export function needsApproval(order: { totalMinor: number; currency: string }, limit: number): boolean {
  return order.totalMinor > toMinor(limit, order.currency);
}
