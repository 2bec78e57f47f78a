import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventData, EventType, OrderEvent } from '../../domain/events.ts';
import { foldOrder } from '../../domain/fold.ts';
import type { LifecycleSettings } from '../../domain/lifecycle.ts';
import { allowedActions } from '../../domain/order-actions.ts';
import { isSettled } from '../../domain/order-status.ts';
import { type FailedAttempts, type OrderProgress, tellProgress } from '../../domain/progress.ts';
import { orderEvents } from './order-events.ts';

const settings: LifecycleSettings = {
  paymentDelayMs: 5000,
  preparationDelayMs: 6000,
  deliveryDelayMs: 10_000,
  approvalLimit: 10_000,
  approvalTimeoutMs: 60_000,
};
const START = Date.parse('2026-01-01T00:00:00.000Z');
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();

type Told = { [Type in EventType]: readonly [seconds: number, type: Type, data: EventData[Type]] }[EventType];

/** The progress after these events, `now` seconds after the acceptance. */
function progress(now: number, events: readonly Told[], failedAttempts: Partial<FailedAttempts> = {}): OrderProgress {
  const all = events.map(([seconds, type, data], place) => ({
    eventId: `event-${place}`,
    orderId: 'order-1',
    version: place + 1,
    type,
    data,
    occurredAt: at(seconds),
  })) as OrderEvent[];
  const order = foldOrder(all)!;
  return tellProgress({
    order,
    events: all,
    failedAttempts: { payment: 0, booking: 0, ...failedAttempts },
    settings,
    now: at(now),
  });
}

const created = (total_minor = 1999): Told => [
  0,
  'OrderCreated',
  {
    customer_id: 'c',
    payment_method: 'CREDIT_CARD',
    currency: 'USD',
    total_minor,
    items: [{ product_id: 'p', quantity: 1, unit_price_minor: total_minor }],
  },
];
const reserved: Told = [1, 'StockReserved', { payment_id: 'pay' }];
const delayed: Told = [6, 'PaymentDelayed', { payment_id: 'pay' }];
const paid: Told = [
  7,
  'PaymentAuthorized',
  { payment_id: 'pay', amount_minor: 1999, provider_reference: 'r', details: null },
];
const shipped: Told = [
  14,
  'ShippingScheduled',
  { shipment_id: 's', tracking_number: 'T', carrier: 'N', estimated_delivery: at(100), details: null },
];
const delivered: Told = [24, 'OrderDelivered', { shipment_id: 's', details: null }];
const wish: Told = [8, 'CancellationRequested', { failure_reason: 'CANCELLED_ON_REQUEST', details: null }];
const cancelled: Told = [9, 'OrderCancelled', { failure_reason: 'CANCELLED_ON_REQUEST', details: null }];

describe('the stage of an order', () => {
  const asked: Told = [1, 'ApprovalRequested', { limit: 10_000, expires_at: at(61) }];
  const cases: [string, OrderProgress, Partial<OrderProgress>][] = [
    ['just accepted', progress(0.1, [created()]), { stage: 'RESERVING_STOCK', stageSince: at(0) }],
    [
      'accepted above the limit',
      progress(0.1, [created(2_000_000)]),
      { stage: 'AWAITING_APPROVAL', stageSince: at(0) },
    ],
    [
      'waiting for a person',
      progress(2, [created(2_000_000), asked]),
      { stage: 'AWAITING_APPROVAL', stageSince: at(1), expectedUntil: at(61) },
    ],
    [
      'approved',
      progress(4, [created(2_000_000), asked, [3, 'OrderApproved', { reason: null }]]),
      { stage: 'RESERVING_STOCK', stageSince: at(3) },
    ],
    [
      'reserved',
      progress(2, [created(), reserved]),
      { stage: 'WAITING_TO_CHARGE', stageSince: at(1), expectedUntil: at(6) },
    ],
    ['due to be charged', progress(6, [created(), reserved]), { stage: 'CHARGING', stageSince: at(6) }],
    [
      'charged in vain once',
      progress(6.1, [created(), reserved], { payment: 1 }),
      { stage: 'RETRYING_PAYMENT', stageSince: at(6) },
    ],
    ['without answer', progress(9, [created(), reserved, delayed]), { stage: 'RETRYING_PAYMENT', stageSince: at(6) }],
    [
      'paid',
      progress(8, [created(), reserved, paid]),
      { stage: 'PREPARING', stageSince: at(7), expectedUntil: at(13) },
    ],
    ['due to be booked', progress(13, [created(), reserved, paid]), { stage: 'BOOKING_SHIPMENT', stageSince: at(13) }],
    [
      'booked in vain',
      progress(14, [created(), reserved, paid], { booking: 2 }),
      { stage: 'RETRYING_BOOKING', stageSince: at(13) },
    ],
    [
      'on its way',
      progress(15, [created(), reserved, paid, shipped]),
      { stage: 'IN_DELIVERY', stageSince: at(14), expectedUntil: at(24) },
    ],
    [
      'delivered',
      progress(30, [created(), reserved, paid, shipped, delivered]),
      { stage: 'SETTLED', stageSince: at(24) },
    ],
    ['being undone', progress(8.5, [created(), reserved, paid, wish]), { stage: 'CANCELLING', stageSince: at(8) }],
    [
      'declined',
      progress(8, [created(), reserved, [6, 'PaymentFailed', { payment_id: 'pay', reason: 'no' }]]),
      { stage: 'CANCELLING', stageSince: at(6) },
    ],
    ['cancelled', progress(10, [created(), reserved, paid, wish, cancelled]), { stage: 'SETTLED', stageSince: at(9) }],
  ];
  it.each(cases)('that is %s', (_name, told, expected) => {
    expect(told).toMatchObject(expected);
    expect(told.expectedUntil).toBe(expected.expectedUntil);
  });

  it('offers nothing while the order is being undone', () => {
    expect(progress(8.5, [created(), reserved, paid, wish]).allowedActions).toEqual([]);
    expect(progress(8, [created(), reserved, paid]).allowedActions).toEqual(['CANCEL', 'CONFIRM']);
  });
});

