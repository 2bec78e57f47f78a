import { beforeAll, expect, it } from 'vitest';
import type { Database } from '../../../db/client.ts';
import { Failure } from '../../../domain/failures.ts';
import { INBOUND_TOPICS } from '../../../domain/published-events.ts';
import { INBOUND } from '../../../events/kafka/inbound.ts';
import type { InboundHandler } from '../../../events/kafka/inbound-record.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startTestKafka, type TestKafka } from '../../support/kafka.ts';
import { until } from '../../support/until.ts';
import { lagOf, orderRequest, send } from './inbound-records.ts';
import { orderRequestHandler, startConsumer } from './order-requests.ts';

const topic = INBOUND_TOPICS.orderRequests;
let kafka: TestKafka;
let db: Database;

beforeAll(async () => {
  [kafka, { db }] = await Promise.all([startTestKafka(), createTestDatabase()]);
});

const handler = () => orderRequestHandler(db);
const start = (groupId: string, handle?: InboundHandler) =>
  startConsumer({ db, broker: kafka.address, groupId, handle });

const letterCount = async () => (await db`select from dead_letters`).count;

it('goes on by itself when the broker comes back', async () => {
  const consumer = start('restarted');
  await until('the consumer reads', async () => (await lagOf(kafka.address, 'restarted')) === 0, 60_000);
  await kafka.kill();
  await until('the consumer says that Kafka is away', async () => {
    const [row] = await db<{ error: string }[]>`select last_error as error from consumers where name = ${INBOUND}`;
    return row?.error.includes('ECONNREFUSED') === true || /connect|closed|timed out/i.test(row?.error ?? '');
  });
  await kafka.restart();
  const late = orderRequest('after-the-restart');
  await send(kafka.address, topic, [late]);
  const isThere = async () => (await db`select from orders where customer_id = ${late.key}`).count === 1;
  await until('the late record is taken in', isThere, 120_000);
  await consumer.stop();
}, 240_000);

it('an outage makes no dead letters: the record waits and is taken in afterwards', async () => {
  const letters = await letterCount();
  let isAway = true;
  const tries: string[] = [];
  const take = handler();
  const consumer = start('outage', (event) => {
    tries.push(event.id);
    if (event.id === 'late' && isAway) throw new Failure('UNAVAILABLE', 'the database is away');
    return event.id === 'late' ? take(event) : Promise.resolve();
  });
  await send(kafka.address, topic, [orderRequest('late')]);
  await until('it is tried again and again', () => tries.filter((id) => id === 'late').length >= 3, 60_000);
  isAway = false;
  await until('it is taken in', async () => (await lagOf(kafka.address, 'outage')) === 0);
  await consumer.stop();
  expect((await db`select from orders where customer_id = 'customer-late'`).count).toBe(1);
  expect(await letterCount()).toBe(letters);
});

it('a bug makes a dead letter after three tries, and the others go on', async () => {
  let tries = 0;
  const consumer = start('bug', (event) => {
    if (event.id !== 'bug') return Promise.resolve();
    tries += 1;
    throw new TypeError('x is not a function');
  });
  await send(kafka.address, topic, [orderRequest('bug'), orderRequest('behind-the-bug')]);
  await until('all is read', async () => (await lagOf(kafka.address, 'bug')) === 0, 60_000);
  await consumer.stop();
  expect(tries).toBe(3);
  expect(await db`select error, attempts, order_id from dead_letters where record_key = 'customer-bug'`).toEqual([
    { error: 'x is not a function', attempts: 3, order_id: null },
  ]);
});
