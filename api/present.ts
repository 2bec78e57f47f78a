/** How orders look outside: messages of the contract, whose JSON is what REST answers. */
import type * as proto from '../proto/gen/order/v1/order.ts';
import type { Product } from '../db/products.ts';
import type { HistoryEntry } from '../domain/history.ts';
import { toMajor } from '../domain/money.ts';
import type { Order } from '../domain/order.ts';
import type { OrderProgress } from '../domain/progress.ts';
import type { StatusChange } from '../events/order-watch.ts';

/** An order with its payment once there is one, and its shipment once that is booked. */
export interface OrderDetails {
  readonly order: proto.Order;
  readonly payment_info: proto.PaymentInfo | undefined;
  readonly shipment_info: proto.ShipmentInfo | undefined;
}

/** A product outside: amounts in major and minor units. */
export interface PresentedProduct {
  readonly id: string;
  readonly name: string;
  readonly unit_price: number;
  readonly unit_price_minor: number;
  readonly currency: string;
  readonly available: number;
  readonly reserved: number;
  readonly updated_at: string;
}

/** An event of an order's history outside. */
export interface PresentedEvent {
  readonly event_id: string;
  readonly version: number;
  readonly type: string;
  readonly previous_status: proto.OrderStatus | undefined;
  readonly status: proto.OrderStatus;
  readonly reason: string | undefined;
  readonly occurred_at: string;
  /** Of the trace that the order belongs to (W3C, 32 hexadecimal digits). */
  readonly trace_id: string | undefined;
  readonly data: unknown;
}

/** The whole of an order. */
export function presentDetails(order: Order): OrderDetails {
  return {
    order: presentOrder(order),
    payment_info: presentPayment(order),
    shipment_info: presentShipment(order),
  };
}

/** The order itself. */
export function presentOrder(order: Order): proto.Order {
  const { currency } = order;
  return {
    id: order.id,
    customer_id: order.customerId,
    status: order.status,
    total_amount: toMajor(order.totalMinor, currency),
    total_minor: order.totalMinor,
    currency,
    items: order.lines.map(({ productId, quantity, unitPriceMinor }) => ({
      product_id: productId,
      quantity,
      unit_price_minor: unitPriceMinor,
      unit_price: toMajor(unitPriceMinor, currency),
    })),
    approval: order.approval,
    failure_reason: order.failureReason ?? undefined,
    status_details: order.statusDetails ?? undefined,
    payment_id: order.payment?.id,
    shipment_id: order.shipment?.id,
    version: order.version,
    created_at: presentTime(order.createdAt),
    updated_at: presentTime(order.updatedAt),
  };
}

/** A change of status. */
export function presentChange(change: StatusChange): proto.WatchOrderResponse {
  return {
    order_id: change.orderId,
    status: change.status,
    previous_status: change.previousStatus ?? undefined,
    version: change.version,
    failure_reason: change.failureReason ?? undefined,
    status_details: change.statusDetails ?? undefined,
    occurred_at: presentTime(change.occurredAt),
  };
}

/** How far an order has come. */
export function presentProgress(progress: OrderProgress): proto.OrderProgress {
  return {
    stage: progress.stage,
    stage_since: presentTime(progress.stageSince),
    expected_until: maybeTime(progress.expectedUntil),
    steps: progress.steps.map(({ status, reachedAt, expectedAt }) => ({
      status,
      reached_at: maybeTime(reachedAt),
      expected_at: maybeTime(expectedAt),
    })),
    allowed_actions: [...progress.allowedActions],
    retry: progress.retry && {
      failed_attempts: progress.retry.failedAttempts,
      last_error: progress.retry.lastError,
      last_at: presentTime(progress.retry.lastAt),
      next_at: maybeTime(progress.retry.nextAt),
    },
  };
}

/** An entry of the history. */
export function presentEvent({ event, previousStatus, status, reason, traceId }: HistoryEntry): PresentedEvent {
  return {
    event_id: event.eventId,
    version: event.version,
    type: event.type,
    previous_status: previousStatus ?? undefined,
    status,
    reason: reason ?? undefined,
    occurred_at: presentTime(event.occurredAt),
    trace_id: traceId ?? undefined,
    data: event.data,
  };
}

/** A product with its stock. */
export function presentProduct(product: Product): PresentedProduct {
  return {
    id: product.id,
    name: product.name,
    unit_price: toMajor(product.unitPriceMinor, product.currency),
    unit_price_minor: product.unitPriceMinor,
    currency: product.currency,
    available: product.available,
    reserved: product.reserved,
    updated_at: presentTime(product.updatedAt),
  };
}

/** A moment as protobuf JSON writes it: no fraction where it is zero, else three digits. */
export function presentTime(iso: string): string {
  return iso.endsWith('.000Z') ? `${iso.slice(0, -5)}Z` : iso;
}

function maybeTime(iso: string | undefined): string | undefined {
  return iso === undefined ? undefined : presentTime(iso);
}

function presentPayment({ payment, currency }: Order): proto.PaymentInfo | undefined {
  if (!payment) return undefined;
  return {
    payment_id: payment.id,
    status: payment.status,
    amount: toMajor(payment.amountMinor, currency),
    amount_minor: payment.amountMinor,
    currency,
    payment_method: payment.method,
  };
}

function presentShipment({ shipment }: Order): proto.ShipmentInfo | undefined {
  if (!shipment) return undefined;
  return {
    shipment_id: shipment.id,
    tracking_number: shipment.trackingNumber,
    carrier: shipment.carrier,
    status: shipment.status,
    current_location: shipment.currentLocation ?? '',
    estimated_delivery: shipment.estimatedDelivery === null ? undefined : presentTime(shipment.estimatedDelivery),
  };
}
