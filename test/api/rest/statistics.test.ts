import { beforeAll, describe, expect, it } from 'vitest';
import { follow } from '../../../events/consumer.ts';
import { beginRebuild } from '../../../db/projection-rebuild.ts';
import { cancelOrder } from '../../../db/orders.ts';
import { projections } from '../../../events/projections.ts';
import { accept, acceptAs, stockProduct } from '../../db/order-fixture.ts';
import { beat, silent } from '../../events/following.ts';
import { createTestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';
import { NOBODY, startApi, type TestApi } from '../support.ts';

let api: TestApi;
const { url, db } = await createTestDatabase();
const fresh = await createTestDatabase();
const today = new Date().toISOString().slice(0, 10);
let mug: string;
let tea: string;

interface Body {
  readonly [name: string]: unknown;
  readonly customers: { readonly customer_id: string }[];
  readonly products: { readonly id: string; readonly product_id: string }[];
  readonly orders: { readonly id: string; readonly order_id: string; readonly status: string }[];
  readonly next_page_token: string;
}

const get = (path: string) => api.request<Body>('GET', path);

beforeAll(async () => {
  api = await startApi({ databaseUrl: url, temporalAddress: NOBODY });
  mug = await stockProduct(db, { unitPriceMinor: 1000 });
  tea = await stockProduct(db, { unitPriceMinor: 500, currency: 'JPY' });
  // Ann: 2 delivered orders of 3 mugs, one cancelled of 10, one of tea in another currency; Bob: 5 mugs on their way.
  for (const id of ['ann-1', 'ann-2'])
    await acceptAs(db, 'DELIVERED', {
      orderId: id,
      customerId: 'Ann',
      lines: [{ productId: mug, quantity: 3 }],
    });
  await accept(db, { orderId: 'ann-3', customerId: 'Ann', lines: [{ productId: mug, quantity: 10 }] });
  await cancelOrder(db, 'ann-3', 'PAYMENT_DECLINED', null);
  await accept(db, { orderId: 'ann-4', customerId: 'Ann', lines: [{ productId: tea, quantity: 2 }] });
  await acceptAs(db, 'PROCESSING', {
    orderId: 'bob-1',
    customerId: 'bob',
    lines: [{ productId: mug, quantity: 5 }],
  });
  await accept(db, { orderId: 'bob-10', customerId: 'bob', lines: [{ productId: mug, quantity: 1 }] });
  await cancelOrder(db, 'bob-10', 'CANCELLED_ON_REQUEST', null);
  // What a transaction of another database holds up is not in the log yet.
  await until('all orders are counted', async () => {
    const { body } = await api.request<{ orders: number }>('POST', '/api/projections/rebuild');
    return body.orders === 6;
  });
});

describe('a customer', () => {
  it('has orders, first and last one, and money spent by currency, without what was cancelled', async () => {
    const { status, body } = await get('/api/customers/Ann');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      customer_id: 'Ann',
      total_orders: 4,
      currency: 'USD',
      total_spent: 60,
      total_spent_minor: 6000,
      by_currency: [
        { currency: 'USD', orders: 3, delivered: 2, cancelled: 1, ordered_value: 160, cancelled_value: 100 },
        { currency: 'JPY', orders: 1, total_spent: 1000, total_spent_minor: 1000 },
      ],
    });
    expect(Date.parse(body.first_order_at as string)).toBeLessThanOrEqual(Date.parse(body.last_order_at as string));
  });

  it('who has not ordered is not found', async () => {
    expect(await get('/api/customers/nobody')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await get('/api/customers/%00')).toMatchObject({ status: 400 });
  });

  it('is ranked by money spent or by orders, in one currency', async () => {
    const ranked = async (query: string) =>
      (await get(`/api/customers/top${query}`)).body.customers.map(({ customer_id }) => customer_id);
    expect(await ranked('')).toEqual(['Ann', 'bob']);
    expect(await ranked('?by=orders&limit=1')).toEqual(['Ann']);
    expect(await ranked('?currency=JPY')).toEqual(['Ann']);
    expect(await ranked('?currency=EUR')).toEqual([]);
    expect((await get('/api/customers/top?by=spent&limit=1')).body.customers[0]).toMatchObject({
      customer_id: 'Ann',
      currency: 'USD',
      orders: 3,
      total_spent: 60,
    });
  });

  it('is found by how the id begins, in any letter case, a page at a time', async () => {
    expect((await get('/api/customers/search?q=aN')).body).toMatchObject({
      customers: [{ customer_id: 'Ann', total_orders: 4 }],
      next_page_token: '',
    });
    expect((await get('/api/customers/search?q=nn')).body.customers).toEqual([]);
    expect((await get('/api/customers/search?q=%25')).body.customers).toEqual([]);
    for (const customerId of ['pager-b', 'Pager-a', 'pager-C', 'PAGER-c', 'pager'])
      await accept(db, { customerId, lines: [{ productId: mug, quantity: 1 }] });
    // What a transaction of another database holds up is not in the log yet.
    const seen = await until('all are there', async () => {
      await api.request('POST', '/api/projections/rebuild');
      const found: string[] = [];
      let token = '';
      do {
        const { body } = await get(`/api/customers/search?q=pager&page_size=2&page_token=${token}`);
        found.push(...body.customers.map(({ customer_id }) => customer_id));
        token = body.next_page_token;
      } while (token !== '');
      return found.length === 5 && found;
    });
    expect(seen).toEqual(['pager', 'Pager-a', 'pager-b', 'PAGER-c', 'pager-C']);
  });
});

