import type { Database } from '../db/client.ts';
import type { Notifier } from '../db/notify.ts';
import type { Carrier, PaymentProvider } from './ports.ts';

/** What the activities work with. */
export interface Dependencies {
  readonly db: Database;
  readonly notifier: Notifier;
  readonly paymentProvider: PaymentProvider;
  readonly carrier: Carrier;
  /** After how many unanswered attempts a payment or a booking is given up. */
  readonly attempts: { readonly payment: number; readonly carrier: number };
}
