import { beforeAll, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { createCancelOrders, MOST_ORDERS } from '../../../api/cancel-orders.ts';
import { acceptOrders } from '../../../db/orders.ts';
import { acceptAs, makeOrder, stockProduct } from '../../db/order-fixture.ts';
import { LONG_MS, startLifecycle, type TestLifecycle } from '../../support/lifecycle.ts';
import { NOBODY, startApi, type TestApi } from '../support.ts';

interface Told {
  readonly dry_run: boolean;
  readonly orders: readonly {
    readonly order_id: string;
    readonly result: string;
    readonly status?: string;
    readonly reason?: string;
  }[];
  readonly counts: Readonly<Record<string, number>>;
  readonly refunds: readonly object[];
}

let lifecycle: TestLifecycle;
let api: TestApi;
const ids = { fresh: '', paid: '', shipped: '', yen: '' };

beforeAll(async () => {
  const settings = { paymentDelayMs: LONG_MS, preparationDelayMs: LONG_MS, deliveryDelayMs: LONG_MS };
  lifecycle = await startLifecycle({ settings });
  api = await startApi({ ...lifecycle, databaseUrl: lifecycle.url, commandTimeoutMs: 10_000 });
  ids.fresh = await lifecycle.order();
  ids.paid = await lifecycle.order(3);
  await lifecycle.commands.updateStatus(ids.paid, 'PROCESSING');
  const yen = await stockProduct(lifecycle.db, { unitPriceMinor: 700, currency: 'JPY' });
  ids.yen = await lifecycle.order(2, yen);
  await lifecycle.commands.updateStatus(ids.yen, 'PROCESSING');
  ids.shipped = await lifecycle.order();
  for (const status of ['PROCESSING', 'SHIPPED'] as const) await lifecycle.commands.updateStatus(ids.shipped, status);
});

const cancel = async (body: object) => (await api.request<Told>('POST', '/api/orders/cancel', { body })).body;

describe('cancelling many orders', () => {
  it('is first looked at: what would happen to each, and what would be refunded', async () => {
    const told = await cancel({
      order_ids: [ids.paid, ids.fresh, ids.shipped, 'nobody', ids.yen, ids.paid],
      dry_run: true,
    });
    expect(told).toMatchObject({
      dry_run: true,
      orders: [
        {
          order_id: ids.paid,
          result: 'WOULD_CANCEL',
          status: 'PROCESSING',
          refund: { amount: 59.97, amount_minor: 5997 },
        },
        { order_id: ids.fresh, result: 'WOULD_CANCEL', status: 'PENDING' },
        {
          order_id: ids.shipped,
          result: 'NOT_ALLOWED',
          status: 'SHIPPED',
          reason: expect.stringContaining('cannot become') as string,
        },
        { order_id: 'nobody', result: 'NOT_FOUND' },
        { order_id: ids.yen, result: 'WOULD_CANCEL' },
      ],
      counts: { would_cancel: 3, not_allowed: 1, not_found: 1, cancelled: 0 },
      refunds: [
        { currency: 'JPY', amount: 1400, amount_minor: 1400, orders: 1 },
        { currency: 'USD', amount: 59.97, amount_minor: 5997, orders: 1 },
      ],
    });
    expect(told.orders).toHaveLength(5);
    expect((await lifecycle.queries.get(ids.fresh)).status).toBe('PENDING');
  });

  it('is looked at for a filter, too', async () => {
    const told = await cancel({
      filter: { status: ['pending', 'shipped'], max_total: 100, customer_id: 'customer-001' },
      dry_run: true,
    });
    expect(told.orders.map(({ order_id, result }) => [order_id, result])).toEqual([
      [ids.shipped, 'NOT_ALLOWED'],
      [ids.fresh, 'WOULD_CANCEL'],
    ]);
  });

  it('cancels each as a single cancellation does, and a repeat answers the same', async () => {
    const request = { order_ids: [ids.fresh, ids.paid, ids.shipped, 'nobody'], reason: 'recall' };
    const told = await cancel(request);
    expect(told.dry_run).toBe(false);
    expect(told.orders.map(({ result }) => result.replace('CANCELLING', 'CANCELLED'))).toEqual([
      'CANCELLED',
      'CANCELLED',
      'NOT_ALLOWED',
      'NOT_FOUND',
    ]);
    for (const id of [ids.fresh, ids.paid])
      expect(await lifecycle.reached(id, 'CANCELLED')).toMatchObject({ statusDetails: 'recall' });
    expect(await lifecycle.ledger(ids.paid)).toEqual(['charge captured', 'refund refunded']);
    const repeated = await cancel(request);
    expect(repeated.counts).toMatchObject({ cancelled: 2, not_allowed: 1, not_found: 1, not_tried: 0 });
    expect((await cancel({ ...request, dry_run: true })).counts).toMatchObject({ cancelled: 2, would_cancel: 0 });
    expect(await lifecycle.ledger(ids.paid)).toEqual(['charge captured', 'refund refunded']);
  });

  it('gives up in time while the workflows cannot be reached; a repeat goes on', async () => {
    const stranded = await startApi({ databaseUrl: lifecycle.url, temporalAddress: NOBODY, commandTimeoutMs: 300 });
    const order_ids = await Promise.all(Array.from({ length: 40 }, () => acceptAs(lifecycle.db, 'PENDING')));
    const { body } = await stranded.request<Told>('POST', '/api/orders/cancel', { body: { order_ids } });
    const { unavailable = 0, not_tried } = body.counts;
    expect(unavailable).toBeGreaterThan(0);
    expect(not_tried).toBe(40 - unavailable);
    expect((await cancel({ order_ids })).orders.map(({ result }) => result)).toEqual(
      order_ids.map(() => expect.stringMatching(/^CANCELL(ED|ING)$/) as string),
    );
  });

  it('is done for four callers at once', async () => {
    const stranded = await startApi({ databaseUrl: lifecycle.url, temporalAddress: NOBODY, commandTimeoutMs: 300 });
    const order_ids = [await acceptAs(lifecycle.db, 'PENDING')];
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => stranded.request('POST', '/api/orders/cancel', { body: { order_ids } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 503]);
    expect(answers.find(({ status }) => status === 503)?.body).toMatchObject({
      detail: 'This server has 4 cancellations of many orders under way already, as many as it takes.',
      retry_after: 1,
    });
  });

  it('gives up in time while the orders cannot be read', async () => {
    const order_ids = await Promise.all(Array.from({ length: 3 }, () => acceptAs(lifecycle.db, 'PENDING')));
    const { run } = createCancelOrders(
      { ...lifecycle, logger: pino({ level: 'silent' }), stopping: new AbortController().signal },
      { concurrency: 2, withinMs: 100, readsMs: 100 },
    );
    const session = await lifecycle.db.reserve();
    await session`begin`;
    await session`lock table orders in access exclusive mode`;
    try {
      const results = (await run(order_ids)).map(({ result }) => result);
      expect(results).toEqual(['UNAVAILABLE', 'UNAVAILABLE', 'NOT_TRIED']);
    } finally {
      await session`rollback`;
      session.release();
    }
  });

  it('is refused for a filter that matches more than it takes, and nothing is done', async () => {
    const many = Array.from({ length: MOST_ORDERS + 1 }, () => makeOrder({ customerId: 'too many' }));
    await acceptOrders(lifecycle.db, many);
    const body = { filter: { customer_id: 'too many' }, dry_run: true };
    expect(await api.request('POST', '/api/orders/cancel', { body })).toMatchObject({
      status: 400,
      body: { violations: [{ field: 'filter', message: expect.stringContaining('more than 1000 orders') as string }] },
    });
  });

  it.each([
    [{}, 'order_ids'],
    [{ order_ids: [] }, 'order_ids'],
    [{ order_ids: Array.from({ length: MOST_ORDERS + 1 }, (_, n) => `order-${n}`) }, 'order_ids'],
    [{ order_ids: ['a', ' '] }, 'order_ids[1]'],
    [{ order_ids: ['a'], reason: '' }, 'reason'],
    [{ order_ids: ['a'], why: 'x' }, 'why'],
    [{ filter: { status: 'PENDING' } }, 'filter'],
    [{ filter: {}, order_ids: ['a'], dry_run: true }, 'filter'],
    [{ filter: { status: 'LOST' }, dry_run: true }, 'status'],
    [{ filter: { colour: 'red' }, dry_run: true }, 'filter.colour'],
  ])('is refused for %j', async (body, field) => {
    expect(await api.request('POST', '/api/orders/cancel', { body })).toMatchObject({
      status: 400,
      body: { violations: [{ field }] },
    });
  });
});
