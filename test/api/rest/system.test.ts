import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { migrate } from '../../../db/migrate.ts';
import { parkDeadLetters } from '../../../db/dead-letters.ts';
import { startPostgres } from '../../../embedded/postgres.ts';
import { unpublished } from '../../db/dead-letters-fixture.ts';
import { accept } from '../../db/order-fixture.ts';
import { startFollower } from '../../events/following.ts';
import { createTestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';
import { NOBODY, startApi } from '../support.ts';
import { type Connection, connect } from './event-stream-client.ts';

interface System {
  readonly as_of: string;
  readonly services: Record<string, { status: string; detail?: string }>;
  readonly processors?: Record<string, unknown>[];
  readonly workers: Record<string, unknown>;
  readonly dead_letters?: Record<string, unknown>;
  readonly webhooks?: Record<string, unknown>;
  readonly alerts?: { readonly counts: Record<string, number>; readonly is_partial: boolean };
}

const STREAMS = { sampleMs: 30, tellMs: 600_000, heartbeatMs: 600_000, stallMs: 5000, most: 100 };

const { url: databaseUrl, db } = await createTestDatabase();
const api = await startApi({
  databaseUrl,
  taskQueue: `orders-${randomUUID()}`,
  alertLimits: { stuckAfterMs: 0, paymentStuckAfterMs: 0, problematicChanges: 10 },
  systemStreams: STREAMS,
});

const read = async (server = api) => (await server.request<System>('GET', '/api/system')).body;
/** The snapshots that have come over a connection. */
const told = ({ blocks }: Connection): System[] =>
  blocks.flatMap((block) => {
    const data = /^event: system\ndata: (.*)$/.exec(block)?.[1];
    return data === undefined ? [] : [JSON.parse(data) as System];
  });
const last = async (connection: Connection, what: string, is: (system: System) => boolean | undefined) =>
  until(what, () => {
    const system = told(connection).at(-1);
    return system && is(system) && system;
  });
const follow = (server = api) => connect(`${server.http}/api/system/stream`);

describe('the system', () => {
  it('is told as a whole: services, processors, workers and what waits for somebody', async () => {
    const name = randomUUID();
    const { holder } = startFollower(db, { name, handle: () => Promise.resolve() });
    await until('it leads', async () => (await read()).processors?.some((processor) => processor.name === name));
    const answer = await api.request<System>('GET', '/api/system');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body).toMatchObject({
      services: { postgres: { status: 'up' }, temporal: { status: 'up' }, workers: { status: 'down' } },
      workers: { status: 'up', tasks: [{ tasks: 'workflow', pollers: 0 }, { tasks: 'activity' }] },
      dead_letters: { pending: 0, failed: 0, replayed: 0, skipped: 0, is_partial: false },
      webhooks: { endpoints: 0, disabled: 0, deliveries: { pending: 0, retrying: 0, failed: 0, is_partial: false } },
      alerts: { counts: { STUCK: 0 }, is_partial: false },
    });
    expect(answer.body.processors?.find((processor) => processor.name === name)).toMatchObject({
      kind: 'follower',
      leading: true,
      lease_holder: holder,
      lag: 0,
    });
    expect(answer.body.services).not.toHaveProperty('kafka');
    expect(Date.now() - Date.parse(answer.body.as_of)).toBeLessThan(60_000);
  });

  it('is the same in the stream, which tells a change soon and what stays the same once', async () => {
    const connection = await follow();
    expect(connection.response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    expect(connection.blocks[0]).toBe('retry: 1000\n: stream open');
    await last(connection, 'it is told at once', () => true);
    const timeless = (system: System) => JSON.stringify({ ...system, as_of: '' });
    await until('both tell the same', async () => {
      const now = timeless(await read());
      return told(connection).some((system) => timeless(system) === now);
    });
    await parkDeadLetters(db, [unpublished()]);
    await last(connection, 'the dead letter is told', (system) => system.dead_letters?.pending === 1);
    await accept(db);
    await last(connection, 'the alert is told', (system) => system.alerts?.counts.STUCK === 1);
    const snapshots = told(connection).map(timeless);
    expect(snapshots.some((snapshot, place) => snapshot === snapshots[place - 1])).toBe(false);
    expect(connection.blocks.every((block) => !block.startsWith('id:'))).toBe(true);
  });

  it('is told again after a while, and the connection is kept open in between', async () => {
    const own = await startApi({
      databaseUrl,
      temporalAddress: NOBODY,
      systemStreams: { ...STREAMS, tellMs: 300, heartbeatMs: 50 },
    });
    const connection = await follow(own);
    await until('it was told again', () => told(connection).length > 2);
    expect(connection.blocks).toContain(': heartbeat');
  });
});

describe('while Temporal is away', () => {
  it('that is told, and everything else too', async () => {
    const lonely = await startApi({ databaseUrl, temporalAddress: NOBODY, systemStreams: STREAMS });
    expect(await read(lonely)).toMatchObject({
      services: { postgres: { status: 'up' }, temporal: { status: 'down' }, workers: { status: 'down' } },
      workers: { status: 'down', detail: expect.stringContaining('Temporal') as string },
      processors: expect.any(Array) as unknown[],
    });
  });
});

describe('while Postgres is away', () => {
  it('that is told in time, without the parts that it knows; the stream goes on and tells when it is back', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'steadfast-system-'));
    let postgres = await startPostgres({ dataDir });
    await migrate(postgres.url);
    const own = await startApi({ databaseUrl: postgres.url, systemStreams: STREAMS });
    onTestFinished(async () => {
      await own.close();
      await postgres.stop();
      rmSync(dataDir, { recursive: true, force: true });
    });
    const connection = await follow(own);
    await last(connection, 'all is there', ({ services }) => services.postgres?.status === 'up');
    await postgres.stop();
    const away = await last(connection, 'it is away', ({ services }) => services.postgres?.status === 'down');
    expect(away.services).toMatchObject({ temporal: { status: 'up' } });
    expect(away.workers).toMatchObject({ status: 'up' });
    const began = performance.now();
    const answer = await own.request<System>('GET', '/api/system');
    expect(performance.now() - began).toBeLessThan(4000);
    expect(answer).toMatchObject({ status: 200, body: { services: { postgres: { status: 'down' } } } });
    for (const part of ['processors', 'dead_letters', 'webhooks', 'alerts'])
      expect(answer.body).not.toHaveProperty(part);
    expect(answer.text).not.toMatch(/ECONN|postgres:\/\//);
    postgres = await startPostgres({ dataDir, port: Number(new URL(postgres.url).port) });
    await last(connection, 'it is back', (system) => system.services.postgres?.status === 'up' && !!system.processors);
    expect(connection.response.closed).toBe(false);
  });
});

describe('a server', () => {
  it('takes only so many streams, and asks for none that are gone', async () => {
    const own = await startApi({ databaseUrl, temporalAddress: NOBODY, systemStreams: { ...STREAMS, most: 2 } });
    const [one] = [await follow(own), await follow(own)];
    const refused = await own.request('GET', '/api/system/stream');
    expect(refused).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE', retry_after: 5 } });
    expect(refused.headers.get('retry-after')).toBe('5');
    one.cut();
    await until('a place is free', async () => (await follow(own)).response.statusCode === 200);
  });

  it('that closes ends its streams at once, and not by cutting them off', async () => {
    const own = await startApi({ databaseUrl, temporalAddress: inject('temporalAddress'), systemStreams: STREAMS });
    const streams = await Promise.all(Array.from({ length: 20 }, () => follow(own)));
    const began = performance.now();
    await own.close();
    await Promise.all(streams.map(({ ended }) => ended));
    expect(performance.now() - began).toBeLessThan(3000);
    expect(streams.every(({ response }) => response.complete)).toBe(true);
  });
});
