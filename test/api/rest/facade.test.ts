import { beforeAll, describe, expect, it } from 'vitest';
import type { FacadeOrder } from '../../../api/facade.ts';
import type { Database } from '../../../db/client.ts';
import { cancelOrder } from '../../../db/orders.ts';
import { upsertProduct } from '../../../db/products.ts';
import { reserveStock } from '../../../db/stock.ts';
import { capture, deliver, ship, stockProduct } from '../../db/order-fixture.ts';
import { createTestDatabase } from '../../support/database.ts';
import { NOBODY, startApi, type TestApi } from '../support.ts';

let api: TestApi;
let db: Database;

beforeAll(async () => {
  const database = await createTestDatabase();
  db = database.db;
  api = await startApi({ databaseUrl: database.url, temporalAddress: NOBODY });
});

const line = { sku: 'prod-001', qty: 2, price: 19.99 };
const order = { userId: 'user-1', items: [line], amount: 39.98, currency: 'USD' };
const place = (body: object, headers: Record<string, string> = {}) =>
  api.request<{ orderId: string }>('POST', '/orders', { body, headers });
const read = (id: string) => api.request<FacadeOrder>('GET', `/orders/${id}`);
const placed = async (body: object = order) => (await place(body)).body.orderId;

async function violationsOf(body: object) {
  const { status, body: problem } = await api.request('POST', '/orders', { body });
  expect(status).toBe(400);
  return (problem.violations ?? []).map(({ field, rule, message }) => ({ field, rule, message }));
}

describe('placing an order in the words of OrderStream', () => {
  it('answers 201 with its id and where it is', async () => {
    const { status, headers, body } = await place(order);
    expect(status).toBe(201);
    expect(body).toEqual({ orderId: expect.any(String) as string });
    expect(headers.get('location')).toBe(`/orders/${body.orderId}`);
  });

  it('makes the same order as /api/orders does', async () => {
    const id = await placed({
      ...order,
      items: [line, { sku: 'prod-002', qty: 1, price: 49.5 }, line],
      amount: 129.46,
    });
    const { body } = await api.request<{ order: object }>('GET', `/api/orders/${id}`);
    expect(body.order).toMatchObject({
      customer_id: 'user-1',
      total_minor: 12946,
      items: [
        { product_id: 'prod-001', quantity: 4 },
        { product_id: 'prod-002', quantity: 1 },
      ],
    });
  });

  it('computes an amount that is absent, and ignores fields that it does not know', async () => {
    const { amount, ...rest } = order;
    const id = await placed({ ...rest, channel: 'web', items: [{ ...line, note: 'a gift' }] });
    expect((await read(id)).body.amount).toBe(amount);
  });

  it('takes prices and amounts that differ by less than half a cent', async () => {
    expect((await place({ ...order, items: [{ ...line, price: 19.994 }], amount: 39.985 })).status).toBe(201);
  });

  it('answers the first result to a repeat with its key, also when the price has changed since', async () => {
    const sku = await stockProduct(db, { unitPriceMinor: 500 });
    const body = { userId: 'user-1', items: [{ sku, qty: 1, price: 5 }], currency: 'USD' };
    const key = { 'idempotency-key': 'facade-1' };
    const first = await place(body, key);
    await upsertProduct(db, { id: sku, name: 'Test', unitPriceMinor: 600, currency: 'USD' });
    const again = await place(body, key);
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await place({ ...body, userId: 'user-2' }, key)).status).toBe(422);
  });

  it('carries the trace of the request on', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { body } = await place(order, { traceparent });
    const [event] = await db`select traceparent from order_events where order_id = ${body.orderId}`;
    expect(event).toEqual({ traceparent });
  });
});

