import { randomUUID } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { Admin } from '@platformatic/kafka';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeKafkaError, isOutage } from '../../../events/kafka/errors.ts';
import { createEventProducer, type EventProducerOptions } from '../../../events/kafka/producer.ts';
import { ensureTopics, NEEDED_TOPICS } from '../../../events/kafka/topics.ts';
import { startTestKafka } from '../../support/kafka.ts';
import { until } from '../../support/until.ts';
import { startReading } from './published.ts';

const TOPIC = 'order.updated.v1';

const kafka = await startTestKafka();

function producerFor(options: Partial<EventProducerOptions> = {}) {
  const producer = createEventProducer({ brokers: [kafka.address], clientId: 'test', ...options });
  onTestFinished(() => producer.close());
  return producer;
}

function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Takes connections and never says anything. */
async function startSilentBroker(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the topics', () => {
  it('are not made where more replicas are asked for than there are brokers, which is told', async () => {
    const options = { brokers: [kafka.address], clientId: 'test', partitions: 4, replication: 3 };
    expect(describeKafkaError(await errorOf(ensureTopics(options)))).toContain('INVALID_REPLICATION_FACTOR');
  });

  it('that are missing are made, also by two at once; those that exist stay as they are', async () => {
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [kafka.address] });
    onTestFinished(() => admin.close());
    await admin.createTopics({ topics: ['order.created.v1'], partitions: 1, replicas: 1 });
    const options = { brokers: [kafka.address], clientId: 'test', partitions: 4, replication: 1 };
    await Promise.all([ensureTopics(options), ensureTopics(options)]);
    await ensureTopics({ ...options, partitions: 7 });
    const { topics } = await admin.metadata({ topics: [...NEEDED_TOPICS] });
    const partitions = Object.fromEntries([...topics].map(([name, topic]) => [name, topic.partitionsCount]));
    const wanted = NEEDED_TOPICS.map((name) => [name, name === 'order.created.v1' ? 1 : 4]);
    expect(partitions).toEqual(Object.fromEntries(wanted));
  });
});

describe('the producer', () => {
  it('keeps the order of a key also where the records need several requests, and those sent at the same moment', async () => {
    const producer = producerFor();
    const key = randomUUID();
    const padding = 'x'.repeat(500);
    await until('the topic takes records', async () => {
      await producer.send([{ topic: TOPIC, key: 'first', value: 'first' }]);
      return true;
    });
    const batch = (first: number) =>
      Array.from({ length: 1000 }, (_, place) => ({ topic: TOPIC, key, value: `${first + place} ${padding}` }));
    await Promise.all([0, 1000, 2000].map((first) => producer.send(batch(first))));
    const records = await startReading(kafka.address);
    const own = () => records.filter((record) => record.key === key);
    await until('all are there', () => own().length === 3000);
    const places = own().map(({ value }) => Number.parseInt(value));
    expect(places).toEqual(Array.from({ length: 3000 }, (_, place) => place));
  });

  it('says that a record which is too large is at fault, and takes the next one', async () => {
    const producer = producerFor();
    const record = { topic: TOPIC, key: 'key', value: Buffer.alloc(2_000_000) };
    const error = await errorOf(producer.send([record]));
    expect(error).toBeInstanceOf(Error);
    expect(isOutage(error)).toBe(false);
    await producer.send([{ ...record, value: 'small' }]);
  });

  it('says that it is an outage when nobody is there, when nobody answers in time and when a topic is missing', async () => {
    const record = { topic: TOPIC, key: 'key', value: 'value' };
    expect(isOutage(await errorOf(producerFor({ brokers: ['127.0.0.1:9'] }).send([record])))).toBe(true);
    const silent = { brokers: [await startSilentBroker()], timeoutMs: 300 };
    expect(isOutage(await errorOf(producerFor(silent).send([record])))).toBe(true);
    expect(isOutage(await errorOf(producerFor().send([{ ...record, topic: 'no-such-topic' }])))).toBe(true);
  });

  it('gives up at once when its caller does, and when it is closed', async () => {
    const producer = producerFor({ brokers: [await startSilentBroker()], timeoutMs: 60_000 });
    const stopping = new AbortController();
    const aborted = errorOf(producer.send([{ topic: TOPIC, key: 'key', value: 'value' }], stopping.signal));
    stopping.abort(new Error('stopped'));
    expect(await aborted).toEqual(new Error('stopped'));
    const closed = errorOf(producer.send([{ topic: TOPIC, key: 'key', value: 'value' }]));
    await producer.close();
    expect(await closed).toMatchObject({ name: 'AbortError' });
  });
});
