import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../db/client.ts';
import { findEvents, findOrder } from '../../db/order-reads.ts';
import { cancelOrder } from '../../db/orders.ts';
import { reserveStock } from '../../db/stock.ts';
import { adjustStock, findProduct } from '../../db/products.ts';
import { foldOrder } from '../../domain/fold.ts';
import { createTestDatabase } from '../support/database.ts';
import { accept, acceptAs, stockProduct } from './order-fixture.ts';

const { db, url } = await createTestDatabase();
const lines = (...all: [productId: string, quantity: number][]) =>
  all.map(([productId, quantity]) => ({ productId, quantity }));
const typesOf = async (id: string) => (await findEvents(db, id)).map(({ type }) => type);
const stockOf = async (id: string) => {
  const product = await findProduct(db, id);
  return { available: product?.available, reserved: product?.reserved };
};

describe('50 orders that race for a stock of 20', async () => {
  const other = openDatabase(url, { size: 8 });
  const product = await stockProduct(db, { available: 20 });
  const ids = await Promise.all(Array.from({ length: 50 }, () => accept(db, { lines: lines([product, 1]) })));
  const results = await Promise.all(ids.map((id, racer) => reserveStock(racer % 2 ? db : other, id)));
  await other.end({ timeout: 5 });

  it('get exactly those 20', async () => {
    expect(results.filter(({ status }) => status === 'PENDING')).toHaveLength(20);
    expect(await stockOf(product)).toEqual({ available: 0, reserved: 20 });
  });

  it('are cancelled as out of stock where they come too late, with both events', async () => {
    for (const [place, id] of ids.entries()) {
      const isServed = results[place]?.status === 'PENDING';
      expect(await typesOf(id)).toEqual(
        isServed ? ['OrderCreated', 'StockReserved'] : ['OrderCreated', 'StockRejected', 'OrderCancelled'],
      );
      const order = await findOrder(db, id);
      expect(order).toEqual(foldOrder(await findEvents(db, id)));
      expect(order).toMatchObject(
        isServed
          ? { status: 'PENDING', failureReason: null, payment: { status: 'PAYMENT_PENDING' } }
          : { status: 'CANCELLED', failureReason: 'OUT_OF_STOCK', payment: null },
      );
    }
  });
});

describe('orders of several products in any order', () => {
  it('race without a deadlock, and no order is reserved by halves', async () => {
    const products = await Promise.all([1, 2, 3].map(() => stockProduct(db, { available: 30 })));
    const ids = await Promise.all(
      Array.from({ length: 60 }, (_, racer) =>
        accept(db, {
          lines: products.map((_, place) => ({ productId: products[(place + racer) % 3]!, quantity: 1 + (racer % 2) })),
        }),
      ),
    );
    const results = await Promise.all(ids.map((id) => reserveStock(db, id)));
    const reserved = results.reduce((sum, { status }, racer) => sum + (status === 'PENDING' ? 1 + (racer % 2) : 0), 0);
    for (const product of products) expect(await stockOf(product)).toEqual({ available: 30 - reserved, reserved });
    expect(reserved).toBeGreaterThanOrEqual(29);
  });
});

describe('an order that one product of is short', () => {
  it('reserves nothing, and says what is short', async () => {
    const [ample, scarce] = await Promise.all([stockProduct(db), stockProduct(db, { available: 1 })]);
    const id = await accept(db, { lines: lines([ample, 1], [scarce, 2]) });
    expect(await reserveStock(db, id)).toEqual({
      changed: true,
      status: 'CANCELLED',
      approval: 'NOT_REQUIRED',
      failureReason: 'OUT_OF_STOCK',
      version: 3,
    });
    expect(await stockOf(ample)).toEqual({ available: 100, reserved: 0 });
    expect(await stockOf(scarce)).toEqual({ available: 1, reserved: 0 });
    const rejected = (await findEvents(db, id))[1];
    expect(rejected?.data).toEqual({ shortages: [{ product_id: scarce, requested: 2, available: 1 }] });
  });
});

describe('stock that is cancelled, refilled and reserved at the same time', () => {
  it('is never negative, and every piece is somewhere', async () => {
    const product = await stockProduct(db, { available: 10 });
    const ids = await Promise.all(Array.from({ length: 40 }, () => accept(db, { lines: lines([product, 2]) })));
    await Promise.all([
      ...ids.map(async (id, racer) => {
        const { status } = await reserveStock(db, id);
        if (status === 'PENDING' && racer % 3 === 0) await cancelOrder(db, id, 'CANCELLED_ON_REQUEST', null);
      }),
      ...Array.from({ length: 10 }, () => adjustStock(db, product, 1)),
    ]);
    const orders = await Promise.all(ids.map((id) => findOrder(db, id)));
    const open = orders.filter((order) => order?.status === 'PENDING').length;
    expect(await stockOf(product)).toEqual({ available: 20 - 2 * open, reserved: 2 * open });
  });
});

it('does not wait for orders that are being accepted, whose foreign keys hold the same products', async () => {
  const id = await accept(db);
  const accepting = await db.reserve();
  try {
    await accepting`begin`;
    await accepting`select from products for key share`;
    expect(await reserveStock(db, id)).toMatchObject({ changed: true, status: 'PENDING' });
    await accepting`rollback`;
  } finally {
    accepting.release();
  }
});

it('never deadlocks, however many orders of the same products are accepted, moved and cancelled at once', async () => {
  const crowd = openDatabase(url, { size: 12 });
  const products: [string, number][] = [
    ['prod-001', 1],
    ['prod-002', 1],
    ['prod-003', 1],
  ];
  const before = await Promise.all(products.map(([id]) => stockOf(id)));
  const outcomes = await Promise.allSettled(
    Array.from({ length: 240 }, async (_, place) => {
      const parts = { lines: lines(...(place % 2 ? products : products.toReversed())) };
      const id = await acceptAs(crowd, place % 3 ? 'SHIPPED' : 'PROCESSING', parts);
      await Promise.all([1, 2].map(() => cancelOrder(crowd, id, 'CANCELLED_ON_REQUEST', null)));
    }),
  );
  await crowd.end();
  expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
  const after = await Promise.all(products.map(([id]) => stockOf(id)));
  expect(after).toEqual(before.map((stock) => ({ available: stock.available! - 160, reserved: stock.reserved })));
});
