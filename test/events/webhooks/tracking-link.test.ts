import { expect, it } from 'vitest';
import { findOrder } from '../../../db/order-reads.ts';
import { createTrackingLinks } from '../../../events/tracking-links.ts';
import { acceptAs } from '../../db/order-fixture.ts';
import { createTestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';
import { startReceiver } from './receiver.ts';
import { register, startRelay } from './relay.ts';

const { db } = await createTestDatabase();
const trackingLinks = createTrackingLinks(
  { secrets: ['the tracking secret of this test file'], lifeMs: 3_600_000 },
  () => 'https://shop.example',
);

const read = (body: string) => JSON.parse(body) as { subject: string; trackingurl?: string };

it('every webhook about an order carries the same link as the answers of the API', async () => {
  const receiver = await startReceiver();
  await register(db, receiver.url);
  startRelay(db, { trackingLinks });
  const ids = await Promise.all([acceptAs(db, 'DELIVERED'), acceptAs(db, 'DELIVERED')]);
  await until('all have come', () => receiver.received.length >= 10);
  for (const id of ids) {
    const order = await findOrder(db, id);
    const links = receiver.received.map(({ body }) => read(body)).filter(({ subject }) => subject === id);
    expect(links.map(({ trackingurl }) => trackingurl)).toEqual(
      Array.from({ length: 5 }, () => trackingLinks.urlOf(order!)),
    );
    expect(trackingLinks.check(id, new URL(links[0]!.trackingurl!).searchParams.get('token')!).state).toBe('valid');
  }
});

it('without a secret webhooks carry none', async () => {
  const receiver = await startReceiver();
  await register(db, receiver.url, ['order.created.v1']);
  startRelay(db);
  await acceptAs(db, 'PENDING');
  await until('it has come', () => receiver.received.length === 1);
  expect(read(receiver.received[0]!.body)).not.toHaveProperty('trackingurl');
});
