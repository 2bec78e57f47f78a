import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { createClient } from 'redis';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Readiness } from '../../api/readiness.ts';
import { createOrderCache, type OrderCache } from '../../api/order-cache.ts';
import { createVerification } from '../../api/verification.ts';
import { findOrder } from '../../db/order-reads.ts';
import { cancelOrder } from '../../db/orders.ts';
import { reserveStock } from '../../db/stock.ts';
import type { Order } from '../../domain/order.ts';
import { type CacheConnection, connectCache } from '../../events/cache-connection.ts';
import { type CacheEntries, createCacheEntries } from '../../events/cache-entries.ts';
import { createCacheInvalidation } from '../../events/cache-invalidation.ts';
import { accept, acceptAs, capture, deliver, ship } from '../db/order-fixture.ts';
import { startFollower } from '../events/following.ts';
import { createTestDatabase } from '../support/database.ts';
import { startTestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { call, NOBODY, startApi } from './support.ts';

const { db, url: databaseUrl } = await createTestDatabase();
const redis = await startTestRedis();
const probe = createClient({ url: redis.url, socket: { reconnectStrategy: () => 50 } });
probe.on('error', () => undefined);
await probe.connect();
afterAll(() => {
  probe.destroy();
});

const opened: CacheConnection[] = [];
afterEach(() => {
  for (const connection of opened.splice(0)) connection.close();
});

interface TestCache extends OrderCache {
  readonly connection: CacheConnection;
  readonly entries: CacheEntries;
}

/** A cache as a server process has it, ready for use. */
async function openCache(url = redis.url): Promise<TestCache> {
  const connection = connectCache({ url, patienceMs: 50, logger: pino({ level: 'silent' }) });
  opened.push(connection);
  const entries = createCacheEntries(connection);
  const cache = { ...createOrderCache({ db, entries }), connection, entries };
  if (url === redis.url) await isUp(cache);
  return cache;
}

const isUp = ({ connection }: TestCache) => until('the cache is up', () => connection.state().status === 'up');
const isDown = ({ connection }: TestCache) => until('the cache is down', () => connection.state().status === 'down');
const isKept = (id: string, version: number) =>
  until(`version ${version} is kept`, async () => Number(await probe.hGet(`order:${id}`, 'version')) === version);

/** Reads until the answer comes from the cache. */
async function warm(cache: TestCache, id: string): Promise<void> {
  await until('the order is answered by the cache', async () => {
    const { hits } = cache.counts();
    await cache.read(id);
    return cache.counts().hits > hits;
  });
}

describe('reading an order through the cache', () => {
  it('asks Postgres the first time and the cache the second time, with the same answer', async () => {
    const cache = await openCache();
    const id = await acceptAs(db, 'SHIPPED');
    const first = await cache.read(id);
    await isKept(id, first!.version);
    expect(await cache.read(id)).toEqual(first);
    expect(first).toEqual(await findOrder(db, id));
    expect(cache.counts()).toEqual({ hits: 1, misses: 1, stale: 0, skipped: 0 });
  });

  it('answers a change at once, though nobody has told the cache of it', async () => {
    const cache = await openCache();
    const id = await acceptAs(db, 'SHIPPED');
    await warm(cache, id);
    await deliver(db, id);
    expect(await cache.read(id)).toMatchObject({ status: 'DELIVERED' });
    expect(cache.counts().stale).toBe(1);
  });

  it('answers a repaired order as it is, though a repair makes no new version', async () => {
    const cache = await openCache();
    const id = await acceptAs(db, 'SHIPPED');
    const order = await findOrder(db, id);
    await db`update orders set customer_id = 'somebody else' where id = ${id}`;
    await warm(cache, id);
    const { verify } = createVerification({ db, forgetOrder: cache.forget });
    expect(await verify({ orderId: id, repair: true, actor: 'test' })).toMatchObject({
      findings: [{ isRepaired: true }],
    });
    expect(await cache.read(id)).toEqual(order);
  });

  it('knows no order that is not there, and keeps nothing of it', async () => {
    const cache = await openCache();
    expect(await cache.read('nobody')).toBeUndefined();
    expect(await probe.exists('order:nobody')).toBe(0);
  });

  it('keeps entries for 60 to 120 seconds, each for another span', async () => {
    const cache = await openCache();
    const ids = await Promise.all(Array.from({ length: 40 }, () => accept(db)));
    for (const id of ids) await warm(cache, id);
    const lives = await Promise.all(ids.map((id) => probe.ttl(`order:${id}`)));
    expect(Math.min(...lives)).toBeGreaterThan(50);
    expect(Math.max(...lives)).toBeLessThanOrEqual(120);
    expect(new Set(lives).size).toBeGreaterThan(5);
  });

  it('does not believe the entry of an order with the same id in another database', async () => {
    const cache = await openCache();
    const id = await accept(db);
    const order = (await findOrder(db, id))!;
    await cache.entries.keep({ ...order, customerId: 'somebody else', updatedAt: '2020-01-01T00:00:00.000Z' });
    expect(await cache.read(id)).toEqual(order);
  });

  it('goes on without the cache where something else stands at the key', async () => {
    const cache = await openCache();
    const id = await accept(db);
    await probe.set(`order:${id}`, 'no hash');
    expect(await cache.read(id)).toMatchObject({ id });
    await probe.del(`order:${id}`);
    await probe.hSet(`order:${id}`, { version: '1', order: '{"broken' });
    expect(await cache.read(id)).toMatchObject({ id });
    expect(cache.connection.state()).toEqual({ status: 'up' });
  });

  it('never replaces a newer entry by an older one', async () => {
    const { entries } = await openCache();
    const id = await acceptAs(db, 'SHIPPED');
    const order = (await findOrder(db, id))!;
    await entries.keep(order);
    await entries.keep({ ...order, version: order.version - 1, status: 'PROCESSING' });
    expect(await entries.find(id)).toEqual(order);
    await entries.drop(id, order.version);
    expect(await entries.find(id)).toEqual(order);
    await entries.drop(id, order.version + 1);
    expect(await entries.find(id)).toBeUndefined();
  });
});

/** Moves an order on by one step, or cancels it now and then; answers the version that is acknowledged. */
async function change(id: string): Promise<number> {
  const { status, payment } = (await findOrder(db, id))!;
  if (Math.random() < 0.08) return (await cancelOrder(db, id, 'CANCELLED_ON_REQUEST', null)).version;
  if (status === 'PENDING') return (payment ? await capture(db, id) : await reserveStock(db, id)).version;
  return (status === 'PROCESSING' ? await ship(db, id) : await deliver(db, id)).version;
}

/** Readers and writers of many orders at random; answers reads that showed less than was acknowledged before they began. */
async function huntStaleReads(caches: readonly TestCache[], { during }: { during?: () => Promise<void> } = {}) {
  const ids = await Promise.all(Array.from({ length: 300 }, () => accept(db)));
  const acknowledged = new Map(ids.map((id) => [id, 1]));
  const stale: string[] = [];
  const statuses = new Set<string>();
  let isWriting = true;
  let reads = 0;
  // Few orders at a time, so that reads and changes of the same one meet.
  let window = 0;
  const anyId = () => ids[(window + Math.floor(Math.random() * 12)) % ids.length]!;

  const write = async (): Promise<void> => {
    for (let step = 0; step < 200; step += 1) {
      const id = anyId();
      const version = await change(id);
      acknowledged.set(id, Math.max(version, acknowledged.get(id)!));
      if (step % 4 === 0) window += 1;
    }
  };
  const read = async (cache: TestCache): Promise<void> => {
    while (isWriting) {
      const id = anyId();
      const least = acknowledged.get(id)!;
      const order: Order | undefined = await cache.read(id);
      reads += 1;
      if (!order || order.version < least) stale.push(`${id}: ${order?.version} after ${least}`);
      if (order) statuses.add(order.status);
    }
  };
  const reading = caches.flatMap((cache) => Array.from({ length: 6 }, () => read(cache)));
  const writing = Promise.all(Array.from({ length: 5 }, write));
  await during?.();
  await writing;
  isWriting = false;
  await Promise.all(reading);
  return { stale, reads, statuses };
}

const sumOf = (caches: readonly TestCache[], count: keyof ReturnType<OrderCache['counts']>) =>
  caches.reduce((sum, cache) => sum + cache.counts()[count], 0);

describe('no read is older than a change acknowledged before it', () => {
  it('with many readers and writers on two servers, though no entry is ever invalidated', async () => {
    const caches = [await openCache(), await openCache()];
    const { stale, reads, statuses } = await huntStaleReads(caches);
    expect(stale).toEqual([]);
    expect(reads).toBeGreaterThan(1000);
    expect([...statuses].sort()).toEqual(['CANCELLED', 'DELIVERED', 'PENDING', 'PROCESSING', 'SHIPPED']);
    expect(sumOf(caches, 'hits')).toBeGreaterThan(100);
    expect(sumOf(caches, 'stale')).toBeGreaterThan(100);
  });

  it('with invalidation by the log, and Redis killed and started again in the middle', async () => {
    const caches = [await openCache(), await openCache()];
    startFollower(db, createCacheInvalidation(caches[0]!.entries));
    const { stale } = await huntStaleReads(caches, {
      during: async () => {
        for (let round = 0; round < 2; round += 1) {
          await sleep(150);
          await redis.kill();
          await sleep(150);
          await redis.restart();
          await Promise.all(caches.map(isUp));
        }
      },
    });
    expect(stale).toEqual([]);
    expect(sumOf(caches, 'skipped')).toBeGreaterThan(0);
    expect(sumOf(caches, 'hits')).toBeGreaterThan(0);
  });
});

describe('while Redis is away', () => {
  it('orders are read all the same, and through the cache again when it is back', async () => {
    const cache = await openCache();
    const id = await accept(db);
    await warm(cache, id);
    await redis.kill();
    expect(await cache.read(id)).toMatchObject({ status: 'PENDING' });
    await isDown(cache);
    expect(cache.connection.state().detail).toBeTruthy();
    await cancelOrder(db, id, 'CANCELLED_ON_REQUEST', null);
    expect(await cache.read(id)).toMatchObject({ status: 'CANCELLED' });
    await redis.restart();
    await isUp(cache);
    await warm(cache, id);
    expect(await cache.read(id)).toMatchObject({ status: 'CANCELLED' });
  });

  it('or hangs, only the first reads wait for it, and for a moment', async () => {
    const cache = await openCache();
    const id = await accept(db);
    await warm(cache, id);
    const pid = Number(/process_id:(\d+)/.exec(await probe.info('server'))?.[1]);
    process.kill(pid, 'SIGSTOP');
    try {
      const startedAt = performance.now();
      const orders = await Promise.all(Array.from({ length: 20 }, () => cache.read(id)));
      expect(orders.every((order) => order?.id === id)).toBe(true);
      expect(cache.connection.state()).toMatchObject({ status: 'down' });
      for (let read = 0; read < 100; read += 1) await cache.read(id);
      // One wait of 50 ms; each of the hundred would make it five seconds.
      expect(performance.now() - startedAt).toBeLessThan(3000);
      expect(cache.counts().skipped).toBe(120);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await isUp(cache);
    await warm(cache, id);
  });

  it('from the very beginning, orders are read too', async () => {
    const cache = await openCache(`redis://${NOBODY}`);
    const id = await accept(db);
    expect(await cache.read(id)).toMatchObject({ id });
    await until('the reason is known', () => cache.connection.state().detail === 'ECONNREFUSED');
  });
});

it('readiness says whether Redis answers, where it is configured', async () => {
  const [withRedis, withoutRedis] = await Promise.all(
    [redis.url, `redis://${NOBODY}`].map((redisUrl) => startApi({ databaseUrl, temporalAddress: NOBODY, redisUrl })),
  );
  const stateOf = async (api = withRedis!) =>
    (await api.request<Readiness>('GET', '/health/ready')).body.dependencies.redis;
  await until('Redis is up', async () => (await stateOf())?.status === 'up');
  expect(await stateOf(withoutRedis)).toMatchObject({ status: 'down', detail: 'ECONNREFUSED' });
});

it('REST, gRPC and the façade answer from the cache', async () => {
  const api = await startApi({ databaseUrl, temporalAddress: NOBODY, redisUrl: redis.url });
  const id = await acceptAs(db, 'PROCESSING');
  await until('the server has kept the order', async () => {
    await api.request('GET', `/api/orders/${id}`);
    return (await probe.exists(`order:${id}`)) === 1;
  });
  // A mark that Postgres does not know shows where the answers come from.
  const entry = JSON.parse((await probe.hGet(`order:${id}`, 'order'))!) as Order;
  await probe.hSet(`order:${id}`, 'order', JSON.stringify({ ...entry, customerId: 'from the cache' }));
  const rest = await api.request<{ order: { customer_id: string } }>('GET', `/api/orders/${id}`);
  const facade = await api.request<{ userId: string }>('GET', `/orders/${id}`);
  const grpc = await call(api.client, 'getOrder', { order_id: id, live: false, progress: false });
  expect([rest.body.order.customer_id, facade.body.userId, grpc.order?.customer_id]).toEqual(
    Array.from({ length: 3 }, () => 'from the cache'),
  );
});
