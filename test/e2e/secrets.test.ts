/** No secret stands anywhere but where it belongs: recognisable ones are set everywhere, and then looked for everywhere. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Metadata } from '@grpc/grpc-js';
import { Client, Connection } from '@temporalio/client';
import protobuf from '@temporalio/proto';
import postgres from 'postgres';
import { createClient } from 'redis';
import { expect, inject, onTestFinished, test } from 'vitest';
import { PUBLISHED_TOPICS } from '../../domain/published-events.ts';
import { readTopic } from '../events/kafka/read-topic.ts';
import { startReceiver, status } from '../events/webhooks/receiver.ts';
import { createTestDatabase } from '../support/database.ts';
import { startTestKafka } from '../support/kafka.ts';
import { startTestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { startCollector } from '../telemetry/collector.ts';
import { call, connect } from './client.ts';
import { startSystem, temporaryFolder } from './system.ts';

const kafka = await startTestKafka();
const redis = await startTestRedis();
const database = await createTestDatabase();

const canary = (of: string) => `canary-${of}-${randomBytes(16).toString('hex')}`;
/** Those of settings; passwords have characters that a URL must escape. */
const ours = {
  database: `${canary('database')}:/@?`,
  redis: canary('redis'),
  tracking: canary('tracking'),
  admin: canary('admin'),
  jwt: canary('jwt'),
  session: canary('session'),
  temporal: canary('temporal'),
  nextTemporal: canary('next-temporal'),
  kafka: canary('kafka'),
  query: canary('query'),
  payload: Buffer.from(canary('payload').slice(0, 32)).toString('base64'),
};
/** Those that callers send. */
const theirs = {
  webhook: canary('webhook'),
  bearer: canary('bearer'),
  header: canary('header'),
  cookie: canary('cookie'),
  token: canary('token'),
};

/** Every way to write a secret in a text. */
function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64').replaceAll('=', '');
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), base64];
}

/** Where secrets stand, as `<secret> in <place>: <what is around it>`. */
function findIn(texts: Readonly<Record<string, string>>, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(texts).flatMap(([place, text]) =>
    Object.entries(secrets).flatMap(([name, secret]) =>
      formsOf(secret)
        .map((form) => text.indexOf(form))
        .filter((at) => at >= 0)
        .map((at) => `${name} in ${place}: ${text.slice(Math.max(0, at - 120), at + 60)}`),
    ),
  );
}

