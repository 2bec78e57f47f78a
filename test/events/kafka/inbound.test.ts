import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Database } from '../../../db/client.ts';
import { INBOUND_TOPICS } from '../../../domain/published-events.ts';
import { INBOUND } from '../../../events/kafka/inbound.ts';
import type { InboundHandler } from '../../../events/kafka/inbound-record.ts';
import { NOBODY } from '../../api/support.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startTestKafka, type TestKafka } from '../../support/kafka.ts';
import { until } from '../../support/until.ts';
import { lagOf, orderRequest, poison, send } from './inbound-records.ts';
import { makeTopics, startConsumer } from './order-requests.ts';

const topic = INBOUND_TOPICS.orderRequests;
let kafka: TestKafka;
let db: Database;

beforeAll(async () => {
  [kafka, { db }] = await Promise.all([startTestKafka(), createTestDatabase()]);
});

const topics = () => makeTopics(kafka.address);
const start = (groupId: string, handle?: InboundHandler) =>
  startConsumer({ db, broker: kafka.address, groupId, handle });

const counts = async (of: Database) => {
  const [row] = await of<{ orders: number; events: number; letters: number }[]>`
    select (select count(*) from orders) as orders, (select count(*) from order_events) as events,
      (select count(*) from dead_letters) as letters`;
  return row!;
};

const records = Array.from({ length: 10_000 }, (_, n) =>
  n % 100 === 42 ? poison(topic, (n - 42) / 100) : orderRequest(`r-${n}`),
);
const processed = async () => {
  const [row] = await db<{ processed: number }[]>`select processed from consumers where name = ${INBOUND}`;
  return row?.processed ?? 0;
};

it('10,000 order requests with 100 poison ones become 9,900 orders and 100 dead letters', async () => {
  await topics();
  await send(kafka.address, topic, records);
  const consumer = start('first');
  await until('all records are taken in', async () => (await processed()) >= 10_000);
  await consumer.stop();
  expect(await counts(db)).toEqual({ orders: 9900, events: 9900, letters: 100 });
  const [row] = await db<{ errors: number }[]>`select errors from consumers where name = ${INBOUND}`;
  expect(row!.errors).toBeGreaterThanOrEqual(100);
  const letters = await db<{ error: string; letters: number }[]>`
    select regexp_replace(error, '[0-9]{4,}.*| JSON: .*', '') as error, count(*) as letters
    from dead_letters where source = 'INBOUND' and topic = ${topic} and partition is not null and record_offset is not null
      and attempts = 1 and record_key like 'poison-%'
    group by 1 order by 1`;
  expect(Object.fromEntries(letters.map(({ error, letters: found }) => [error, found]))).toEqual({
    'items is required': 10,
    'items[0].quantity must be a whole number from 1 to ': 10,
    'The attribute specversion must be "1.0", not "0.3".': 10,
    [`The attribute type must be "${topic}", not "order.requests.v2".`]: 10,
    'The CloudEvent has no id.': 10,
    'The record has no value.': 10,
    'The value has ': 10,
    'The value is no CloudEvent: it must be an object.': 10,
    'The value is no': 10,
    'The value is no text in UTF-8.': 10,
  });
});

it('records that are read again change nothing; those that are sent again make no second order', async () => {
  const before = await processed();
  const again = start('second');
  await until('all records are read again', async () => (await processed()) >= before + 10_000);
  expect(await counts(db)).toEqual({ orders: 9900, events: 9900, letters: 100 });
  await again.stop();
  const good = records.filter(({ key }) => !key.startsWith('poison'));
  await send(kafka.address, topic, good);
  const consumer = start('first');
  await until('all records are taken in', async () => (await processed()) >= before + 10_000 + good.length);
  await consumer.stop();
  expect(await counts(db)).toEqual({ orders: 9900, events: 9900, letters: 100 });
});

it('a relay that is killed in the middle leaves nothing out and does nothing twice', async () => {
  const database = await createTestDatabase();
  const settings = {
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: NOBODY,
    KAFKA_BROKERS: kafka.address,
    KAFKA_GROUP: 'killed',
    KAFKA_ORDER_REQUESTS: 'true',
    LOG_LEVEL: 'silent',
  };
  const run = () => spawn(process.execPath, ['relay.ts'], { env: { ...process.env, ...settings }, stdio: 'ignore' });
  const first = run();
  onTestFinished(() => void first.kill('SIGKILL'));
  await until('some records are taken in', async () => (await counts(database.db)).orders > 1000);
  first.kill('SIGKILL');
  await once(first, 'exit');
  const { orders } = await counts(database.db);
  expect(orders).toBeLessThan(9900);
  const second = run();
  onTestFinished(() => void second.kill('SIGKILL'));
  await until(
    'all records are taken in',
    async () => (await lagOf(kafka.address, 'killed.order-requests')) === 0,
    90_000,
  );
  expect(await counts(database.db)).toEqual({ orders: 9900, events: 9900, letters: 100 });
  second.kill('SIGTERM');
  expect(await once(second, 'exit')).toEqual([0, null]);
});
