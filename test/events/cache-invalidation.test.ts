import { pino } from 'pino';
import { createClient } from 'redis';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { findOrder } from '../../db/order-reads.ts';
import { connectCache } from '../../events/cache-connection.ts';
import { createCacheEntries, lifeOfEntry } from '../../events/cache-entries.ts';
import { createCacheInvalidation } from '../../events/cache-invalidation.ts';
import { acceptAs, deliver } from '../db/order-fixture.ts';
import { createTestDatabase } from '../support/database.ts';
import { startTestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { NOBODY } from '../api/support.ts';
import { readAll, startFollower } from './following.ts';

const { db } = await createTestDatabase();
const redis = await startTestRedis();
const probe = await createClient({ url: redis.url }).connect();
const logger = pino({ level: 'silent' });
const connection = connectCache({ url: redis.url, patienceMs: 1000, logger });
const entries = createCacheEntries(connection);
await until('the cache is up', () => connection.state().status === 'up');

afterAll(() => {
  connection.close();
  probe.destroy();
});

describe('the consumer that invalidates the cache', () => {
  it('removes the entry of an order that has changed, and no entry that is as new as the change', async () => {
    const ids = await Promise.all([1, 2].map(() => acceptAs(db, 'SHIPPED')));
    for (const id of ids) await entries.keep((await findOrder(db, id))!);
    startFollower(db, createCacheInvalidation(entries));
    await deliver(db, ids[0]!);
    await until('the old entry is gone', async () => (await probe.exists(`order:${ids[0]!}`)) === 0);
    expect(await probe.exists(`order:${ids[1]!}`)).toBe(1);
  });

  it('goes on with the log while Redis is away', async () => {
    const away = connectCache({ url: `redis://${NOBODY}`, patienceMs: 1000, logger });
    const consumer = createCacheInvalidation(createCacheEntries(away));
    const events = await readAll(db, [await acceptAs(db, 'SHIPPED')]);
    await expect(consumer.handle(events, new AbortController().signal)).resolves.toBeUndefined();
    away.close();
  });

  it('tells each order once, with its latest version, and leaves out what no entry can remember', async () => {
    const id = await acceptAs(db, 'SHIPPED');
    const events = (await readAll(db, [id])).filter(({ orderId }) => orderId === id);
    const drop = vi.fn(() => Promise.resolve());
    const consumer = createCacheInvalidation({ drop });
    const signal = new AbortController().signal;
    await consumer.handle(events, signal);
    expect(drop.mock.calls).toEqual([[id, Math.max(...events.map(({ version }) => version))]]);
    await consumer.handle(
      events.map((event) => ({ ...event, occurredAt: '2020-01-01T00:00:00.000Z' })),
      signal,
    );
    expect(drop).toHaveBeenCalledTimes(1);
  });
});

it('an entry lives for 60 to 120 seconds', () => {
  expect([0, 0.5, 0.999_999].map(lifeOfEntry)).toEqual([60, 90, 120]);
});
