import { beforeAll, expect, it } from 'vitest';
import { findEvents } from '../../../db/order-reads.ts';
import { acceptAs } from '../../db/order-fixture.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startApi, type TestApi } from '../support.ts';

interface Answer {
  readonly from: { version: number; time?: string };
  readonly to: { version: number; time: string };
  readonly differences: { field: string; before?: unknown; after?: unknown }[];
  readonly events: { version: number; type: string }[];
}

const { db, url } = await createTestDatabase();
let api: TestApi;
let id: string;

beforeAll(async () => {
  api = await startApi({ databaseUrl: url });
  id = await acceptAs(db, 'DELIVERED');
});

const compare = async (query = '') => (await api.request<Answer>('GET', `/api/orders/${id}/differences?${query}`)).body;

it('an order is compared with the version before', async () => {
  const answer = await compare();
  expect(answer).toMatchObject({ order_id: id, from: { version: 4 }, to: { version: 5 } });
  expect(answer.events).toMatchObject([{ version: 5, type: 'OrderDelivered', previous_status: 'SHIPPED' }]);
  expect(answer.differences).toContainEqual({ field: 'order.status', before: 'SHIPPED', after: 'DELIVERED' });
  expect(answer.differences).toContainEqual({
    field: 'shipment_info.status',
    before: 'SHIPMENT_IN_TRANSIT',
    after: 'SHIPMENT_DELIVERED',
  });
});

it('an order is compared between any two versions, or moments', async () => {
  const answer = await compare('from=1&to=3');
  expect(answer.events.map(({ type }) => type)).toEqual(['StockReserved', 'PaymentAuthorized']);
  expect(answer.differences).toContainEqual({ field: 'payment_info.status', after: 'PAYMENT_COMPLETED' });
  expect(answer.differences).toContainEqual({ field: 'order.status', before: 'PENDING', after: 'PROCESSING' });
  const [first] = await findEvents(db, id);
  const byTime = await compare(`from=${first!.occurredAt}&to=2999-01-01T00:00:00Z`);
  expect(byTime).toEqual(await compare(`from=${byTime.from.version}`));
});

it('the first version is compared with nothing, a version with itself without differences', async () => {
  const first = await compare('to=1');
  expect(first.from).toEqual({ version: 0 });
  expect(first.differences).toContainEqual({ field: 'order.items[0].quantity', after: 2 });
  expect(first.events).toMatchObject([{ type: 'OrderCreated' }]);
  expect(await compare('from=2&to=2')).toMatchObject({ differences: [], events: [] });
});

it.each([
  ['from=9', 404, 'it has the versions 1 to 5'],
  ['to=6', 404, 'it has the versions 1 to 5'],
  ['from=1999-01-01T00:00:00Z', 404, 'was not there at 1999-01-01T00:00:00.000Z'],
  ['from=3&to=2', 400, 'from must not be after to, which is version 2'],
  ['from=0', 400, 'from must be a whole number'],
  ['to=yesterday', 400, 'to must be a version such as 3 or a time'],
  ['at=3', 400, 'at is not a known field'],
])('%s is refused with %i and words', async (query, status, words) => {
  const answer = await api.request('GET', `/api/orders/${id}/differences?${query}`);
  expect(answer.status).toBe(status);
  expect(answer.body.detail).toContain(words);
});

it('an unknown order is not found', async () => {
  expect((await api.request('GET', '/api/orders/nobody/differences')).status).toBe(404);
  expect((await api.request('GET', '/api/orders/nobody/differences?from=1')).status).toBe(404);
  expect((await api.request('GET', '/api/orders/%20/differences')).status).toBe(400);
});
