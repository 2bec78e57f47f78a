/** How the payment simulator behaves: shares from 0 to 1. */
export interface PaymentRates {
  /** Of charges that are captured; the others are declined. */
  readonly successRate: number;
  /** Of attempts to charge that meet an outage. */
  readonly throwRate: number;
}

/** Rates to change; those that are absent stay as they are. */
export type PaymentRatesChange = { readonly [Rate in keyof PaymentRates]?: number | undefined };

/** The settings with what somebody wishes instead; a rate that is null is as set. */
export function overrideRates(
  settings: PaymentRates,
  wished: { readonly [Rate in keyof PaymentRates]: number | null } | undefined,
): PaymentRates {
  return {
    successRate: wished?.successRate ?? settings.successRate,
    throwRate: wished?.throwRate ?? settings.throwRate,
  };
}
