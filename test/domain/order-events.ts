/** Sequences of events as the statements may write them, for properties of what is made of events. */
import fc from 'fast-check';
import type { EventData, EventType, OrderEvent } from '../../domain/events.ts';
import { FAILURE_REASONS } from '../../domain/failure-reason.ts';
import { eventId, paymentId, shipmentId, type Step } from '../../domain/ids.ts';
import { PAYMENT_METHODS } from '../../domain/payment-status.ts';
import { SHIPMENT_STATUSES } from '../../domain/shipment-status.ts';

const ORDER_ID = 'order-1';
const START = Date.parse('2026-01-01T00:00:00.000Z');

/** Where the order stands, kept apart from the fold that is to be tested. */
interface Model {
  status: 'PENDING' | 'PROCESSING' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED';
  approval: 'NOT_REQUIRED' | 'AWAITING_APPROVAL' | 'APPROVED' | 'DENIED';
  isReserved: boolean;
  readonly written: Set<string>;
}

/** What somebody may try with an order; the model says whether it does anything. */
const words = fc.option(fc.string({ maxLength: 8 }), { nil: null });
const attempt = fc.record({
  type: fc.constantFrom<EventType>(
    'ApprovalRequested',
    'OrderApproved',
    'OrderDenied',
    'StockReserved',
    'StockReserved',
    'StockRejected',
    'PaymentDelayed',
    'PaymentAuthorized',
    'PaymentAuthorized',
    'PaymentFailed',
    'ShippingScheduled',
    'ShippingScheduled',
    'ShipmentMoved',
    'OrderDelivered',
    'CancellationRequested',
    'PaymentRefunded',
    'OrderCancelled',
    'AlertRaised',
  ),
  words,
  failureReason: fc.constantFrom(...FAILURE_REASONS),
  shipmentStatus: fc.constantFrom(...SHIPMENT_STATUSES),
  milliseconds: fc.integer({ min: 0, max: 10_000 }),
});
type Attempt = typeof attempt extends fc.Arbitrary<infer Value> ? Value : never;

