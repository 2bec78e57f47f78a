/** Makers of ids and idempotency keys. What derives from an order id and a step is the same at every attempt. */
import { v5, v7 } from 'uuid';
import type { AlertReason } from './alert.ts';

const NAMESPACE = 'c0a8f1de-6f0b-5d4e-9a35-7d1c2b9e4f60';

/** The steps of an order that write an event or call a provider. */
export type Step =
  | 'created'
  | 'approval-requested'
  | 'approved'
  | 'denied'
  | 'stock-reserved'
  | 'stock-rejected'
  | 'payment-delayed'
  | 'payment-authorized'
  | 'payment-failed'
  | 'shipping-scheduled'
  | 'delivered'
  | 'cancellation-requested'
  | 'payment-refunded'
  | 'stock-released'
  | 'cancelled';

/** A fresh order id, ordered by time (UUIDv7). */
export function makeOrderId(): string {
  return v7();
}

/** The id of the event that a step of an order writes (UUIDv5); `news` tells apart steps that happen more than once. */
export function eventId(orderId: string, step: Step | `news:${string}` | `alert:${AlertReason}`): string {
  return v5(`${orderId}:event:${step}`, NAMESPACE);
}

/** The id of the payment of an order (UUIDv5). */
export function paymentId(orderId: string): string {
  return v5(`${orderId}:payment`, NAMESPACE);
}

/** The id of the shipment of an order (UUIDv5). */
export function shipmentId(orderId: string): string {
  return v5(`${orderId}:shipment`, NAMESPACE);
}

/** What a provider recognises a repeat by: order and step, never the attempt. */
export function idempotencyKey(orderId: string, step: 'charge' | 'refund' | 'booking'): string {
  return `${orderId}:${step}`;
}

/** A digest of what a client asked for (UUIDv5 over canonical JSON), to tell a repeat from another request. */
export function requestDigest(request: unknown): string {
  return v5(JSON.stringify(request), NAMESPACE);
}
