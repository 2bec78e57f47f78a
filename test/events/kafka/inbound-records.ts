/** Records for tests of the inbound consumer: good ones, and poison of every kind. */
import {
  Admin,
  compatibilityPartitioner,
  Consumer,
  ListOffsetTimestamps,
  ProduceAcks,
  Producer,
} from '@platformatic/kafka';
import { INBOUND_TOPICS } from '../../../domain/published-events.ts';

/** A record to send; null is a record without a value. */
export interface TestRecord {
  readonly key: string;
  readonly value: string | Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A CloudEvent in structured JSON, changed as wanted. */
export function cloudEvent(type: string, id: string, data: unknown, parts: object = {}): string {
  return JSON.stringify({ specversion: '1.0', id, source: '/test', type, data, ...parts });
}

/** A request for two of `prod-001`. */
export function orderRequest(id: string, parts: object = {}): TestRecord {
  const data = { customer_id: `customer-${id}`, items: [{ product_id: 'prod-001', quantity: 1 }], ...parts };
  return { key: `customer-${id}`, value: cloudEvent(INBOUND_TOPICS.orderRequests, id, data) };
}

/** Record number `n` of those that can never be taken in, of a kind that changes with it. */
export function poison(topic: string, n: number): TestRecord {
  const key = `poison-${n}`;
  const data = { customer_id: key, items: [{ product_id: 'prod-001', quantity: 1 }] };
  const kinds: (() => TestRecord['value'])[] = [
    () => Buffer.from([0xff, 0xfe, 0x00, 0x80, n % 256]),
    () => cloudEvent(topic, key, data).slice(0, 60),
    () => cloudEvent(topic, key, data, { specversion: '0.3' }),
    () => cloudEvent(topic.replace('.v1', '.v2'), key, data),
    () => null,
    () => cloudEvent(topic, key, { ...data, filling: 'x'.repeat(900_000) }),
    () => cloudEvent(topic, key, { customer_id: key }),
    () => cloudEvent(topic, key, { ...data, items: [{ product_id: 'prod-001', quantity: 0 }] }),
    () => '"\\u0000 no event"',
    () => JSON.stringify({ specversion: '1.0', type: topic, source: '/test', data }),
  ];
  return { key, value: kinds[n % kinds.length]!() };
}

/** Sends records in order; those of one key to one partition. */
export async function send(broker: string, topic: string, records: readonly TestRecord[]): Promise<void> {
  const producer = new Producer({
    clientId: 'test',
    bootstrapBrokers: [broker],
    acks: ProduceAcks.ALL,
    idempotent: true,
    partitioner: compatibilityPartitioner,
  });
  try {
    let batch: TestRecord[] = [];
    let bytes = 0;
    const flush = async () => {
      const messages = batch.map(({ key, value, headers = {} }) => ({
        topic,
        key: Buffer.from(key),
        ...(value === null ? {} : { value: Buffer.from(value) }),
        headers: new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)])),
      }));
      if (messages.length > 0) await producer.send({ messages: messages });
      batch = [];
      bytes = 0;
    };
    for (const record of records) {
      const size = (record.value?.length ?? 0) + 200;
      if (bytes + size > 700_000) await flush();
      batch.push(record);
      bytes += size;
    }
    await flush();
  } finally {
    await producer.close();
  }
}

/** How many records of the order requests a group has not committed yet. */
export async function lagOf(
  broker: string,
  groupId: string,
  topic: string = INBOUND_TOPICS.orderRequests,
): Promise<number> {
  const client = { clientId: 'test', bootstrapBrokers: [broker] };
  const consumer = new Consumer({ ...client, groupId: 'lag' });
  const admin = new Admin(client);
  try {
    const ends =
      (await consumer.listOffsets({ topics: [topic], timestamp: ListOffsetTimestamps.LATEST })).get(topic) ?? [];
    const partitionIndexes = ends.map((_, partition) => partition);
    const groups = await admin.listConsumerGroupOffsets({
      groups: [{ groupId, topics: [{ name: topic, partitionIndexes }] }],
    });
    const committed = groups[0]?.topics[0]?.partitions ?? [];
    return ends.reduce((lag, end, partition) => {
      const offset = committed.find(({ partitionIndex }) => partitionIndex === partition)?.committedOffset ?? 0n;
      return lag + Number(end - (offset < 0n ? 0n : offset));
    }, 0);
  } finally {
    await Promise.all([consumer.close(true), admin.close()]);
  }
}