describe('a product', () => {
  it('says what was sold of it, beside what it said before', async () => {
    expect((await get(`/api/products/${mug}`)).body).toMatchObject({
      id: mug,
      unit_price: 10,
      sales: { average_quantity: expect.any(Number) as number, revenue: [{ currency: 'USD' }] },
    });
    const { body } = await get(`/api/products/${tea}`);
    expect(body.sales).toEqual({
      quantity: 2,
      order_count: 1,
      average_quantity: 2,
      revenue: [{ currency: 'JPY', amount: 1000, amount_minor: 1000 }],
    });
    expect((await get('/api/products/prod-001')).body.sales).toEqual({
      quantity: 0,
      order_count: 0,
      average_quantity: 0,
      revenue: [],
    });
    expect((await get('/api/products/nothing')).status).toBe(404);
  });

  it('is ranked by revenue, quantity or orders', async () => {
    for (const by of ['revenue', 'quantity', 'orders'])
      expect((await get(`/api/products/top?by=${by}&limit=1`)).body.products).toMatchObject([
        { product_id: mug, currency: 'USD', name: 'Test' },
      ]);
    expect((await get('/api/products/top?currency=JPY')).body.products).toMatchObject([
      { product_id: tea, quantity: 2, revenue: 1000, revenue_minor: 1000, order_count: 1, average_quantity: 2 },
    ]);
  });

  it('is found by words in its id or its name', async () => {
    const found = async (query: string) =>
      (await get(`/api/products/search?${query}`)).body.products.map(({ id }) => id);
    expect(await found('q=ENAMEL')).toEqual(['prod-001']);
    expect(await found(`q=${mug.slice(10)}`)).toEqual([mug]);
    expect(await found('q=%25')).toEqual([]);
    const { body } = await get('/api/products/search?q=prod-00&page_size=1');
    expect(body.products).toMatchObject([{ id: 'prod-001', sales: { quantity: 0 } }]);
    expect(await found(`q=prod-00&page_size=1&page_token=${body.next_page_token}`)).toEqual(['prod-002']);
  });
});

