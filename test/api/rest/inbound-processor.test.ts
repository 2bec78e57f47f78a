import { expect, it, onTestFinished } from 'vitest';
import { consumeInboundTopics } from '../../../api/inbound-consumers.ts';
import { countConsumed } from '../../../db/log.ts';
import { INBOUND_TOPICS } from '../../../domain/published-events.ts';
import { INBOUND } from '../../../events/kafka/inbound.ts';
import { silent } from '../../events/following.ts';
import { orderRequest, send } from '../../events/kafka/inbound-records.ts';
import { makeTopics } from '../../events/kafka/order-requests.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startTestKafka } from '../../support/kafka.ts';
import { until } from '../../support/until.ts';
import { NOBODY, startApi } from '../support.ts';

interface Processor {
  readonly name: string;
  readonly [field: string]: unknown;
}

const { url: databaseUrl, db } = await createTestDatabase();
const kafka = await startTestKafka();
await makeTopics(kafka.address);
const inbound = { group: 'relays', orderRequests: true };
const options = { databaseUrl, temporalAddress: NOBODY };
const api = await startApi({ ...options, kafkaBrokers: [kafka.address], kafkaInbound: inbound });

const find = async (server = api) => {
  const { body } = await server.request<{ processors: Processor[] }>('GET', '/api/processors/status');
  return body.processors.find(({ name }) => name === INBOUND);
};

/** Reads both topics as a relay does, without Temporal. */
function startReading(): void {
  const stopping = new AbortController();
  const reading = consumeInboundTopics({
    ...inbound,
    db,
    brokers: [kafka.address],
    ensureTopics: () => Promise.resolve(),
    temporal: {} as never,
    taskQueue: 'nobody-works-on-this',
    settings: {} as never,
    timeoutMs: 1000,
    logger: silent,
    signal: stopping.signal,
  });
  onTestFinished(async () => {
    stopping.abort();
    await reading;
  });
}

it('what comes in from Kafka is told as the consumer groups know it', { timeout: 120_000 }, async () => {
  await countConsumed(db, INBOUND, { processed: 0, errors: [] });
  const requests = Array.from({ length: 20 }, (_, place) => orderRequest(`request-${place}`));
  await send(kafka.address, INBOUND_TOPICS.orderRequests, requests);
  // The first question to a fresh broker makes its topic of offsets, which takes a moment.
  const waiting = await until('Kafka answers', async () => {
    const processor = await find();
    return processor?.leading === false && processor;
  });
  expect(waiting).toMatchObject({ kind: 'inbound', lag: 20, lag_seconds: null });

  startReading();
  const done = await until('all were taken in', async () => {
    const processor = await find();
    return processor?.leading === true && processor.lag === 0 && processor;
  });
  expect(done).toMatchObject({ processed: 20, errors: 0, last_event_at: expect.any(String) as string });
  const bare = await startApi(options);
  expect(await find(bare)).toMatchObject({ kind: 'inbound', leading: null, lag: null, processed: 20 });

  await kafka.kill();
  const began = performance.now();
  expect(await find()).toMatchObject({ kind: 'inbound', leading: null, lag: null, processed: 20 });
  expect(performance.now() - began).toBeLessThan(4000);
});
