/** What the activities need of the outside world: a payment provider and a carrier. */
import type { PaymentMethod } from '../domain/payment-status.ts';

/** A charge; `key` is the same at every attempt, so that a repeat never charges twice. */
export interface ChargeRequest {
  readonly key: string;
  readonly orderId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly method: PaymentMethod;
}

/** What the provider said. A provider that says nothing throws {@link ProviderUnavailable}. */
export type ChargeResult =
  | { readonly outcome: 'captured'; readonly reference: string }
  | { readonly outcome: 'declined'; readonly reason: string };

/** Gives back what a charge captured. `chargeKey` is the key of that charge. */
export interface RefundRequest {
  readonly key: string;
  readonly chargeKey: string;
  readonly orderId: string;
}

/** `voided`: nothing was captured under that key, and nothing ever will be. */
export interface RefundResult {
  readonly outcome: 'refunded' | 'voided';
}

/** Takes money and gives it back, each once for each key. */
export interface PaymentProvider {
  charge(request: ChargeRequest, signal: AbortSignal): Promise<ChargeResult>;
  refund(request: RefundRequest, signal: AbortSignal): Promise<RefundResult>;
}

/** What a provider has under a key. `open`: it was asked, and nothing has moved. The amount is in minor units. */
export interface LedgerEntry {
  readonly outcome: 'open' | 'captured' | 'declined' | 'voided' | 'refunded';
  readonly amountMinor: number;
}

/** A provider's books, to be held against the orders. */
export interface PaymentLedger {
  /** What is there under these keys; a key that the provider has never seen is absent. Changes nothing. */
  ask(keys: readonly string[]): Promise<ReadonlyMap<string, LedgerEntry>>;
}

/** A booking; `key` is the same at every attempt, so that a repeat never books twice. */
export interface BookingRequest {
  readonly key: string;
  readonly orderId: string;
  /** When the parcel should arrive, ISO 8601. */
  readonly deliverBy: string;
}

/** A booked shipment. */
export interface Booking {
  readonly trackingNumber: string;
  readonly carrier: string;
  readonly estimatedDelivery: string;
}

/** Takes parcels, each once for each key. A carrier that gives no answer throws {@link ProviderUnavailable}. */
export interface Carrier {
  book(request: BookingRequest, signal: AbortSignal): Promise<Booking>;
  /** Makes sure that nothing is booked under that key, now and later. */
  cancel(key: string, signal: AbortSignal): Promise<void>;
}

/** The provider gave no answer, or one that says to try again: whether it acted is unknown. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable';
}
