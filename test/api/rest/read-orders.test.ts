import { beforeAll, describe, expect, it } from 'vitest';
import type { GetOrderResponse, ListOrdersResponse } from '../../../proto/gen/order/v1/order.ts';
import { startLifecycle } from '../../support/lifecycle.ts';
import { startApi, type TestApi } from '../support.ts';

let api: TestApi;
let delivered: string;

beforeAll(async () => {
  const lifecycle = await startLifecycle();
  api = await startApi({ ...lifecycle, databaseUrl: lifecycle.url });
  delivered = await lifecycle.order();
  await lifecycle.reached(delivered, 'DELIVERED');
});

const read = (path: string) => api.request<GetOrderResponse>('GET', path);
const list = (query: string) => api.request<ListOrdersResponse>('GET', `/api/orders?${query}`);

it('an order shows its payment and its shipment once they exist', async () => {
  const { status, body } = await read(`/api/orders/${delivered}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    order: { status: 'DELIVERED', total_amount: 39.98 },
    payment_info: { status: 'PAYMENT_COMPLETED', amount: 39.98, amount_minor: 3998, payment_method: 'CREDIT_CARD' },
    shipment_info: {
      status: 'SHIPMENT_DELIVERED',
      tracking_number: expect.stringMatching(/^TRACK-[\da-f]{8}$/) as string,
    },
  });
  expect(body.order?.payment_id).toBe(body.payment_info?.payment_id);
  expect(body.order?.shipment_id).toBe(body.shipment_info?.shipment_id);
});

it('an order is read as it stood at a version and at a moment', async () => {
  const first = await read(`/api/orders/${delivered}?at=1`);
  expect(first.body).toMatchObject({ order: { status: 'PENDING', version: 1 } });
  expect(first.body).not.toHaveProperty('payment_info');
  expect(first.body).not.toHaveProperty('shipment_info');
  const created = first.body.order!.created_at!;
  expect((await read(`/api/orders/${delivered}?at=${created}`)).body).toMatchObject({ order: { status: 'PENDING' } });
  expect((await read(`/api/orders/${delivered}?at=2999-01-01T00:00:00%2B02:00`)).body).toMatchObject({
    order: { status: 'DELIVERED' },
  });
});

it.each(['99', '1999-01-01T00:00:00Z'])('an order that had no state at %s is not found', async (at) => {
  expect((await read(`/api/orders/${delivered}?at=${at}`)).status).toBe(404);
});

it.each(['0', '1.5', '-1', '99999999999', 'yesterday', '2026-13-01T00:00:00Z', '2026-01-01', ''])(
  'time travel to %j is refused',
  async (at) => {
    const answer = await api.request('GET', `/api/orders/${delivered}?at=${at}`);
    expect(answer).toMatchObject({ status: 400, body: { violations: [{ field: 'at' }] } });
  },
);

it('the history tells every event with the status before and after it', async () => {
  const { body } = await api.request<{ order_id: string; events: Record<string, unknown>[] }>(
    'GET',
    `/api/orders/${delivered}/history`,
  );
  expect(body.order_id).toBe(delivered);
  expect(
    body.events.map(({ version, type, previous_status, status }) => [version, type, previous_status, status]),
  ).toEqual([
    [1, 'OrderCreated', undefined, 'PENDING'],
    [2, 'StockReserved', 'PENDING', 'PENDING'],
    [3, 'PaymentAuthorized', 'PENDING', 'PROCESSING'],
    [4, 'ShippingScheduled', 'PROCESSING', 'SHIPPED'],
    [5, 'OrderDelivered', 'SHIPPED', 'DELIVERED'],
  ]);
});

it('an unknown order is not found', async () => {
  for (const path of ['/api/orders/nobody', '/api/orders/nobody/history', '/api/orders/nobody?at=1'])
    expect(await api.request('GET', path)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
});

it.each(['%00', '%20', 'x'.repeat(65), 'a%2Fb'])('the id %s, which no order can have, is refused', async (id) => {
  const answer = await api.request('GET', `/api/orders/${id}`);
  expect(answer).toMatchObject({ status: 400, body: { violations: [{ field: 'order_id', rule: 'order_id' }] } });
});

describe('the list of orders', () => {
  beforeAll(async () => {
    for (let number = 1; number <= 5; number += 1)
      await api.request('POST', '/api/orders', {
        body: {
          customer_id: 'lister',
          order_id: `list-${number}`,
          items: [{ product_id: 'prod-001', quantity: number }],
        },
      });
  });

  it('comes the newest first, a page at a time, without gaps', async () => {
    const seen: string[] = [];
    let token = '';
    do {
      const { body } = await list(`customer_id=lister&page_size=2&page_token=${token}`);
      expect(body.orders.length).toBeLessThanOrEqual(2);
      seen.push(...body.orders.map(({ id }) => id));
      token = body.next_page_token;
    } while (token !== '');
    expect(seen).toEqual(['list-5', 'list-4', 'list-3', 'list-2', 'list-1']);
  });

  it('is filtered by status, in any letter case and by former names', async () => {
    for (const query of ['status=completed', 'status=paid,Delivered', 'status=SHIPPED&status=COMPLETED'])
      expect((await list(query)).body.orders.map(({ id }) => id)).toContain(delivered);
    expect((await list('status=cancelled')).body).toEqual({ orders: [], next_page_token: '' });
  });

  it('is filtered by time', async () => {
    const { body } = await list('created_from=2999-01-01T00:00:00Z');
    expect(body.orders).toEqual([]);
    expect((await list('created_to=2999-01-01T00:00:00Z&customer_id=lister')).body.orders).toHaveLength(5);
  });

  it.each([
    ['page_size=0', 'page_size'],
    ['page_size=501', 'page_size'],
    ['page_size=many', 'page_size'],
    ['page_token=oops', 'page_token'],
    ['status=LOST', 'status'],
    ['created_from=yesterday', 'created_from'],
    ['created_to=0000-01-01T00:00:00Z', 'created_to'],
    ['customer_id=%00', 'customer_id'],
    ['customer=c', 'customer'],
  ])('is refused for %s', async (query, field) => {
    expect(await api.request('GET', `/api/orders?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST', violations: [{ field }] },
    });
  });
});
