/** Servers, workers and relays are replaced one after the other, as in a release, and nobody who uses them notices. */
import { credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { EventSource } from 'eventsource';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { expect, inject, it, onTestFinished } from 'vitest';
import { nodeProgram, type RunningNode } from '../../embedded/node-program.ts';
import { reservePort } from '../../embedded/ports.ts';
import { CreateOrderRequest, OrderServiceClient } from '../../proto/gen/order/v1/order.ts';
import { call } from '../api/support.ts';
import { detailsOf } from '../api/grpc/error-details.ts';
import { type Balancer, startBalancer } from '../support/balancer.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { temporaryFolder } from './system.ts';

const RESTARTS = 20;
const ORDER = { customer_id: 'customer-1', items: [{ product_id: 'prod-001', quantity: 1 }] };
const LIFE = ['PENDING', 'PROCESSING', 'SHIPPED', 'DELIVERED'];

type ProcessKind = 'server' | 'worker' | 'relay';

it(
  `${RESTARTS} restarts of servers, and those of workers and relays, under load fail no request and leave no gap in a stream`,
  { timeout: 900_000 },
  async () => {
    const { url: databaseUrl } = await createTestDatabase();
    const settings = {
      DATABASE_URL: databaseUrl,
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      TEMPORAL_TASK_QUEUE: `rolling-${process.pid}`,
      SHUTDOWN_DELAY: '2s',
      ...{ PAYMENT_DELAY: '1s', PREPARATION_DELAY: '1s', DELIVERY_DELAY: '1s' },
    };
    const dataDir = temporaryFolder();
    const servers = await Promise.all(
      [1, 2].map(async (place) => {
        const [HTTP_PORT, GRPC_PORT] = await Promise.all([reserve(), reserve()]);
        const start = starter('server', `server-${place}`, dataDir, { ...settings, HTTP_PORT, GRPC_PORT });
        return { http: `127.0.0.1:${HTTP_PORT}`, grpc: `127.0.0.1:${GRPC_PORT}`, ...(await start()) };
      }),
    );
    const [workers, relays] = await Promise.all(
      (['worker', 'relay'] as const).map((kind) =>
        Promise.all([1, 2].map((place) => starter(kind, `${kind}-${place}`, dataDir, settings)())),
      ),
    );
    const balancer = await startBalancer(servers);
    await until('both servers are healthy', () => balancer.healthy() === 2);

    const load = startLoad(balancer);
    const live = followLive(balancer.http);
    const grown = () => load.accepted.length;
    await until('orders are accepted', () => grown() > 5);
    for (let restart = 0; restart < RESTARTS; restart += 1) {
      const before = grown();
      await servers[restart % 2]!.restart();
      if (restart % 5 === 4) await Promise.all([workers!, relays!].map((pair) => pair[restart % 2]!.restart()));
      await until('both servers are healthy again', () => balancer.healthy() === 2);
      await until('more orders were accepted', () => grown() > before);
    }
    await load.stop();

    expect(load.failures).toEqual([]);
    const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
    onTestFinished(() => sql.end());
    const accepted = new Set(load.accepted);
    const open = () => sql`select id, status, version, updated_at from orders where status <> 'DELIVERED'`;
    await until('all orders are delivered', async () => (await open()).length === 0, 180_000).catch(async () => {
      expect(await open()).toEqual([]);
    });
    expect(Number((await sql`select count(*) from orders`)[0]!.count)).toBe(accepted.size);
    const logged = await sql<{ id: string }[]>`select event_id as id from order_events order by tx, position`;
    await until('the stream has told all', () => live.ids.length >= logged.length);
    expect(live.ids).toEqual(logged.map(({ id }) => id));
    expect(live.openings()).toBeGreaterThan(1);
    const watches = await Promise.all(load.watches);
    expect(watches).toEqual(watches.map(({ resumed }) => ({ statuses: LIFE, resumed, error: undefined })));
    expect(watches.some(({ resumed }) => resumed > 0)).toBe(true);
  },
);

/** Starts a process; what it gives stops it, sees that it went in good order, and starts it again. */
function starter(kind: ProcessKind, name: string, dataDir: string, settings: Record<string, string>) {
  const program = nodeProgram({
    name,
    file: join(import.meta.dirname, `../../${kind}.ts`),
    dataDir,
    environment: { ...process.env, ...settings, DATA_DIR: dataDir },
    startTimeout: 60_000,
    stopTimeout: 30_000,
  });
  return async () => {
    // As an init system does: a process that could not start on a busy machine is started again.
    const start = () => until(`${name} starts`, () => program.start(AbortSignal.timeout(60_000)), 180_000);
    let running: RunningNode = await start();
    onTestFinished(() => running.stop());
    return {
      restart: async () => {
        await running.stop();
        expect({ name, ...(await running.exited) }).toEqual({ name, code: 0, signal: null });
        running = await start();
      },
    };
  };
}

async function reserve(): Promise<string> {
  const reserved = await reservePort({ setting: 'port', wanted: 0 });
  onTestFinished(() => reserved.release());
  return String(reserved.port);
}

/** Creates, reads and watches orders over REST and gRPC until it is stopped; a request is never sent twice. */
function startLoad({ http, grpc }: Balancer) {
  const failures: string[] = [];
  const accepted: string[] = [];
  const watches: Promise<Watch>[] = [];
  const client = new OrderServiceClient(grpc, credentials.createInsecure());
  onTestFinished(() => client.close());
  let isStopped = false;

  const rest = async (path: string, init: RequestInit = {}): Promise<{ order: { id: string } }> => {
    const answer = await fetch(`${http}${path}`, init);
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { order: { id: string } };
  };
  const createByRest = async (key: string): Promise<string> => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    return (await rest('/api/orders', { method: 'POST', headers, body: JSON.stringify(ORDER) })).order.id;
  };
  const createByGrpc = async (key: string): Promise<string> => {
    const metadata = Metadata.fromHttp2Headers({ 'idempotency-key': key });
    return (await call(client, 'createOrder', CreateOrderRequest.fromPartial(ORDER), { metadata })).order_id;
  };
  const readByRest = (id: string) => rest(`/api/orders/${id}`);
  const readByGrpc = (order_id: string) => call(client, 'getOrder', { order_id, live: false, progress: false });

  const attempt = async <Answer>(what: string, act: () => Promise<Answer>): Promise<Answer | undefined> => {
    try {
      return await act();
    } catch (error) {
      failures.push(`${what}: ${error instanceof Error ? `${error.message} ${String(error.cause)}` : String(error)}`);
      return undefined;
    }
  };
  const creating = async (name: string, create: (key: string) => Promise<string>, pauseMs: number) => {
    for (let count = 0; !isStopped; count += 1) {
      const id = await attempt(`${name} create`, () => create(`${name}-${count}`));
      if (id !== undefined) accepted.push(id);
      if (id !== undefined && count % 5 === 0) watches.push(watchToEnd(client, id));
      await sleep(pauseMs);
    }
  };
  const reading = async (name: string, read: (id: string) => Promise<unknown>) => {
    while (!isStopped) {
      const id = accepted[Math.floor(Math.random() * accepted.length)];
      if (id !== undefined) await attempt(`${name} read`, () => read(id));
      await sleep(50);
    }
  };
  const running = [
    creating('REST', createByRest, 300),
    creating('gRPC', createByGrpc, 300),
    ...[1, 2].flatMap(() => [reading('REST', readByRest), reading('gRPC', readByGrpc)]),
  ];
  return {
    failures,
    accepted,
    watches,
    stop: async () => {
      isStopped = true;
      await Promise.all(running);
    },
  };
}

