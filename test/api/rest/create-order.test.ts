import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CreateOrderResponse } from '../../../proto/gen/order/v1/order.ts';
import { createTestDatabase } from '../../support/database.ts';
import { NOBODY, startApi, type TestApi } from '../support.ts';

let api: TestApi;
let countOrders: () => Promise<number>;

beforeAll(async () => {
  const { db, url } = await createTestDatabase();
  api = await startApi({ databaseUrl: url, temporalAddress: NOBODY });
  countOrders = async () => {
    const [row] = await db<{ number: number }[]>`
      select ((select count(*) from orders) + (select count(*) from order_events) +
        (select count(*) from idempotency_keys))::int as number`;
    return row!.number;
  };
});

const item = { product_id: 'prod-001', quantity: 2 };
const order = { customer_id: 'customer-1', items: [item] };
const place = (body: object | string, headers?: Record<string, string>) =>
  api.request<CreateOrderResponse>('POST', '/api/orders', { body, ...(headers && { headers }) });

describe('placing an order', () => {
  it('answers 201 with the priced order and where it is, while Temporal is away', async () => {
    const answer = await place({
      ...order,
      order_id: 'order-123',
      total_amount: 39.98,
      payment_method: 'BANK_TRANSFER',
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe('/api/orders/order-123');
    expect(answer.body).toMatchObject({
      order_id: 'order-123',
      order: {
        id: 'order-123',
        customer_id: 'customer-1',
        status: 'PENDING',
        total_amount: 39.98,
        total_minor: 3998,
        currency: 'USD',
        items: [{ product_id: 'prod-001', quantity: 2, unit_price: 19.99, unit_price_minor: 1999 }],
        approval: 'NOT_REQUIRED',
        version: 1,
      },
    });
    expect(answer.body.order).not.toHaveProperty('failure_reason');
    expect(answer.body.order?.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/);
  });

  it('makes an id where the client chooses none, and merges lines of one product', async () => {
    const { body } = await place({ ...order, items: [item, { product_id: 'prod-002', quantity: 1 }, item] });
    expect(body.order_id).not.toBe('');
    expect(body.order?.items.map(({ product_id, quantity }) => [product_id, quantity])).toEqual([
      ['prod-001', 4],
      ['prod-002', 1],
    ]);
  });

  it('answers a repeat with the same order id as the first time', async () => {
    const request = { ...order, order_id: `again-${randomUUID()}` };
    const first = await place(request);
    const second = await place(request);
    expect(second).toMatchObject({ status: 201, text: first.text });
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(second.headers.get('idempotency-replayed')).toBe('true');
  });

  it('answers a repeat with the same idempotency key as the first time, also when both come at once', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const before = await countOrders();
    const answers = await Promise.all(Array.from({ length: 8 }, () => place(order, headers)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    expect(answers.filter((answer) => answer.headers.get('idempotency-replayed') === 'true')).toHaveLength(7);
    expect((await countOrders()) - before).toBe(3);
  });

  it('refuses an order id that stands for another order', async () => {
    await place({ ...order, order_id: 'taken' });
    const answer = await api.request('POST', '/api/orders', {
      body: { ...order, customer_id: 'someone else', order_id: 'taken' },
    });
    expect(answer.status).toBe(409);
    expect(answer.body.code).toBe('ORDER_ID_TAKEN');
  });

  it('refuses an idempotency key that was used for another request', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    await place(order, headers);
    const answer = await api.request('POST', '/api/orders', { body: { ...order, customer_id: 'other' }, headers });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', status: 422 });
  });
});

describe('bad input is refused by field, value and rule, and nothing is stored', () => {
  const long = 'x'.repeat(300);
  const withQuantity = (quantity: unknown) => ({ ...order, items: [{ product_id: 'prod-001', quantity }] });
  const cases: [string, object, { field: string; value?: unknown; rule: string }[]][] = [
    ['no items', { ...order, items: [] }, [{ field: 'items', rule: 'items' }]],
    ['items left out', { customer_id: 'c' }, [{ field: 'items', rule: 'shape' }]],
    ['items that are no list', { ...order, items: 'prod-001' }, [{ field: 'items', value: 'prod-001', rule: 'shape' }]],
    [
      '101 lines',
      { ...order, items: Array.from({ length: 101 }, () => ({ ...item, quantity: 1 })) },
      [{ field: 'items', value: '101 lines', rule: 'items' }],
    ],
    ['quantity 0', withQuantity(0), [{ field: 'items[0].quantity', value: 0, rule: 'quantity' }]],
    ['quantity -1', withQuantity(-1), [{ field: 'items[0].quantity', value: -1, rule: 'quantity' }]],
    ['quantity 1001', withQuantity(1001), [{ field: 'items[0].quantity', value: 1001, rule: 'quantity' }]],
    ['quantity 1.5', withQuantity(1.5), [{ field: 'items[0].quantity', value: 1.5, rule: 'quantity' }]],
    ['quantity "2"', withQuantity('2'), [{ field: 'items[0].quantity', value: '2', rule: 'shape' }]],
    ['quantity null', withQuantity(null), [{ field: 'items[0].quantity', value: null, rule: 'shape' }]],
    [
      'quantity 2^31',
      withQuantity(2 ** 31),
      [
        { field: 'items[0].quantity', value: 2 ** 31, rule: 'quantity' },
        { field: 'total_amount', rule: 'total_range' },
      ],
    ],
    [
      'two lines that are too many together',
      {
        ...order,
        items: [
          { ...item, quantity: 600 },
          { ...item, quantity: 600 },
        ],
      },
      [{ field: 'items[0].quantity', value: 1200, rule: 'quantity' }],
    ],
    [
      'an unknown product',
      { ...order, items: [{ product_id: 'nothing', quantity: 1 }] },
      [{ field: 'items[0].product_id', value: 'nothing', rule: 'known_product' }],
    ],
    [
      'a stated total that does not match',
      { ...order, total_amount: 40 },
      [{ field: 'total_amount', value: 40, rule: 'total_matches' }],
    ],
    [
      'a total out of range',
      { ...order, items: [{ product_id: 'prod-005', quantity: 41 }] },
      [{ field: 'total_amount', value: 102_090, rule: 'total_range' }],
    ],
    [
      'a blank customer id',
      { ...order, customer_id: '  ' },
      [{ field: 'customer_id', value: '  ', rule: 'customer_id' }],
    ],
    [
      'a customer id of 300 characters',
      { ...order, customer_id: long },
      [{ field: 'customer_id', value: `${'x'.repeat(60)}…`, rule: 'customer_id' }],
    ],
    [
      'a control character',
      { ...order, customer_id: 'a\u0007b' },
      [{ field: 'customer_id', value: 'a\uFFFDb', rule: 'customer_id' }],
    ],
    [
      'an order id with spaces',
      { ...order, order_id: 'my order' },
      [{ field: 'order_id', value: 'my order', rule: 'order_id' }],
    ],
    [
      'an unknown payment method',
      { ...order, payment_method: 'CASH' },
      [{ field: 'payment_method', value: 'CASH', rule: 'payment_method' }],
    ],
    [
      'unknown fields',
      { ...order, colour: 'red', items: [{ ...item, size: 5 }] },
      [
        { field: 'items[0].size', value: 5, rule: 'shape' },
        { field: 'colour', value: 'red', rule: 'shape' },
      ],
    ],
    [
      'several at once',
      { customer_id: '', items: [{ product_id: 'nothing', quantity: 0 }], payment_method: 'CASH' },
      [
        { field: 'customer_id', value: '', rule: 'customer_id' },
        { field: 'items[0].quantity', value: 0, rule: 'quantity' },
        { field: 'payment_method', value: 'CASH', rule: 'payment_method' },
        { field: 'items[0].product_id', value: 'nothing', rule: 'known_product' },
      ],
    ],
  ];

  it.each(cases)('%s', async (_name, body, violations) => {
    const before = await countOrders();
    const answer = await api.request('POST', '/api/orders', { body });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ code: 'INVALID_REQUEST', status: 400, violations });
    expect(answer.body.violations).toHaveLength(violations.length);
    for (const { field, message } of answer.body.violations ?? []) expect(message).toContain(field);
    expect(await countOrders()).toBe(before);
  });

  it('a lone surrogate', async () => {
    const answer = await api.request('POST', '/api/orders', {
      body: JSON.stringify(order).replace('customer-1', String.raw`a\ud800`),
    });
    expect(answer.body).toMatchObject({
      status: 400,
      violations: [{ field: 'customer_id', message: expect.stringContaining('surrogate') as string }],
    });
    expect(answer.text).not.toContain('d800');
  });

  it('many wrong lines are told up to a hundred', async () => {
    const items = Array.from({ length: 2000 }, () => ({ product_id: '', quantity: 0 }));
    const answer = await api.request('POST', '/api/orders', { body: { ...order, items } });
    expect(answer.status).toBe(400);
    expect(answer.body.violations).toHaveLength(100);
    expect(answer.body.detail.length).toBeLessThan(2000);
  });

  it.each(['', 'a'.repeat(256), ' '])('the idempotency key %j', async (key) => {
    const answer = await api.request('POST', '/api/orders', { body: order, headers: { 'idempotency-key': key } });
    expect(answer.body).toMatchObject({ status: 400, violations: [{ field: 'idempotency-key' }] });
  });
});