describe('an order', () => {
  it('is on the timeline, the newest first', async () => {
    const { orders } = (await get('/api/timeline')).body;
    expect(orders.map(({ order_id }) => order_id).slice(-6)).toEqual([
      'bob-10',
      'bob-1',
      'ann-4',
      'ann-3',
      'ann-2',
      'ann-1',
    ]);
    expect((await get('/api/timeline?limit=1')).body.orders).toHaveLength(1);
    expect(orders.at(-1)).toMatchObject({
      customer_id: 'Ann',
      status: 'DELIVERED',
      approval: 'NOT_REQUIRED',
      total_minor: 3000,
      total_amount: 30,
      currency: 'USD',
    });
  });

  it('is listed by its status, also under its former names', async () => {
    for (const word of ['DELIVERED', 'completed'])
      expect((await get(`/api/orders/by-status/${word}`)).body.orders.map(({ id }) => id)).toEqual(['ann-2', 'ann-1']);
    const { body } = await get('/api/orders/by-status/COMPLETED?page_size=1');
    const next = await get(`/api/orders/by-status/COMPLETED?page_size=1&page_token=${body.next_page_token}`);
    expect(next.body.orders.map(({ id }) => id)).toEqual(['ann-1']);
    expect(await get('/api/orders/by-status/nowhere')).toMatchObject({
      status: 400,
      body: { violations: [{ field: 'status', rule: 'known_status' }] },
    });
  });

  it('is found by how its id begins, the whole id first', async () => {
    const found = async (id: string) =>
      (await get(`/api/orders/search/${id}`)).body.orders.map(({ order_id }) => order_id);
    expect(await found('bob-1')).toEqual(['bob-1', 'bob-10']);
    expect(await found('ann')).toEqual(['ann-1', 'ann-2', 'ann-3', 'ann-4']);
    expect(await found('BOB')).toEqual([]);
    expect(await get('/api/orders/search/a%20b')).toMatchObject({ status: 400 });
  });
});

describe('the figures', () => {
  it('say how many orders there are, where they stand and what they are worth', async () => {
    const server = await startApi({ databaseUrl: fresh.url, temporalAddress: NOBODY });
    const stats = async () => (await server.request<Body>('GET', '/api/stats?days=1')).body;
    expect(await stats()).toMatchObject({
      orders: { total: 0, in_progress: 0, delivered: 0 },
      today: [],
      customers: 0,
      validation: { validated: 0 },
    });
    await acceptAs(fresh.db, 'DELIVERED', { customerId: 'a' });
    await acceptAs(fresh.db, 'SHIPPED', { customerId: 'a' });
    const lost = await acceptAs(fresh.db, 'PROCESSING', { customerId: 'b' });
    await cancelOrder(fresh.db, lost, 'SHIPMENT_UNAVAILABLE', null);
    await cancelOrder(fresh.db, await accept(fresh.db, { customerId: 'b' }), 'CANCELLED_ON_REQUEST', null);
    const stopping = new AbortController();
    const following = follow(projections, {
      db: fresh.db,
      waker: beat(),
      holder: 'test',
      leaseMs: 1000,
      logger: silent,
      signal: stopping.signal,
    });
    const found = await until('they are added up', async () => {
      const body = await stats();
      const { total, cancelled } = body.orders as unknown as { total: number; cancelled: number };
      return total === 4 && cancelled === 2 && body;
    });
    stopping.abort();
    await following;
    expect(found).toMatchObject({
      orders: {
        total: 4,
        in_progress: 1,
        delivered: 1,
        cancelled: 2,
        failed: 1,
        completion_rate: 33.33,
        by_status: [
          { status: 'PENDING', orders: 0, percentage: 0, amounts: [] },
          { status: 'PROCESSING', orders: 0 },
          { status: 'SHIPPED', orders: 1, percentage: 25, amounts: [{ currency: 'USD', total_minor: 3998 }] },
          { status: 'DELIVERED', orders: 1 },
          { status: 'CANCELLED', orders: 2, percentage: 50 },
        ],
        cancelled_by_reason: [
          { failure_reason: 'CANCELLED_ON_REQUEST', orders: 1, percentage: 50 },
          { failure_reason: 'SHIPMENT_UNAVAILABLE', orders: 1, percentage: 50 },
        ],
      },
      period: { days: 1, to: expect.any(String) as string },
      average_order_value: [{ currency: 'USD', orders: 2, average: 39.98, average_minor: 3998 }],
      customers: 2,
      funnel: [
        { status: 'PENDING', orders: 4, percentage: 100 },
        { status: 'PROCESSING', orders: 3, percentage: 75 },
        { status: 'SHIPPED', orders: 2, percentage: 50 },
        { status: 'DELIVERED', orders: 1, percentage: 25 },
      ],
      time_in_status: [
        { status: 'PENDING', orders: 4 },
        { status: 'PROCESSING', orders: 3 },
        { status: 'SHIPPED', orders: 1 },
      ],
    });
    const [period] = (found.period as { totals: Record<string, unknown>[] }).totals;
    expect(period).toMatchObject({ orders: 4, new_customers: 2, delivered: 1, cancelled: 2, revenue: 79.96 });
    const stages = found.time_in_status as { orders: number; histogram: { orders: number }[] }[];
    for (const { orders, histogram } of stages)
      expect(histogram.reduce((sum, entry) => sum + entry.orders, 0)).toBe(orders);
  });

  it('are told day by day', async () => {
    const { days } = (await get('/api/stats/daily')).body as unknown as { days: { day: string; currency: string }[] };
    expect(days.at(-1)).toMatchObject({ currency: 'USD' });
    expect([today, new Date().toISOString().slice(0, 10)]).toContain(days.at(-1)!.day);
    expect((await get('/api/stats/daily?from=2020-01-01&to=2020-12-31')).body.days).toEqual([]);
    expect((await get('/api/stats/daily?to=2020-12-31')).status).toBe(200);
  });

  it('count what the rules said, once for each rule that an order breaks, and no repeats', async () => {
    const place = (body: object) => api.request('POST', '/api/orders', { body });
    const good = { customer_id: 'v', items: [{ product_id: 'prod-001', quantity: 1 }], order_id: 'validated-1' };
    expect((await place(good)).status).toBe(201);
    expect((await place(good)).status).toBe(201);
    const bad = {
      customer_id: ' ',
      items: [
        { product_id: 'prod-001', quantity: 1001 },
        { product_id: 'x', quantity: 0 },
      ],
    };
    expect((await place(bad)).status).toBe(400);
    expect((await place({ ...good, order_id: 'validated-2', total_amount: 1 })).status).toBe(400);
    // Without the shape of an order it never comes to the rules.
    expect((await place({ customer_id: 5 })).status).toBe(400);
    const read = async () => (await get('/api/validation/stats')).body;
    await until('they are written', async () => (await read()).validated === 3);
    expect(await read()).toEqual({
      validated: 3,
      approved: 1,
      rejected: 2,
      rejected_by_rule: [
        { rule: 'customer_id', orders: 1 },
        { rule: 'known_product', orders: 1 },
        { rule: 'quantity', orders: 1 },
        { rule: 'total_matches', orders: 1 },
      ],
    });
  });
});

