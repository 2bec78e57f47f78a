import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findOrder } from '../../../db/order-reads.ts';
import { accept, acceptAs } from '../../db/order-fixture.ts';
import { openSession } from '../../events/following.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startApi, type TestApi } from '../support.ts';

interface Page {
  readonly checked: number;
  readonly differences: { order_id: string; field: string; repaired: boolean }[];
  readonly repaired: number;
  readonly next?: string;
}

const { db, url } = await createTestDatabase();
let api: TestApi;
let ids: string[];

beforeAll(async () => {
  api = await startApi({ databaseUrl: url });
  ids = (await Promise.all(Array.from({ length: 5 }, () => acceptAs(db, 'SHIPPED')))).sort();
});

const verify = async (body?: object, headers = {}) =>
  (await api.request<Page>('POST', '/api/orders/verify', { body, headers })).body;

it('rows that agree with their log have no differences, page for page', async () => {
  expect(await verify()).toEqual({ checked: 5, differences: [], repaired: 0 });
  const first = await verify({ limit: 3 });
  expect(first).toEqual({ checked: 3, differences: [], repaired: 0, next: ids[2] });
  expect(await verify({ limit: 3, after: first.next })).toEqual({ checked: 2, differences: [], repaired: 0 });
  expect(await verify({ order_id: ids[0] })).toMatchObject({ checked: 1 });
});

describe('a row that says something else', () => {
  const wrong = () => ids[1]!;
  beforeEach(() => db`update orders set status = 'DELIVERED' where id = ${wrong()}`);

  it('is named in words, and left where no repair is asked for', async () => {
    expect(await verify()).toEqual({
      checked: 5,
      differences: [
        {
          order_id: wrong(),
          field: 'orders.status',
          row: 'DELIVERED',
          log: 'SHIPPED',
          message: 'orders.status is "DELIVERED", the log says "SHIPPED"',
          repaired: false,
        },
      ],
      repaired: 0,
    });
    expect(await findOrder(db, wrong())).toMatchObject({ status: 'DELIVERED' });
  });

  it('is repaired where that is asked for, by somebody', async () => {
    expect(await verify({ repair: true }, { 'x-actor': 'ada' })).toMatchObject({
      differences: [{ order_id: wrong(), repaired: true }],
      repaired: 1,
    });
    expect(await findOrder(db, wrong())).toMatchObject({ status: 'SHIPPED' });
    expect(await verify()).toMatchObject({ differences: [] });
    expect([...(await db`select actor, action from audit_log where subject = ${wrong()}`)]).toContainEqual({
      actor: 'ada',
      action: 'order.repair',
    });
  });
});

it('a row without events is named and left', async () => {
  const bare = await accept(db);
  const session = await openSession(url);
  await session`set session_replication_role = replica`;
  await session`delete from order_events where order_id = ${bare}`;
  expect(await verify({ order_id: bare, repair: true })).toEqual({
    checked: 1,
    differences: [
      { order_id: bare, field: 'order_events', message: `order ${bare} has a row but no events`, repaired: false },
    ],
    repaired: 0,
  });
});

it.each([
  [{ order_id: ' ' }, 'order_id'],
  [{ after: 'a b' }, 'after'],
  [{ limit: 0 }, 'limit'],
  [{ limit: 501 }, 'limit'],
  [{ limit: 1.5 }, 'limit'],
  [{ repair: 'yes' }, 'repair'],
  [{ order: 'x' }, 'order'],
])('%j is refused', async (body, field) => {
  expect(await api.request('POST', '/api/orders/verify', { body })).toMatchObject({
    status: 400,
    body: { violations: [{ field }] },
  });
});

it('an unknown order is not found', async () => {
  expect((await api.request('POST', '/api/orders/verify', { body: { order_id: 'nobody' } })).status).toBe(404);
});