const created: fc.Arbitrary<EventData['OrderCreated']> = fc.record({
  customer_id: fc.string({ minLength: 1 }),
  payment_method: fc.constantFrom(...PAYMENT_METHODS),
  currency: fc.constantFrom('USD', 'EUR', 'JPY'),
  total_minor: fc.integer({ min: 100, max: 10_000_000 }),
  items: fc.array(
    fc.record({
      product_id: fc.string({ minLength: 1 }),
      quantity: fc.integer({ min: 1, max: 1000 }),
      unit_price_minor: fc.integer({ min: 1 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

/** The events of one order from its acceptance on, with the status that the order must have at the end. */
export const orderEvents: fc.Arbitrary<{ events: OrderEvent[]; model: Readonly<Model> }> = fc
  .tuple(created, fc.array(attempt, { maxLength: 25 }))
  .map(([data, attempts]) => {
    const model: Model = { status: 'PENDING', approval: 'NOT_REQUIRED', isReserved: false, written: new Set() };
    const events: OrderEvent[] = [makeEvent(1, 'OrderCreated', data, START)];
    let time = START;
    for (const one of attempts) {
      time += one.milliseconds;
      for (const [type, eventData] of perform(model, one))
        events.push(makeEvent(events.length + 1, type, eventData, time));
    }
    return { events, model };
  });

type Written = { [Type in EventType]: [Type, EventData[Type]] }[EventType];

function perform(
  model: Model,
  { type, words: details, failureReason, shipmentStatus, milliseconds }: Attempt,
): Written[] {
  const isOpen = model.status === 'PENDING' || model.status === 'PROCESSING';
  const payment_id = paymentId(ORDER_ID);
  const shipment_id = shipmentId(ORDER_ID);
  const once = (event: Written): Written[] => {
    if (model.written.has(event[0])) return [];
    model.written.add(event[0]);
    return [event];
  };
  switch (type) {
    case 'ApprovalRequested':
      if (model.status !== 'PENDING' || model.approval !== 'NOT_REQUIRED' || model.isReserved) return [];
      model.approval = 'AWAITING_APPROVAL';
      return once([type, { limit: 100, expires_at: new Date(START).toISOString() }]);
    case 'OrderApproved':
    case 'OrderDenied':
      if (model.status !== 'PENDING' || model.approval !== 'AWAITING_APPROVAL') return [];
      model.approval = type === 'OrderApproved' ? 'APPROVED' : 'DENIED';
      return once([type, { reason: details }]);
    case 'StockReserved':
      if (model.status !== 'PENDING' || model.isReserved || isUndecided(model)) return [];
      model.isReserved = true;
      return once([type, { payment_id }]);
    case 'StockRejected':
      if (model.status !== 'PENDING' || model.isReserved || isUndecided(model)) return [];
      model.status = 'CANCELLED';
      return [
        [type, { shortages: [{ product_id: 'mug', requested: 2, available: 1 }] }],
        ['OrderCancelled', { failure_reason: 'OUT_OF_STOCK', details: null }],
      ];
    case 'PaymentDelayed':
      return model.status === 'PENDING' && model.isReserved ? once([type, { payment_id }]) : [];
    case 'PaymentFailed':
      return model.status === 'PENDING' && model.isReserved
        ? once([type, { payment_id, reason: details ?? 'no' }])
        : [];
    case 'PaymentAuthorized':
      if (model.status !== 'PENDING' || !model.isReserved) return [];
      model.status = 'PROCESSING';
      return once([type, { payment_id, amount_minor: 100, provider_reference: 'reference', details }]);
    case 'PaymentRefunded':
      return isOpen && model.isReserved ? once([type, { payment_id, amount_minor: 100 }]) : [];
    case 'ShippingScheduled': {
      if (model.status !== 'PROCESSING') return [];
      model.status = 'SHIPPED';
      const estimated_delivery = new Date(START + 86_400_000).toISOString();
      const booking = { tracking_number: 'TRACK-a1b2c3d4', carrier: 'Northline', estimated_delivery };
      return once([type, { shipment_id, ...booking, details }]);
    }
    case 'ShipmentMoved':
      if (model.status !== 'SHIPPED') return [];
      return [[type, { shipment_id, status: shipmentStatus, location: details, estimated_delivery: null }]];
    case 'OrderDelivered':
      if (model.status !== 'SHIPPED') return [];
      model.status = 'DELIVERED';
      return once([type, { shipment_id, details }]);
    case 'CancellationRequested':
      return isOpen ? once([type, { failure_reason: failureReason, details }]) : [];
    case 'OrderCancelled':
      if (!isOpen) return [];
      model.status = 'CANCELLED';
      return [
        ...(model.isReserved && milliseconds % 2 === 0
          ? once(['StockReleased', { items: [{ product_id: 'mug', quantity: 2 }] }])
          : []),
        [type, { failure_reason: failureReason, details }],
      ];
    case 'AlertRaised':
      return once([type, { reason: 'STUCK', order_status: model.status, seconds: 301, details: 'is stuck' }]);
    case 'OrderCreated':
    case 'StockReleased':
      return [];
  }
}

function isUndecided(model: Model): boolean {
  return model.approval === 'AWAITING_APPROVAL' || model.approval === 'DENIED';
}

/** An event of the test's order. */
export function makeEvent<Type extends EventType>(
  version: number,
  type: Type,
  data: EventData[Type],
  time = START,
): OrderEvent {
  const id = eventId(ORDER_ID, `${type}-${version}` as Step);
  return {
    eventId: id,
    orderId: ORDER_ID,
    version,
    type,
    data,
    occurredAt: new Date(time).toISOString(),
  } as OrderEvent;
}