describe('a rebuild', () => {
  it('is refused while another one runs', async () => {
    await beginRebuild(db, 'another', 60_000);
    expect(await api.request('POST', '/api/projections/rebuild')).toMatchObject({
      status: 409,
      body: { code: 'REBUILD_UNDER_WAY' },
    });
    await db`delete from consumers where name = 'projections-rebuild'`;
    expect((await api.request('POST', '/api/projections/rebuild')).status).toBe(200);
  });
});

describe('bad input is refused, naming the field', () => {
  it.each([
    ['/api/customers/top?limit=0', 'limit'],
    ['/api/customers/top?limit=101', 'limit'],
    ['/api/customers/top?limit=many', 'limit'],
    ['/api/customers/top?by=height', 'by'],
    ['/api/customers/top?currency=dollars', 'currency'],
    ['/api/customers/top?colour=red', 'colour'],
    ['/api/customers/search', 'q'],
    ['/api/customers/search?q=', 'q'],
    ['/api/customers/search?q=a&page_token=AAAA', 'page_token'],
    ['/api/customers/search?q=a&page_size=501', 'page_size'],
    ['/api/products/top?by=spent', 'by'],
    ['/api/products/top?limit=1.5', 'limit'],
    ['/api/products/search', 'q'],
    [`/api/products/search?q=${'x'.repeat(101)}`, 'q'],
    ['/api/products/search?q=a&page_token=%20', 'page_token'],
    ['/api/timeline?limit=101', 'limit'],
    ['/api/timeline?since=now', 'since'],
    ['/api/orders/by-status/PENDING?page_token=x', 'page_token'],
    ['/api/orders/by-status/PENDING?status=SHIPPED', 'status'],
    ['/api/stats?days=0', 'days'],
    ['/api/stats?days=366', 'days'],
    ['/api/stats?month=1', 'month'],
    ['/api/stats/daily?from=yesterday', 'from'],
    ['/api/stats/daily?from=2026-02-30', 'from'],
    ['/api/stats/daily?from=2020-01-01&to=2021-01-02', 'from'],
    ['/api/stats/daily?from=2020-01-02&to=2020-01-01', 'from'],
    ['/api/stats/daily?to=2026-1-1', 'to'],
  ])('%s', async (path, field) => {
    expect(await get(path)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', violations: [{ field }] } });
  });
});