/** What somebody saw of an order; `error` where the stream ended and nobody said where to resume. */
interface Watch {
  readonly statuses: readonly string[];
  readonly resumed: number;
  readonly error: string | undefined;
}

/** Watches an order until it is settled, resuming as a stopping server says. */
async function watchToEnd(client: OrderServiceClient, orderId: string): Promise<Watch> {
  const statuses: string[] = [];
  let afterVersion: number | undefined;
  for (let resumed = 0; ; resumed += 1) {
    const stream = client.watchOrder({ order_id: orderId, after_version: afterVersion });
    const error = await new Promise<ServiceError | undefined>((resolve) => {
      stream.on('data', (change: { status: string }) => statuses.push(change.status));
      stream.on('end', () => resolve(undefined));
      stream.on('error', resolve);
    });
    const isHint = error?.code === status.UNAVAILABLE && error.metadata.get('grpc-status-details-bin').length > 0;
    if (!isHint) return { statuses, resumed, error: error?.message };
    const place = detailsOf(error).errorInfo?.metadata.after_version;
    if (place !== undefined) afterVersion = Number(place);
  }
}

/** Follows the live stream as a browser does, from the first event on. */
function followLive(http: string) {
  const ids: string[] = [];
  let openings = 0;
  const source = new EventSource(`${http}/api/events/stream?after=0-0`);
  source.addEventListener('open', () => (openings += 1));
  source.addEventListener('message', ({ data }) => ids.push((JSON.parse(data as string) as { id: string }).id));
  onTestFinished(() => {
    source.close();
  });
  return { ids, openings: () => openings };
}
