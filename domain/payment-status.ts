/** Where a payment stands. `PAYMENT_PROCESSING`: with the provider, which did not answer at the first attempt. */
export const PAYMENT_STATUSES = [
  'PAYMENT_PENDING',
  'PAYMENT_PROCESSING',
  'PAYMENT_COMPLETED',
  'PAYMENT_FAILED',
  'PAYMENT_REFUNDED',
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** How an order is paid. */
export const PAYMENT_METHODS = ['CREDIT_CARD', 'BANK_TRANSFER', 'DIGITAL_WALLET'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];
