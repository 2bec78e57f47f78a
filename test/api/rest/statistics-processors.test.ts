import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { listProcessors } from '../../../db/processors.ts';
import type { EventType } from '../../../domain/events.ts';
import { acceptAs } from '../../db/order-fixture.ts';
import { startFollower } from '../../events/following.ts';
import { createTestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';
import { NOBODY, startApi, type TestApi } from '../support.ts';

interface Processor {
  readonly [name: string]: unknown;
  readonly name: string;
}

interface Status {
  readonly processors: Processor[];
  readonly workers: { readonly status: string; readonly tasks?: Record<string, unknown>[]; readonly detail?: string };
}

const { url, db } = await createTestDatabase();
let api: TestApi;
let lonely: TestApi;

beforeAll(async () => {
  // A task queue of its own, which no command of another test reaches.
  api = await startApi({ databaseUrl: url, taskQueue: `orders-${randomUUID()}` });
  lonely = await startApi({ databaseUrl: url, temporalAddress: NOBODY });
});

const read = async (server = api) => (await server.request<Status>('GET', '/api/processors/status')).body;
const find = async (name: string) => (await read()).processors.find((processor) => processor.name === name);

describe('a processor', () => {
  it('is behind by the events that it wants, as old as the oldest of them, and catches up', async () => {
    const name = randomUUID();
    let isStuck = true;
    await acceptAs(db, 'DELIVERED');
    const handle = () => (isStuck ? Promise.reject(new Error('the other side is away')) : Promise.resolve());
    const types: EventType[] = ['OrderCreated', 'OrderDelivered'];
    // The lease is not renewed between tries, so it must be longer than they are apart.
    const { holder } = startFollower(db, { name, types, handle }, { leaseMs: 30_000 });
    const stuck = await until('it has failed', async () => {
      const processor = await find(name);
      return processor && (processor.errors as number) > 0 && processor;
    });
    expect(stuck).toMatchObject({
      kind: 'follower',
      leading: true,
      lease_holder: holder,
      processed: 0,
      last_error: 'the other side is away',
      throughput: 0,
      lag: 2,
      lag_is_partial: false,
    });
    expect(stuck.lag_seconds).toBeGreaterThan(0);
    await acceptAs(db, 'SHIPPED');
    expect(await find(name)).toMatchObject({ lag: 3 });
    isStuck = false;
    const done = await until('it has caught up', async () => {
      const processor = await find(name);
      return processor?.lag === 0 && processor;
    });
    expect(done).toMatchObject({ processed: 3, lag_seconds: 0, last_event_at: expect.any(String) as string });
  });

  it('that nobody leads any more says so', async () => {
    const name = randomUUID();
    const { stop } = startFollower(db, { name, handle: () => Promise.resolve() });
    await until('it leads', async () => (await find(name))?.leading === true);
    await stop();
    const processor = await find(name);
    expect(processor).toMatchObject({ leading: false });
    expect(processor).not.toHaveProperty('lease_holder');
    await db`update consumers set lease_holder = 'dead', lease_until = now() - interval '1 second' where name = ${name}`;
    expect(await find(name)).toMatchObject({ leading: false, lease_holder: 'dead' });
  });

  it('has a throughput of events a second, for as long as it is measured', async () => {
    const name = randomUUID();
    await db`insert into consumers (name, throughput, window_since) values (${name}, 12.345, now())`;
    expect(await find(name)).toMatchObject({ throughput: 12.35 });
    await db`update consumers set window_since = now() - interval '21 seconds' where name = ${name}`;
    expect(await find(name)).toMatchObject({ throughput: 0 });
  });

  it('that does not follow the log is not behind', async () => {
    const name = randomUUID();
    await db`insert into consumers (name, processed, lease_holder) values (${name}, 5, 'somebody')`;
    expect(await find(name)).toMatchObject({
      kind: 'beat',
      processed: 5,
      lag: null,
      lag_seconds: null,
      leading: false,
    });
  });

  it('that is far behind says how far at least', async () => {
    const name = randomUUID();
    await db`insert into consumers (name, types) values (${name}, '{OrderCreated,ShippingScheduled,OrderDelivered}')`;
    const [far] = (await listProcessors(db, 5)).filter((processor) => processor.name === name);
    expect(far).toMatchObject({ lag: 3, isLagPartial: true });
  });
});

describe('workers', () => {
  it('are told as Temporal knows them', async () => {
    const { workers } = await read();
    expect(workers).toMatchObject({
      status: 'up',
      tasks: [
        { tasks: 'workflow', pollers: 0, backlog: 0 },
        { tasks: 'activity', pollers: 0, backlog: 0 },
      ],
    });
  });

  it('are not known while Temporal is away; everything else is, without waiting for it', async () => {
    const since = performance.now();
    const { processors, workers } = await read(lonely);
    expect(performance.now() - since).toBeLessThan(3000);
    expect(workers.status).toBe('down');
    expect(workers.detail).toContain('Temporal');
    expect(processors.length).toBeGreaterThan(0);
  });
});

it('health is readiness with version and uptime', async () => {
  const health = await api.request<Record<string, unknown>>('GET', '/api/health');
  expect(health).toMatchObject({
    status: 200,
    body: { status: 'degraded', missing: ['workers'], version: packageJson.version },
  });
  expect(health.body.uptime_seconds).toBeGreaterThanOrEqual(0);
  const ready = await api.request<Record<string, unknown>>('GET', '/health/ready');
  expect(health.body).toMatchObject(ready.body);
  const gone = await startApi({ databaseUrl: `postgres://nobody@${NOBODY}/nothing`, temporalAddress: NOBODY });
  expect(await gone.request('GET', '/api/health')).toMatchObject({ status: 503, body: { status: 'unavailable' } });
});