test('secrets of settings and of callers are in no log, answer, history, event, metric or span', async () => {
  const cache = await createClient({ url: redis.url }).connect();
  await cache.configSet('requirepass', ours.redis);
  await cache.close();
  const user = await roleWith(ours.database);
  const collector = await startCollector();
  const receiver = await startReceiver((response, request, place) =>
    status(place % 2 === 0 ? 500 : 200)(response, request, place),
  );
  const folder = temporaryFolder();
  const temporalKeyFile = join(folder, 'temporal-api-key');
  writeFileSync(temporalKeyFile, `${ours.temporal}\n`);
  const system = await startSystem(folder, {
    LOG_LEVEL: 'trace',
    PAYMENT_DELAY: '50ms',
    PREPARATION_DELAY: '50ms',
    DELIVERY_DELAY: '50ms',
    PAYMENT_THROW_RATE: '0.3',
    WEBHOOK_RETRIES: '100ms,100ms',
    ENABLE_TEST_ENDPOINTS: 'true',
    DATABASE_URL: urlWith(database.url, user, ours.database),
    REDIS_URL: redis.url.replace('redis://', `redis://:${ours.redis}@`),
    TRACKING_SECRET: ours.tracking,
    ADMIN_API_KEY: ours.admin,
    AUTH_JWT_SECRET: ours.jwt,
    SESSION_SECRET: ours.session,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_TASK_QUEUE: `orders-${randomUUID()}`,
    TEMPORAL_TLS: 'off',
    TEMPORAL_API_KEY_FILE: temporalKeyFile,
    PAYLOAD_ENCRYPTION_KEYS: `only:${ours.payload}`,
    KAFKA_BROKERS: kafka.address,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  });
  const { http, grpc, metrics } = system.endpoints();
  const answers: string[] = [];
  const ask = async (
    method: string,
    path: string,
    { body, headers = {} }: { body?: unknown; headers?: object } = {},
  ) => {
    const response = await fetch(`${http}${path}`, {
      method,
      headers: {
        // Those that are given are instead.
        ...(Object.keys(headers).length === 0 && { authorization: `Bearer ${ours.admin}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    answers.push(`${method} ${path.replace(/\?.*/, '')} ${JSON.stringify([...response.headers])} ${text}`);
    return { status: response.status, text, json: () => JSON.parse(text) as unknown };
  };

  // The one answer that holds a secret: whoever makes a key or a webhook sees its secret once.
  const made = await ask('POST', '/api/keys', { body: { name: 'shop', role: 'operator' } });
  answers.pop();
  const issued = /sk_[\w-]+/.exec(made.text)?.[0] ?? '';
  expect(issued).not.toBe('');
  const hook = await ask('POST', '/api/webhooks', { body: { url: receiver.url, secret: theirs.webhook } });
  expect([hook.status, answers.pop()]).toMatchObject([201, expect.any(String)]);
  await ask('POST', '/api/webhooks', { body: { url: 'not a url', secret: theirs.webhook } });
  await ask('POST', '/api/webhooks', { body: { url: receiver.url, secret: `${theirs.webhook}\n` } });

  const item = { product_id: 'prod-001', quantity: 1 };
  const create = (body: object, headers: object = {}) => ask('POST', '/api/orders', { body, headers });
  const ids: string[] = [];
  for (const headers of [{}, { authorization: `Bearer ${issued}` }, { 'x-api-key': issued }]) {
    const created = await create({ customer_id: 'customer-001', items: [item] }, headers);
    expect(created.status, created.text).toBe(201);
    ids.push((created.json() as { order: { id: string } }).order.id);
  }
  await create({ customer_id: 'customer-001', items: [{ product_id: 'no-such-product', quantity: 0 }] });
  await create({ customer_id: 'customer-001', items: [{ ...item, quantity: 1000 }] });
  // Wrong credentials in every place, and a body that is none.
  for (const headers of [
    { authorization: `Bearer ${theirs.bearer}` },
    { authorization: `Basic ${Buffer.from(`user:${theirs.bearer}`).toString('base64')}` },
    { authorization: theirs.bearer },
    { 'x-api-key': theirs.header },
    { cookie: `session=${theirs.cookie}; steadfast_session=${theirs.cookie}` },
    { authorization: `Bearer sk_${theirs.token}` },
    { authorization: `Bearer eyJhbGciOiJIUzI1NiJ9.${Buffer.from(theirs.token).toString('base64url')}.${theirs.token}` },
  ])
    for (const path of ['/api/orders', `/api/orders/${ids[0]}`, '/api/keys', '/api/events/stream', '/metrics'])
      await ask('GET', path, { headers });
  await ask('GET', `/track/${ids[0]}?token=${theirs.token}`);
  await ask('POST', '/api/session', { body: { credential: theirs.token } });
  await ask('POST', '/api/orders', { body: '{"customer_id": ' });
  const client = connect(grpc);
  for (const [name, value] of [
    ['authorization', `Bearer ${theirs.bearer}`],
    ['x-api-key', theirs.header],
  ] as const) {
    const metadata = new Metadata();
    metadata.set(name, value);
    const refused = await call(
      (request: { order_id: string; live: boolean; progress: boolean }, done) =>
        client.getOrder(request, metadata, done),
      client,
      { order_id: ids[0] ?? '', live: false, progress: false },
    ).catch((error: unknown) => error);
    answers.push(`gRPC ${String(refused)} ${JSON.stringify(refused)}`);
  }

  // All of them use the next one from here on.
  writeFileSync(temporalKeyFile, `${ours.nextTemporal}\n`);
  await until('the next key for Temporal is in use', () => {
    const logs = ['server', 'worker', 'relay'].map((name) => readFileSync(join(folder, 'logs', `${name}.log`), 'utf8'));
    return logs.every((log) => log.includes('files have changed and are in use'));
  });

  for (const id of ids)
    await until(
      `order ${id} is settled`,
      async () => {
        const { text } = await ask('GET', `/api/orders/${id}`);
        return /"status":"(DELIVERED|CANCELLED)"/.test(text);
      },
      120_000,
    );
  await until('webhooks were delivered and refused', () => receiver.received.length > 6);
  for (const path of [
    '/api/keys',
    '/api/webhooks',
    '/api/audit',
    '/api/system',
    '/api/stats',
    '/health/ready',
    '/metrics',
  ])
    await ask('GET', path);
  for (const id of ids) await ask('GET', `/api/orders/${id}/history`);
  await until('the events are in Kafka', async () => (await readTopic(kafka.address, 'order.created.v1')).length >= 3);

  const texts: Record<string, string> = { answers: answers.join('\n'), 'what npm start prints': system.output() };
  for (const url of [metrics.worker, metrics.relay]) texts[url] = await (await fetch(url)).text();
  for (const topic of PUBLISHED_TOPICS) texts[topic] = JSON.stringify(await readTopic(kafka.address, topic));
  texts.histories = await historiesOf(ids);
  texts.events = JSON.stringify([...(await database.db`select * from order_events`)], (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  for (const table of ['webhook_deliveries', 'webhook_attempts']) {
    texts[table] = JSON.stringify([...(await database.db`select * from ${database.db(table)}`)]);
    expect(texts[table].length, table).toBeGreaterThan(300);
  }
  texts.redis = await entriesOf(redis.url.replace('redis://', `redis://:${ours.redis}@`));
  for (const id of ids) expect(texts.redis).toContain(id);
  texts.audit = JSON.stringify([...(await database.db`select * from audit_log`)]);
  const key = { ...ours, ...theirs, issued };
  // The one file that holds one, and by which this test shows that it would find it.
  const endpoints = readFileSync(join(folder, 'endpoints.json'), 'utf8');
  expect(findIn({ endpoints }, key)).toEqual([expect.stringMatching(/^database in endpoints/)]);
  await system.stop();
  for (const file of readdirSync(join(folder, 'logs'))) texts[file] = readFileSync(join(folder, 'logs', file), 'utf8');
  texts.spans = collector.text.join('\n');

  // It was looked for where it would be: each of these is long, and the logs are those of a busy system.
  for (const name of ['server.log', 'worker.log', 'relay.log', 'spans', 'histories', 'events', 'answers'])
    expect(texts[name]?.length, name).toBeGreaterThan(300);
  expect(findIn(texts, key)).toEqual([]);
}, 400_000);

test('a process that cannot reach what it needs, or is set up wrongly, does not tell its secrets either', async () => {
  const settings = {
    LOG_LEVEL: 'trace',
    HTTP_PORT: '0',
    GRPC_PORT: '0',
    DATABASE_URL: `postgres://app:${encodeURIComponent(ours.database)}@127.0.0.1:9/orders`,
    REDIS_URL: `redis://:${ours.redis}@127.0.0.1:9`,
    TEMPORAL_ADDRESS: '127.0.0.1:9',
    TEMPORAL_API_KEY: ours.temporal,
    TRACKING_SECRET: ours.tracking,
    ADMIN_API_KEY: ours.admin,
    AUTH_JWT_SECRET: ours.jwt,
    SESSION_SECRET: ours.session,
    KAFKA_BROKERS: '127.0.0.1:9',
    KAFKA_SASL_USERNAME: 'shop',
    KAFKA_SASL_PASSWORD: ours.kafka,
    PAYLOAD_ENCRYPTION_KEYS: `only:${ours.payload}`,
  };
  const wrong = {
    DATABASE_URL: `mysql://app:${encodeURIComponent(ours.database)}@127.0.0.1/orders`,
    REDIS_URL: `http://:${ours.redis}@127.0.0.1`,
    TEMPORAL_API_KEY: `${ours.temporal} with a space`,
    TRACKING_SECRET: `${ours.tracking},short`,
    ADMIN_API_KEY: `${ours.admin} with a space`,
    AUTH_JWT_SECRET: `${ours.jwt} with a space`,
    SESSION_SECRET: `${ours.session} with a space`,
    PAYLOAD_ENCRYPTION_KEYS: `only:${ours.payload}x,only:${ours.payload}`,
  };
  const wrongPassword = { ...settings, DATABASE_URL: urlWith(inject('postgresUrl'), 'postgres', ours.database) };
  const texts: Record<string, string> = {};
  const runs: [string, Promise<string>][] = ['server.ts', 'relay.ts', 'worker.ts', 'migrate.ts'].flatMap((file) => [
    [`${file} with nobody there`, outputOf(file, settings)],
    [`${file} with wrong settings`, outputOf(file, { ...settings, ...wrong })],
  ]);
  runs.push(['migrate.ts with a wrong password', outputOf('migrate.ts', wrongPassword)]);
  const inQuery = new URL(inject('postgresUrl'));
  inQuery.searchParams.set('password', ours.query);
  const withQuery = { ...settings, DATABASE_URL: inQuery.href };
  for (const file of ['server.ts', 'relay.ts', 'migrate.ts'])
    runs.push([`${file} with a password in the query`, outputOf(file, withQuery)]);
  for (const [name, output] of runs) texts[name] = await output;
  for (const [place, text] of Object.entries(texts)) expect(text.length, place).toBeGreaterThan(50);
  expect(findIn(texts, ours)).toEqual([]);
}, 400_000);

/** A role that may do everything, with this password; removed with the test. */
async function roleWith(password: string): Promise<string> {
  const server = postgres(inject('postgresUrl'), { max: 1, onnotice: () => undefined });
  const name = `canary_${randomUUID().replaceAll('-', '')}`;
  await server.unsafe(`create role ${name} login superuser password '${password}'`);
  onTestFinished(async () => {
    await server.unsafe(`drop role ${name}`).catch(() => undefined);
    await server.end();
  });
  return name;
}

function urlWith(base: string, user: string, password: string): string {
  const url = new URL(base);
  url.username = user;
  url.password = encodeURIComponent(password);
  return url.href;
}

/** Everything that the cache holds, which are hashes. */
async function entriesOf(url: string): Promise<string> {
  const cache = await createClient({ url }).connect();
  onTestFinished(() => void cache.close());
  const keys = await cache.keys('*');
  return JSON.stringify(await Promise.all(keys.map(async (key) => [key, await cache.hGetAll(key)])));
}

async function historiesOf(orderIds: readonly string[]): Promise<string> {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  onTestFinished(() => connection.close());
  const { workflow } = new Client({ connection });
  const histories = await Promise.all(orderIds.map((id) => workflow.getHandle(`order-${id}`).fetchHistory()));
  return JSON.stringify(histories.map((each) => protobuf.temporal.api.history.v1.History.fromObject(each).toJSON()));
}

/** What a process prints until it ends, or is told to a while after its first words. */
async function outputOf(file: string, settings: Record<string, string>): Promise<string> {
  const child: ChildProcess = spawn(process.execPath, [file], { env: { ...process.env, ...settings } });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'close');
  await until(`${file} has said something`, () => text.length > 0, 300_000);
  const timer = setTimeout(() => child.kill('SIGTERM'), 3000);
  await ended;
  clearTimeout(timer);
  return text;
}
