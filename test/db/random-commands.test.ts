import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChangeResult } from '../../db/change.ts';
import { findEvents, findOrder } from '../../db/order-reads.ts';
import * as orders from '../../db/orders.ts';
import { reserveStock } from '../../db/stock.ts';
import { delayPayment, failPayment, refundPayment } from '../../db/payments.ts';
import { findProduct } from '../../db/products.ts';
import { moveShipment } from '../../db/shipments.ts';
import { foldOrder } from '../../domain/fold.ts';
import { paymentId } from '../../domain/ids.ts';
import type { Order } from '../../domain/order.ts';
import { isAllowed, isSettled, type OrderStatus } from '../../domain/order-status.ts';
import { createTestDatabase } from '../support/database.ts';
import { accept, capture, deliver, ship, stockProduct } from './order-fixture.ts';

const { db } = await createTestDatabase();
const STOCK = 25;
const ORDERS = 24;

const COMMANDS: Record<string, (id: string, minute: number) => Promise<ChangeResult>> = {
  requestApproval: (id) => orders.requestApproval(db, id, { limit: 1, expires_at: '2026-01-01T00:00:00.000Z' }),
  approve: (id) => orders.decideApproval(db, id, 'APPROVED', null),
  deny: (id) => orders.decideApproval(db, id, 'DENIED', 'no'),
  reserve: (id) => reserveStock(db, id),
  delayPayment: (id) => delayPayment(db, id, paymentId(id)),
  failPayment: (id) => failPayment(db, id, paymentId(id), 'declined'),
  capture: (id) => capture(db, id),
  refund: (id) => refundPayment(db, id, { id: paymentId(id), amountMinor: 1 }),
  ship: (id) => ship(db, id),
  move: (id, minute) =>
    moveShipment(db, id, {
      newsId: `news-${minute}`,
      location: `place ${minute}`,
      status: minute % 2 ? 'SHIPMENT_IN_TRANSIT' : 'SHIPMENT_OUT_FOR_DELIVERY',
      estimatedDelivery: null,
      occurredAt: `2026-01-01T10:${String(minute).padStart(2, '0')}:00.000Z`,
    }),
  deliver: (id) => deliver(db, id),
  requestCancellation: (id) => orders.requestCancellation(db, id, 'CANCELLED_ON_REQUEST', null),
  cancel: (id) => orders.cancelOrder(db, id, 'CANCELLED_ON_REQUEST', null),
};

// What leads on stands more often, so that orders also come far.
const command = fc.constantFrom(...Object.keys(COMMANDS), 'reserve', 'reserve', 'capture', 'capture', 'ship', 'ship');
const step = fc.record({ order: fc.nat(ORDERS - 1), command, minute: fc.nat(59) });
/** Several sessions, each with commands for any of the orders, all at once. */
const sessions = fc.array(fc.array(step, { minLength: 30, maxLength: 60, size: 'max' }), {
  minLength: 6,
  maxLength: 8,
});

async function run(sequences: { order: number; command: string; minute: number }[][]) {
  const products = await Promise.all([1, 2, 3].map(() => stockProduct(db, { available: STOCK })));
  const ids = await Promise.all(
    Array.from({ length: ORDERS }, (_, place) =>
      accept(db, {
        lines: products.slice(place % 3).map((productId, line) => ({ productId, quantity: 1 + ((place + line) % 3) })),
      }),
    ),
  );
  await Promise.all(
    sequences.map(async (sequence) => {
      for (const { order, command: name, minute } of sequence) await COMMANDS[name]!(ids[order]!, minute);
    }),
  );
  return { products, ids };
}

/** How much of a product these orders hold that are `holding`. */
const held = (all: readonly Order[], product: string, holding: (order: Order) => boolean): number =>
  all
    .filter(holding)
    .flatMap(({ lines }) => lines)
    .reduce((sum, { productId, quantity }) => sum + (productId === product ? quantity : 0), 0);
const isShipped = ({ status }: Order) => status === 'SHIPPED' || status === 'DELIVERED';
const isHolding = ({ status, payment }: Order) => payment !== null && (status === 'PENDING' || status === 'PROCESSING');

async function expectStockAddsUp(products: readonly string[], all: readonly Order[]): Promise<void> {
  for (const id of products) {
    const product = (await findProduct(db, id))!;
    const reserved = held(all, id, isHolding);
    expect(product).toMatchObject({ reserved, available: STOCK - reserved - held(all, id, isShipped) });
    expect(product.available).toBeGreaterThanOrEqual(0);
  }
}

async function expectLogTellsTheTruth(order: Order): Promise<void> {
  const events = await findEvents(db, order.id);
  expect(foldOrder(events)).toEqual(order);
  const types = events.map(({ type }) => type).filter((type) => type !== 'ShipmentMoved');
  expect(new Set(types).size).toBe(types.length);
  let status: OrderStatus = 'PENDING';
  events.forEach((event, place) => {
    const next = foldOrder(events.slice(0, place + 1))!.status;
    if (next !== status) expect(isAllowed(status, next)).toBe(true);
    status = next;
    expect(event.occurredAt >= events[Math.max(0, place - 1)]!.occurredAt).toBe(true);
  });
}

async function expectPaymentsAddUp(all: readonly Order[]): Promise<void> {
  for (const { id, totalMinor, payment } of all) {
    const rows = await db`select amount_minor, currency from payments where order_id = ${id}`;
    expect([...rows]).toEqual(payment ? [{ amount_minor: totalMinor, currency: 'USD' }] : []);
  }
}

describe('any commands for many orders at once', () => {
  it('leave stock, payments and rows as the log tells, and cancelling gives everything back', async () => {
    await fc.assert(
      fc.asyncProperty(sessions, async (sequences) => {
        const { products, ids } = await run(sequences);
        const read = async () => (await Promise.all(ids.map((id) => findOrder(db, id)))).map((order) => order!);
        const all = await read();
        await expectStockAddsUp(products, all);
        await expectPaymentsAddUp(all);
        for (const order of all) await expectLogTellsTheTruth(order);

        await Promise.all(ids.map((id) => orders.cancelOrder(db, id, 'CANCELLED_ON_REQUEST', null)));
        const cancelled = await read();
        await expectStockAddsUp(products, cancelled);
        expect(cancelled.filter(isHolding)).toEqual([]);
        expect(cancelled.every((order) => isSettled(order.status) || isShipped(order))).toBe(true);
        for (const order of cancelled) await expectLogTellsTheTruth(order);
      }),
      // Shrinking would run for long and find nothing, because the sessions race anew each time.
      { numRuns: 8, endOnFailure: true },
    );
  });
});
