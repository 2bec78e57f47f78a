import { beforeAll, describe, expect, it } from 'vitest';
import { cancelOrder } from '../../../db/orders.ts';
import { VIEW_STATUSES } from '../../../domain/published-events.ts';
import { accept, acceptAs } from '../../db/order-fixture.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startApi, type TestApi } from '../support.ts';

interface View {
  readonly order_id: string;
  readonly status: string;
}
interface Page {
  readonly orders: View[];
  readonly next_page_token: string;
}

const { db, url } = await createTestDatabase();
let api: TestApi;
const ids: Record<string, string> = {};

beforeAll(async () => {
  api = await startApi({ databaseUrl: url });
  ids.created = await accept(db);
  ids.reserved = await acceptAs(db, 'RESERVED', { customerId: 'somebody' });
  ids.shipped = await acceptAs(db, 'SHIPPED');
  ids.completed = await acceptAs(db, 'DELIVERED', { customerId: 'somebody' });
  ids.cancelled = await accept(db);
  await cancelOrder(db, ids.cancelled, 'CANCELLED_ON_REQUEST', 'enough');
});

const list = async (query: string) => (await api.request<Page>('GET', `/api/order-status?${query}`)).body;
const idsOf = ({ orders }: Page) => orders.map(({ order_id }) => order_id);

it('an order is read in the status of its last event, with what was said', async () => {
  const { status, body } = await api.request('GET', `/api/order-status/${ids.cancelled}`);
  expect(status).toBe(200);
  expect(body).toEqual({
    order_id: ids.cancelled,
    customer_id: 'customer-001',
    status: 'CANCELLED',
    total_amount: 39.98,
    total_minor: 3998,
    currency: 'USD',
    items: [{ product_id: 'prod-001', quantity: 2, unit_price_minor: 1999, unit_price: 19.99 }],
    last_updated: expect.any(String) as string,
    last_status_details: 'enough',
    total_status_changes: 2,
    status_since: expect.any(String) as string,
    seconds_in_current_state: expect.any(Number) as number,
  });
});

it('orders are listed by status in any letter case and by customer, the newest first, a page at a time', async () => {
  expect(idsOf(await list('status=created,Completed'))).toEqual([ids.completed, ids.created]);
  expect(idsOf(await list('status=SHIPPING_SCHEDULED&status=INVENTORY_RESERVED'))).toEqual([ids.shipped, ids.reserved]);
  expect(idsOf(await list('customer_id=somebody'))).toEqual([ids.completed, ids.reserved]);
  expect(idsOf(await list('status=INVENTORY_REJECTED'))).toEqual([]);
  const seen: string[] = [];
  let token = '';
  do {
    const page = await list(`page_size=2&page_token=${token}`);
    seen.push(...idsOf(page));
    token = page.next_page_token;
  } while (token !== '');
  expect(seen).toEqual([ids.cancelled, ids.completed, ids.shipped, ids.reserved, ids.created]);
});

it('the summary has counts, shares and the completion rate', async () => {
  const { body } = await api.request<{ statuses: { status: string; orders: number; percentage: number }[] }>(
    'GET',
    '/api/order-status/summary',
  );
  expect(body).toMatchObject({ total: 5, completion_rate: 50 });
  expect(body.statuses.map(({ status }) => status).sort()).toEqual([...VIEW_STATUSES].sort());
  expect(body.statuses).toContainEqual({ status: 'COMPLETED', orders: 1, percentage: 20 });
  expect(body.statuses).toContainEqual({ status: 'PAYMENT_FAILED', orders: 0, percentage: 0 });
});

it('an unknown order is not found, an id that none can have is refused', async () => {
  expect((await api.request('GET', '/api/order-status/nobody')).status).toBe(404);
  expect((await api.request('GET', '/api/order-status/%20')).body).toMatchObject({
    violations: [{ field: 'order_id' }],
  });
});

describe('the list is refused', () => {
  it.each([
    ['status=LOST', 'status', 'INVENTORY_RESERVED'],
    ['status=PENDING', 'status', 'INVENTORY_RESERVED'],
    ['customer_id=%00', 'customer_id', 'printable'],
    ['page_size=0', 'page_size', '1 to 500'],
    ['page_token=oops', 'page_token', 'next_page_token'],
    ['stauts=CREATED', 'stauts', ''],
  ])('for %s, naming the field and what is allowed', async (query, field, words) => {
    const { status, body } = await api.request('GET', `/api/order-status?${query}`);
    expect({ status, body }).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', violations: [{ field }] } });
    expect(body.detail).toContain(words);
  });
});