describe('the steps of an order', () => {
  it('say when each was reached, and when the rest is expected', () => {
    expect(progress(2, [created(), reserved]).steps).toEqual([
      { status: 'PENDING', reachedAt: at(0) },
      { status: 'PROCESSING', expectedAt: at(6) },
      { status: 'SHIPPED', expectedAt: at(12) },
      { status: 'DELIVERED', expectedAt: at(22) },
    ]);
    expect(progress(15, [created(), reserved, paid, shipped]).steps).toEqual([
      { status: 'PENDING', reachedAt: at(0) },
      { status: 'PROCESSING', reachedAt: at(7) },
      { status: 'SHIPPED', reachedAt: at(14) },
      { status: 'DELIVERED', expectedAt: at(24) },
    ]);
  });

  it('expect nothing where it depends on somebody else', () => {
    const late = progress(9, [created(), reserved, delayed]).steps;
    expect(late.every(({ expectedAt }) => expectedAt === undefined)).toBe(true);
    expect(progress(99, [created(), reserved, paid, shipped]).steps.at(-1)).toEqual({ status: 'DELIVERED' });
  });

  it('of a cancelled order are those that it reached, and the end', () => {
    expect(progress(10, [created(), reserved, paid, wish, cancelled]).steps).toEqual([
      { status: 'PENDING', reachedAt: at(0) },
      { status: 'PROCESSING', reachedAt: at(7) },
      { status: 'CANCELLED', reachedAt: at(9) },
    ]);
    expect(progress(8.5, [created(), reserved, paid, wish]).steps.at(-1)).toEqual({ status: 'CANCELLED' });
  });
});

it('the progress of any order fits its status, looks only forward and offers only what is allowed', () => {
  fc.assert(
    fc.property(orderEvents, fc.nat({ max: 30_000 }), fc.nat({ max: 2 }), ({ events }, later, failed) => {
      const order = foldOrder(events)!;
      const now = new Date(Date.parse(order.updatedAt) + later).toISOString();
      const failedAttempts = { payment: failed, booking: failed };
      const told = tellProgress({ order, events, failedAttempts, settings, now });
      expect(told.stage === 'SETTLED').toBe(isSettled(order.status));
      expect(told.stageSince <= now).toBe(true);
      expect(told.expectedUntil === undefined || told.expectedUntil > now).toBe(true);
      const moments = told.steps.map(({ reachedAt, expectedAt }) => reachedAt ?? expectedAt).filter((moment) => moment);
      expect(moments).toEqual(moments.toSorted());
      for (const { reachedAt, expectedAt } of told.steps) {
        expect(reachedAt === undefined || reachedAt <= now).toBe(true);
        expect(expectedAt === undefined || expectedAt > now).toBe(true);
      }
      expect(told.steps.filter(({ reachedAt }) => reachedAt !== undefined).at(-1)?.status).toBe(order.status);
      const allowed = allowedActions(order, settings.approvalLimit);
      expect(told.allowedActions).toEqual(told.stage === 'CANCELLING' ? [] : allowed);
    }),
  );
});
