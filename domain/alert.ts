/** Why an order needs somebody to look at it: the closed list behind alerts. */
export const ALERT_REASONS = [
  /** Open, and in one status for longer than the limit, though it waits for no person. */
  'STUCK',
  /** Its payment hangs with the provider for longer than the limit. */
  'PAYMENT_STUCK',
  /** Waits for a person's approval for longer than the limit. */
  'AWAITING_APPROVAL',
  /** Has changed its status more often than the limit. */
  'PROBLEMATIC',
] as const;
export type AlertReason = (typeof ALERT_REASONS)[number];
