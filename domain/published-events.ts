/**
 * How the events of the log are told outside: the CloudEvents type, the Kafka topic and the status of the order status
 * view. Types and topics carry the version of their schema; a change that breaks readers gets a new one.
 */
import type { EventType } from './events.ts';

/** The topics that events are published to, keyed by order id; each event goes to exactly one. */
export const PUBLISHED_TOPICS = [
  'order.created.v1',
  'order.updated.v1',
  'order.completed.v1',
  'order.cancelled.v1',
  'payment.authorized.v1',
  'payment.failed.v1',
  'inventory.reserved.v1',
  'inventory.failed.v1',
  'shipping.scheduled.v1',
] as const;
export type PublishedTopic = (typeof PUBLISHED_TOPICS)[number];

/** The topics that news and requests are read from. */
export const INBOUND_TOPICS = { carrierNews: 'shipment.tracking.v1', orderRequests: 'order.requests.v1' } as const;

/** The uniform statuses of the order status view. */
export const VIEW_STATUSES = [
  'CREATED',
  'INVENTORY_RESERVED',
  'INVENTORY_REJECTED',
  'PAYMENT_AUTHORIZED',
  'PAYMENT_FAILED',
  'SHIPPING_SCHEDULED',
  'COMPLETED',
  'CANCELLED',
] as const;
export type ViewStatus = (typeof VIEW_STATUSES)[number];

/** How one type of event is told. `viewStatus` is null where the event changes no status of the view. */
export interface Publication {
  /** The CloudEvents type. */
  readonly type: string;
  readonly topic: PublishedTopic;
  readonly viewStatus: ViewStatus | null;
}

const own = (topic: PublishedTopic, viewStatus: ViewStatus): Publication => ({ type: topic, topic, viewStatus });
const update = (type: string): Publication => ({ type, topic: 'order.updated.v1', viewStatus: null });

/** Each type of event as it is told outside. */
export const PUBLICATIONS: Readonly<Record<EventType, Publication>> = {
  OrderCreated: own('order.created.v1', 'CREATED'),
  ApprovalRequested: update('order.approval-requested.v1'),
  OrderApproved: update('order.approved.v1'),
  OrderDenied: update('order.denied.v1'),
  StockReserved: own('inventory.reserved.v1', 'INVENTORY_RESERVED'),
  StockRejected: own('inventory.failed.v1', 'INVENTORY_REJECTED'),
  PaymentDelayed: update('payment.delayed.v1'),
  PaymentAuthorized: own('payment.authorized.v1', 'PAYMENT_AUTHORIZED'),
  PaymentFailed: own('payment.failed.v1', 'PAYMENT_FAILED'),
  ShippingScheduled: own('shipping.scheduled.v1', 'SHIPPING_SCHEDULED'),
  ShipmentMoved: update('shipment.moved.v1'),
  OrderDelivered: own('order.completed.v1', 'COMPLETED'),
  CancellationRequested: update('order.cancellation-requested.v1'),
  PaymentRefunded: update('payment.refunded.v1'),
  StockReleased: update('inventory.released.v1'),
  OrderCancelled: own('order.cancelled.v1', 'CANCELLED'),
  AlertRaised: update('order.alert.v1'),
};

/** The events that tell of a failure: what "failures only" shows. */
export const FAILURE_EVENTS: readonly EventType[] = ['StockRejected', 'PaymentFailed', 'OrderDenied', 'OrderCancelled'];
