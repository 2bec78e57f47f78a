import { beforeAll, describe, expect, it } from 'vitest';
import { findUntoldAlerts, raiseAlerts } from '../../../db/alerts.ts';
import { requestApproval } from '../../../db/orders.ts';
import { accept, acceptAs } from '../../db/order-fixture.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startApi, type TestApi } from '../support.ts';

interface Page {
  readonly alerts: { order_id: string; reason: string; raised_at?: string }[];
  readonly counts: Record<string, number>;
  readonly next_page_token: string;
}

const { db, url } = await createTestDatabase();
const alertLimits = { stuckAfterMs: 0, paymentStuckAfterMs: 0, problematicChanges: 3 };
let api: TestApi;
const ids: Record<string, string> = {};

beforeAll(async () => {
  api = await startApi({ databaseUrl: url, alertLimits });
  ids.stuck = await accept(db);
  ids.waiting = await accept(db, { customerId: 'somebody' });
  await requestApproval(db, ids.waiting, { limit: 1, expires_at: '2026-01-01T00:00:00.000Z' });
  ids.changed = await acceptAs(db, 'SHIPPED', { customerId: 'somebody' });
  ids.done = await acceptAs(db, 'DELIVERED');
});

const list = async (query = '') => (await api.request<Page>('GET', `/api/alerts?${query}`)).body;

it('open orders that need somebody are listed with why, since when and how many', async () => {
  const page = await list();
  expect(page.alerts.map(({ order_id, reason }) => `${order_id} ${reason}`).sort()).toEqual(
    [
      `${ids.stuck} STUCK`,
      `${ids.waiting} AWAITING_APPROVAL`,
      `${ids.changed} STUCK`,
      `${ids.changed} PROBLEMATIC`,
    ].sort(),
  );
  expect(page.counts).toEqual({ STUCK: 2, PAYMENT_STUCK: 0, AWAITING_APPROVAL: 1, PROBLEMATIC: 1 });
  expect(page.alerts[0]).toEqual({
    order_id: ids.stuck,
    customer_id: 'customer-001',
    reason: 'STUCK',
    order_status: 'PENDING',
    since: expect.any(String) as string,
    seconds: expect.any(Number) as number,
    details: expect.stringMatching(/^in PENDING for \d+ s; the limit is 0 s$/) as string,
  });
});

it('they are filtered by reason and customer, and come a page at a time', async () => {
  expect((await list('reason=awaiting_approval')).alerts).toMatchObject([{ order_id: ids.waiting }]);
  expect((await list('reason=STUCK,PROBLEMATIC&customer_id=somebody')).alerts).toHaveLength(2);
  const seen: string[] = [];
  let token = '';
  do {
    const page = await list(`page_size=1&page_token=${token}`);
    seen.push(...page.alerts.map(({ order_id, reason }) => `${order_id} ${reason}`));
    token = page.next_page_token;
  } while (token !== '');
  expect(new Set(seen).size).toBe(4);
  expect(seen).toHaveLength(4);
});

it('an alert that was told says when', async () => {
  const untold = await findUntoldAlerts(db, alertLimits, { limit: 10 });
  const stuck = untold.filter(({ orderId }) => orderId === ids.stuck);
  await raiseAlerts(
    db,
    stuck.map((alert) => ({ ...alert, details: 'stuck' })),
  );
  const { alerts } = await list();
  expect(alerts.filter(({ raised_at }) => raised_at !== undefined)).toMatchObject([{ order_id: ids.stuck }]);
});

describe('the list is refused', () => {
  it.each([
    ['reason=BORED', 'reason', 'STUCK, PAYMENT_STUCK'],
    ['customer_id=%00', 'customer_id', 'printable'],
    ['page_size=501', 'page_size', '1 to 500'],
    ['page_token=oops', 'page_token', 'next_page_token'],
    [`page_token=${madeUp('2026-11-21T10:00:00.000Z|abc|\0')}`, 'page_token', 'next_page_token'],
    ['limit=3', 'limit', ''],
  ])('for %s, naming the field and what is allowed', async (query, field, words) => {
    const { status, body } = await api.request('GET', `/api/alerts?${query}`);
    expect({ status, body }).toMatchObject({ status: 400, body: { violations: [{ field }] } });
    expect(body.detail).toContain(words);
  });
});

function madeUp(text: string): string {
  return Buffer.from(text).toString('base64url');
}