describe('a refusal in the words of OrderStream', () => {
  it('names a missing price', async () => {
    const { price: _price, ...unpriced } = line;
    expect(await violationsOf({ ...order, items: [line, unpriced] })).toEqual([
      { field: 'items[1].price', rule: 'shape', message: 'items[1].price is required' },
    ]);
  });

  it('names the price of the catalogue where another is given', async () => {
    expect(await violationsOf({ ...order, items: [{ ...line, price: 1 }], amount: 2 })).toEqual([
      {
        field: 'amount',
        rule: 'total_matches',
        message: 'amount must be the sum of quantity × unit price: 39.98 USD',
      },
      {
        field: 'items[0].price',
        rule: 'price_matches',
        message: 'items[0].price must be the price of the catalogue: 19.99 USD',
      },
    ]);
    const [cents] = await violationsOf({ ...order, items: [{ ...line, price: 19.98 }] });
    expect(cents).toMatchObject({ field: 'items[0].price', rule: 'price_matches' });
  });

  it.each([
    [{ amount: 40 }, 'amount', 'total_matches'],
    [{ currency: 'EUR' }, 'currency', 'currency_matches'],
    [{ userId: ' ' }, 'userId', 'customer_id'],
    [{ userId: undefined }, 'userId', 'shape'],
    [{ items: [] }, 'items', 'items'],
    [{ items: [{ ...line, qty: 0 }] }, 'items[0].qty', 'quantity'],
    [{ items: [{ ...line, qty: 1001 }], amount: 20_009.99 }, 'items[0].qty', 'quantity'],
    [{ items: [{ ...line, qty: 1.5 }] }, 'items[0].qty', 'quantity'],
    [{ items: [{ ...line, sku: 'nothing' }] }, 'items[0].sku', 'known_product'],
    [{ items: [{ ...line, price: '19.99' }] }, 'items[0].price', 'shape'],
    [{ items: [line, { ...line, price: 19.991 }], amount: 79.96 }, 'items[1].price', 'price_matches'],
  ])('of %j names %s', async (change, field, rule) => {
    const violations = await violationsOf({ ...order, ...change });
    expect(violations).toEqual([{ field, rule, message: expect.stringContaining(field) as string }]);
  });

  it('is made by the statement itself, so that no price slips in between', async () => {
    const before = await db`select count(*) from orders`;
    await Promise.all([
      violationsOf({ ...order, items: [{ ...line, price: 10 }], amount: 39.98 }),
      violationsOf({ ...order, currency: 'JPY' }),
    ]);
    expect(await db`select count(*) from orders`).toEqual(before);
  });
});

describe('reading an order in the words of OrderStream', () => {
  it('answers 202 while it is processed and 200 once it is delivered', async () => {
    const id = await placed();
    const pending = await read(id);
    expect(pending.status).toBe(202);
    expect(pending.body).toEqual({
      orderId: id,
      userId: 'user-1',
      status: 'PENDING',
      amount: 39.98,
      currency: 'USD',
      items: [{ sku: 'prod-001', qty: 2, price: 19.99 }],
      createdAt: expect.any(String) as string,
      updatedAt: expect.any(String) as string,
    });
    await reserveStock(db, id);
    await capture(db, id);
    await ship(db, id);
    expect(await read(id)).toMatchObject({ status: 202, body: { status: 'SHIPPED', trackingNumber: `TRACK-${id}` } });
    await deliver(db, id);
    const { status, body } = await read(id);
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'DELIVERED' });
    expect(Object.keys(body)).toEqual(expect.arrayContaining(['paymentId', 'shipmentId', 'trackingNumber']));
  });

  it('answers 200 with the reason once it is cancelled', async () => {
    const id = await placed();
    await cancelOrder(db, id, 'OUT_OF_STOCK', null);
    expect(await read(id)).toMatchObject({
      status: 200,
      body: { status: 'CANCELLED', failureReason: 'OUT_OF_STOCK' },
    });
  });

  it('answers 404 for an order that is not there, and 400 for what is no id', async () => {
    expect((await read('nobody')).status).toBe(404);
    expect((await read('no%20id')).status).toBe(400);
  });
});

it('the OpenAPI document describes both routes', async () => {
  const { body } = await api.request<{ paths: Record<string, object> }>('GET', '/openapi.json');
  expect(body.paths['/orders']).toHaveProperty('post.tags', ['orderstream']);
  expect(body.paths['/orders/{id}']).toHaveProperty('get.responses.202');
});
