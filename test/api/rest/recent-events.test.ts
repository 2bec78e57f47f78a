import { expect, it } from 'vitest';
import { acceptAs } from '../../db/order-fixture.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startApi } from '../support.ts';

interface Page {
  readonly events: { id: string; type: string; subject: string; sequence: string; data: Record<string, unknown> }[];
}

const { db, url } = await createTestDatabase();
const api = await startApi({ databaseUrl: url });
const first = await acceptAs(db, 'DELIVERED');
const second = await acceptAs(db, 'SHIPPED', { customerId: 'somebody' });

it('what happened last is told, the newest first, in the words of the stream', async () => {
  const { events } = (await api.request<Page>('GET', '/api/events')).body;
  expect(events.map(({ subject, sequence }) => `${subject} ${sequence}`)).toEqual([
    ...[4, 3, 2, 1].map((version) => `${second} ${version}`),
    ...[5, 4, 3, 2, 1].map((version) => `${first} ${version}`),
  ]);
  expect(events[3]).toMatchObject({
    specversion: '1.0',
    type: 'order.created.v1',
    data: { order_id: second, customer_id: 'somebody', total_minor: 3998, view_status: 'CREATED' },
  });
});

it('so many events are told as are asked for, and a limit that makes no sense is refused', async () => {
  const { events } = (await api.request<Page>('GET', '/api/events?limit=1')).body;
  expect(events).toMatchObject([{ subject: second, type: 'shipping.scheduled.v1' }]);
  for (const limit of ['0', '101', 'many'])
    expect(await api.request('GET', `/api/events?limit=${limit}`)).toMatchObject({
      status: 400,
      body: { violations: [{ field: 'limit' }] },
    });
});
