import { Client, Connection } from '@temporalio/client';
import { afterAll, expect, inject, it } from 'vitest';
import { INBOUND_TOPICS } from '../../domain/published-events.ts';
import { createKafkaProbe } from '../../events/kafka/probe.ts';
import { orderRequest, send } from '../events/kafka/inbound-records.ts';
import { makeTopics } from '../events/kafka/order-requests.ts';
import { createTestDatabase } from '../support/database.ts';
import { startTestKafka } from '../support/kafka.ts';
import { until } from '../support/until.ts';
import { AT_ONCE, check, makeScene } from './scene.ts';

const { db } = await createTestDatabase();
const kafka = await startTestKafka();
await makeTopics(kafka.address);
const connection = Connection.lazy({ address: inject('temporalAddress') });
const probe = createKafkaProbe({ brokers: [kafka.address], clientId: 'test' });
afterAll(() => Promise.all([probe.close(), connection.close()]));
const scene = makeScene({
  db,
  temporal: new Client({ connection }),
  taskQueue: 'nobody',
  settings: AT_ONCE,
  kafka: { probe, inbound: { group: 'relays', orderRequests: true } },
});

it('a consumer group that nobody is in and that is behind is told; without Kafka it says that it could not look', async () => {
  await send(kafka.address, INBOUND_TOPICS.orderRequests, [orderRequest('one'), orderRequest('two')]);
  // The first question to a fresh broker makes its topic of offsets, which takes a moment.
  const report = await until('Kafka answers', () => check('kafka-groups', scene));
  expect(report.findings.map(({ found }) => found)).toEqual([
    `The group "relays.order-requests" is 2 records behind in ${INBOUND_TOPICS.orderRequests} and does not move (0 members).`,
  ]);
  await kafka.kill();
  await expect(check('kafka-groups', scene)).rejects.toThrow('kafka is away');
});
