/** Ledgers of runs in which nothing went wrong, to spoil. */
import fc from 'fast-check';
import type { CustomerLedger } from '../../chaos/customers/customer.ts';
import type { Evidence } from '../../chaos/judge/evidence.ts';
import type { OrderBook } from '../../chaos/witnesses/books.ts';

/** How an order of a healthy run ended. */
export type End = 'DELIVERED' | 'DECLINED' | 'REFUNDED';

interface Plan {
  readonly end: End;
  readonly quantity: number;
  readonly repeats: number;
}

const PRICE = 250;
const BEFORE = { productId: 'prod-001', available: 10_000, reserved: 0 };
const TYPES: Readonly<Record<End, readonly string[]>> = {
  DELIVERED: ['OrderCreated', 'StockReserved', 'PaymentAuthorized', 'ShippingScheduled', 'OrderDelivered'],
  DECLINED: [
    'OrderCreated',
    'StockReserved',
    'PaymentFailed',
    'CancellationRequested',
    'StockReleased',
    'OrderCancelled',
  ],
  REFUNDED: [
    'OrderCreated',
    'StockReserved',
    'PaymentAuthorized',
    'CancellationRequested',
    'PaymentRefunded',
    'StockReleased',
    'OrderCancelled',
  ],
};

/** Runs of a few orders; the first three have one of each end. */
export const healthyRuns: fc.Arbitrary<Evidence> = fc
  .array(
    fc.record({
      end: fc.constantFrom<End>('DELIVERED', 'DECLINED', 'REFUNDED'),
      quantity: fc.integer({ min: 1, max: 20 }),
      repeats: fc.integer({ min: 1, max: 3 }),
    }),
    { maxLength: 12 },
  )
  .map((plans) =>
    runOf([
      { end: 'DELIVERED', quantity: 2, repeats: 2 },
      { end: 'DECLINED', quantity: 1, repeats: 1 },
      { end: 'REFUNDED', quantity: 3, repeats: 1 },
      ...plans,
    ]),
  );

/** The same ledgers every time, one order of each end. */
export function exampleRun(): Evidence {
  return runOf((['DELIVERED', 'DECLINED', 'REFUNDED'] as const).map((end) => ({ end, quantity: 2, repeats: 1 })));
}

function runOf(plans: readonly Plan[]): Evidence {
  const orders = plans.map(orderOf);
  const events = orders.flatMap(({ id }, place) =>
    TYPES[plans[place]!.end].map((type, step) => ({
      eventId: `${id}-${step + 1}`,
      orderId: id,
      version: step + 1,
      type,
    })),
  );
  const records = events.flatMap((event, place) => {
    const record = { topic: 'order.updated.v1', partition: 0, key: event.orderId, ...event, sequence: event.version };
    // Kafka may have an event twice.
    return Array.from({ length: plans[0]!.repeats }, (_, again) => ({ ...record, offset: place * 10 + again }));
  });
  const sold = sum(orders.filter(({ status }) => status === 'DELIVERED').map(({ lines }) => lines[0]!.quantity));
  return {
    customers: orders.map((order, place) => customerOf(order, plans[place]!)),
    stockBefore: [BEFORE],
    records,
    webhooks: records.map(({ eventId, orderId, sequence }) => ({ eventId, orderId, sequence, isSigned: true })),
    faults: [{ atMs: 1000, kind: 'kill', target: 'worker-1', details: '', overAfterMs: 900, note: '' }],
    streamed: events.map(({ eventId, orderId, version }) => ({ eventId, orderId, sequence: version })),
    workflows: orders.map(({ id }) => ({ workflowId: `order-${id}`, status: 'COMPLETED', events: 20 })),
    openAtTheEnd: [],
    books: {
      orders,
      events,
      ledger: orders.flatMap(({ id, totalMinor }, place) => entriesOf(id, totalMinor, plans[place]!.end)),
      bookings: orders
        .filter(({ status }) => status === 'DELIVERED')
        .map(({ id }) => ({ orderId: id, outcome: 'booked' })),
      stock: [{ ...BEFORE, available: BEFORE.available - sold }],
      statistics: {
        byStatus: {
          DELIVERED: orders.filter(({ status }) => status === 'DELIVERED').length,
          CANCELLED: orders.filter(({ status }) => status === 'CANCELLED').length,
        },
        byProduct: { 'prod-001': sum(plans.map(({ quantity }) => quantity)) },
      },
      deadLetters: 0,
    },
  };
}

function orderOf({ end, quantity }: Plan, place: number): OrderBook {
  return {
    id: `order-${place}`,
    customerId: `customer-${place}`,
    status: end === 'DELIVERED' ? 'DELIVERED' : 'CANCELLED',
    approval: 'NOT_REQUIRED',
    failureReason: end === 'DELIVERED' ? null : 'CANCELLED_ON_REQUEST',
    totalMinor: quantity * PRICE,
    version: TYPES[end].length,
    paymentStatus: null,
    lines: [{ product_id: 'prod-001', quantity }],
  };
}

function customerOf({ id, customerId, lines, totalMinor, status, version }: OrderBook, plan: Plan): CustomerLedger {
  const accepted = { id, customerId, status: 'PENDING', totalMinor, version: 1 };
  const wish = { what: 'cancel', kind: 'done', status: 'CANCELLED', reason: undefined } as const;
  return {
    customerId,
    lines,
    isPatient: true,
    accepted: Array.from({ length: plan.repeats }, () => accepted),
    refusal: undefined,
    acceptedAfterMs: 5,
    tries: plan.repeats,
    failures: new Map(),
    wish: plan.end === 'REFUNDED' ? wish : undefined,
    wentBackwards: [],
    last: { ...accepted, status, version },
  };
}

function entriesOf(orderId: string, amountMinor: number, end: End) {
  const entry = (kind: string, outcome: string) => ({ key: `${orderId}:${kind}`, orderId, kind, outcome, amountMinor });
  if (end === 'DECLINED') return [entry('charge', 'declined')];
  const charge = entry('charge', 'captured');
  return end === 'DELIVERED' ? [charge] : [charge, entry('refund', 'refunded')];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
