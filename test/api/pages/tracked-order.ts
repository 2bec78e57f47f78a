/** Orders as the tracking page gets them, and what must never be on it. */
import type { EventData, EventType, OrderEvent } from '../../../domain/events.ts';
import type { FailureReason } from '../../../domain/failure-reason.ts';
import type { TrackedOrder } from '../../../api/tracking.ts';
import { makeEvent } from '../../domain/order-events.ts';

type Written = { [Type in EventType]: [Type, EventData[Type]] }[EventType];

const CREATED: EventData['OrderCreated'] = {
  customer_id: 'customer-internal',
  payment_method: 'CREDIT_CARD',
  currency: 'USD',
  total_minor: 8948,
  items: [
    { product_id: 'prod-001', quantity: 2, unit_price_minor: 1999 },
    { product_id: 'prod-002', quantity: 1, unit_price_minor: 4950 },
  ],
};

const PAYMENT = { payment_id: 'payment-internal' };
const SHIPMENT = { shipment_id: 'shipment-internal' };

/** The steps of an order's life, each with everything that is of the inside. */
export const STEPS = {
  checked: ['ApprovalRequested', { limit: 50, expires_at: '2026-01-02T00:00:00.000Z' }],
  approved: ['OrderApproved', { reason: 'internal: looks fine' }],
  denied: ['OrderDenied', { reason: 'internal: fraud score 93' }],
  reserved: ['StockReserved', PAYMENT],
  rejected: ['StockRejected', { shortages: [{ product_id: 'prod-001', requested: 2, available: 1 }] }],
  delayed: ['PaymentDelayed', PAYMENT],
  paid: ['PaymentAuthorized', { ...PAYMENT, amount_minor: 8948, provider_reference: 'ref-internal', details: null }],
  declined: ['PaymentFailed', { ...PAYMENT, reason: 'internal: insufficient funds' }],
  shipped: [
    'ShippingScheduled',
    {
      ...SHIPMENT,
      tracking_number: 'TRACK-a1b2c3d4',
      carrier: 'Northline',
      estimated_delivery: '2026-01-05T10:30:00.000Z',
      details: 'internal: hurried',
    },
  ],
  moved: [
    'ShipmentMoved',
    { ...SHIPMENT, status: 'SHIPMENT_IN_TRANSIT', location: 'Hub Leipzig', estimated_delivery: null },
  ],
  out: [
    'ShipmentMoved',
    { ...SHIPMENT, status: 'SHIPMENT_OUT_FOR_DELIVERY', location: null, estimated_delivery: null },
  ],
  delivered: ['OrderDelivered', { ...SHIPMENT, details: 'internal: left at door' }],
  refunded: ['PaymentRefunded', { ...PAYMENT, amount_minor: 8948 }],
  alerted: [
    'AlertRaised',
    { reason: 'STUCK', order_status: 'PENDING', seconds: 301, details: 'internal: stuck for 301 s' },
  ],
} satisfies Record<string, Written>;

/** The steps that end an order for a reason; undoing comes before where something is to be undone. */
export const cancelled = (failure_reason: FailureReason, isUndone = false): Written[] => {
  const data = { failure_reason, details: 'internal: said by phone' };
  const requested: Written = ['CancellationRequested', data];
  return [...(isUndone ? [requested] : []), ['OrderCancelled', data]];
};

/** An order that has gone these steps, a minute each; `created` replaces parts of its first event. */
export function track(steps: readonly Written[], created: Partial<EventData['OrderCreated']> = {}): TrackedOrder {
  const begin = Date.parse('2026-01-01T12:00:00.000Z');
  const first: Written = ['OrderCreated', { ...CREATED, ...created }];
  const events = [first, ...steps].map(([type, data], place): OrderEvent =>
    makeEvent(place + 1, type, data, begin + place * 60_000),
  );
  return {
    events,
    productNames: new Map([
      ['prod-001', 'Enamel mug'],
      ['prod-002', 'Wool blanket'],
    ]),
  };
}

/** Ids, codes, reasons and words of the inside. */
export const INTERNAL =
  /internal|customer|SHIPMENT_|PAYMENT_|ORDER_|\b(PENDING|PROCESSING|SHIPPED|DELIVERED|CANCELLED|STUCK)\b|[A-Z]{3,}_[A-Z]|Order(Created|Approved|Denied|Delivered|Cancelled)|Stock|version|fraud|limit|alert/;

/** What people read of a page: without tags and runs of white space. */
export function textOf(html: string): string {
  return html
    .replace(/<(head|script|style)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
