/** Why an order was cancelled: the closed list behind `failure_reason`. */
export const FAILURE_REASONS = [
  'OUT_OF_STOCK',
  'PAYMENT_DECLINED',
  'PAYMENT_UNAVAILABLE',
  'SHIPMENT_UNAVAILABLE',
  'APPROVAL_DENIED',
  'APPROVAL_TIMED_OUT',
  'CANCELLED_ON_REQUEST',
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];
