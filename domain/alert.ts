/** Why an order needs somebody to look at it: the closed list behind alerts. */
export const ALERT_REASONS = [
  /** Open, and in one status for longer than the limit, though it waits for no person. */
  'STUCK',
  /** Its payment hangs with the provider for longer than the limit. */
  'PAYMENT_STUCK',
  /** Waits for a person's approval for longer than the limit. */
  'AWAITING_APPROVAL',
  /** Has more events than the limit; alerts do not count. */
  'PROBLEMATIC',
] as const;
export type AlertReason = (typeof ALERT_REASONS)[number];

/** From when on an open order needs somebody to look at it; durations in milliseconds. */
export interface AlertLimits {
  /** In one status, or waiting for a person. */
  readonly stuckAfterMs: number;
  /** Its payment delayed at the provider. */
  readonly paymentStuckAfterMs: number;
  /** The most events of an order that nobody need look at. */
  readonly problematicChanges: number;
}

/** What an alert says to people, such as `in PROCESSING for 7 min; the limit is 5 min`. */
export function describeAlert(
  { reason, orderStatus, seconds }: { reason: AlertReason; orderStatus: string; seconds: number },
  limits: AlertLimits,
): string {
  const forSpan = (limitMs: number) => `for ${tellSpan(seconds)}; the limit is ${tellSpan(limitMs / 1000)}`;
  switch (reason) {
    case 'STUCK':
      return `in ${orderStatus} ${forSpan(limits.stuckAfterMs)}`;
    case 'PAYMENT_STUCK':
      return `the payment provider has not answered ${forSpan(limits.paymentStuckAfterMs)}`;
    case 'AWAITING_APPROVAL':
      return `waiting for approval ${forSpan(limits.stuckAfterMs)}`;
    case 'PROBLEMATIC':
      return `more than ${limits.problematicChanges} events, the first too many ${tellSpan(seconds)} ago`;
  }
}

/** A span of time in its largest fitting unit: `90 s`, `7 min`, `5 h`, `3 d`. */
function tellSpan(seconds: number): string {
  const [size, unit] = UNITS.find(([least]) => seconds >= 2 * least) ?? [1, 's'];
  return `${Math.floor(seconds / size)} ${unit}`;
}

const UNITS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
] as const;
