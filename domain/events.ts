/**
 * The events of an order: what the order log holds. `data` is JSON in snake_case, because consumers outside read it
 * too. Amounts are integers in minor units, times are ISO 8601 in UTC.
 */
import type { AlertReason } from './alert.ts';
import type { FailureReason } from './failure-reason.ts';
import type { OrderStatus } from './order-status.ts';
import type { PaymentMethod } from './payment-status.ts';
import type { ShipmentStatus } from './shipment-status.ts';

/** The data of each type of event. */
export interface EventData {
  /** Accepted with the prices of that moment. */
  OrderCreated: {
    customer_id: string;
    payment_method: PaymentMethod;
    currency: string;
    total_minor: number;
    items: { product_id: string; quantity: number; unit_price_minor: number }[];
  };
  /** The total is above the limit (major units); a person must approve. */
  ApprovalRequested: { limit: number; expires_at: string };
  OrderApproved: { reason: string | null };
  /** Denied by a person, or by the timeout. The cancellation follows. */
  OrderDenied: { reason: string | null };
  /** All lines are reserved; the payment is intended. */
  StockReserved: { payment_id: string };
  /** At least one product is short; nothing is reserved. The cancellation follows. */
  StockRejected: { shortages: { product_id: string; requested: number; available: number }[] };
  /** The provider did not answer at the first attempt; it is asked again. */
  PaymentDelayed: { payment_id: string };
  /** Captured; the shipment is intended. */
  PaymentAuthorized: {
    payment_id: string;
    amount_minor: number;
    provider_reference: string;
    /** Why before its time, where somebody said so; as in the other events that move an order forward. */
    details: string | null;
  };
  /** Declined, or given up after all retries. The cancellation follows. */
  PaymentFailed: { payment_id: string; reason: string };
  /** Booked with the carrier; reserved stock has left the house. */
  ShippingScheduled: {
    shipment_id: string;
    tracking_number: string;
    carrier: string;
    estimated_delivery: string;
    details: string | null;
  };
  /** News of the carrier. */
  ShipmentMoved: {
    shipment_id: string;
    status: ShipmentStatus;
    location: string | null;
    estimated_delivery: string | null;
  };
  OrderDelivered: { shipment_id: string; details: string | null };
  /** Somebody asked for cancellation; the undoing begins. */
  CancellationRequested: { failure_reason: FailureReason; details: string | null };
  PaymentRefunded: { payment_id: string; amount_minor: number };
  StockReleased: { items: { product_id: string; quantity: number }[] };
  OrderCancelled: { failure_reason: FailureReason; details: string | null };
  /** Somebody should look at the order; told once for each order and reason. */
  AlertRaised: { reason: AlertReason; order_status: OrderStatus; seconds: number; details: string };
}

export type EventType = keyof EventData;

/** An event of the log. `version` counts the events of an order from 1. */
export type OrderEvent = {
  [Type in EventType]: {
    readonly eventId: string;
    readonly orderId: string;
    readonly version: number;
    readonly type: Type;
    readonly data: EventData[Type];
    readonly occurredAt: string;
  };
}[EventType];

/** All types of events. */
export const EVENT_TYPES: readonly EventType[] = [
  'OrderCreated',
  'ApprovalRequested',
  'OrderApproved',
  'OrderDenied',
  'StockReserved',
  'StockRejected',
  'PaymentDelayed',
  'PaymentAuthorized',
  'PaymentFailed',
  'ShippingScheduled',
  'ShipmentMoved',
  'OrderDelivered',
  'CancellationRequested',
  'PaymentRefunded',
  'StockReleased',
  'OrderCancelled',
  'AlertRaised',
];
