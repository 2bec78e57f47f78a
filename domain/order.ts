import type { Approval } from './approval.ts';
import type { FailureReason } from './failure-reason.ts';
import type { OrderStatus } from './order-status.ts';
import type { PaymentMethod, PaymentStatus } from './payment-status.ts';
import type { ShipmentStatus } from './shipment-status.ts';

/** A line of an accepted order, with the catalogue price at acceptance in minor units. */
export interface OrderLine {
  readonly productId: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
}

/** The payment of an order; the amount is in minor units of the order's currency. */
export interface Payment {
  readonly id: string;
  readonly status: PaymentStatus;
  readonly amountMinor: number;
  readonly method: PaymentMethod;
}

/** The shipment of an order, from its booking on. */
export interface Shipment {
  readonly id: string;
  readonly trackingNumber: string;
  readonly carrier: string;
  readonly status: ShipmentStatus;
  readonly currentLocation: string | null;
  readonly estimatedDelivery: string | null;
}

/** An order with its payment and its shipment: the fold of its events, and the rows that stand for it. */
export interface Order {
  readonly id: string;
  readonly customerId: string;
  readonly status: OrderStatus;
  readonly totalMinor: number;
  readonly currency: string;
  readonly paymentMethod: PaymentMethod;
  readonly lines: readonly OrderLine[];
  readonly approval: Approval;
  readonly failureReason: FailureReason | null;
  readonly statusDetails: string | null;
  /** Since when the order is in its status, ISO 8601 in UTC. */
  readonly statusSince: string;
  /** Number of events. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly payment: Payment | null;
  readonly shipment: Shipment | null;
}
