/** What stands on Kafka's topics, orders that make many events, and a publisher to follow the log with. */
import { randomUUID } from 'node:crypto';
import { Consumer as KafkaConsumer, MessagesStreamModes } from '@platformatic/kafka';
import { onTestFinished } from 'vitest';
import type { Database } from '../../../db/client.ts';
import { findEvents } from '../../../db/order-reads.ts';
import { moveShipment } from '../../../db/shipments.ts';
import { PUBLISHED_TOPICS } from '../../../domain/published-events.ts';
import { createEventProducer } from '../../../events/kafka/producer.ts';
import { createKafkaPublisher, type KafkaPublisherOptions } from '../../../events/kafka/publisher.ts';
import { ensureTopics } from '../../../events/kafka/topics.ts';
import type { OrderCloudEvent } from '../../../events/cloud-event.ts';
import { acceptAs, deliver } from '../../db/order-fixture.ts';
import { silent } from '../following.ts';

/** A record as a consumer sees it. */
export interface Published {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads the published topics from their beginning until the test is finished. */
export async function startReading(address: string): Promise<Published[]> {
  const records: Published[] = [];
  const consumer = new KafkaConsumer({
    clientId: 'test-reader',
    groupId: `reader-${randomUUID()}`,
    bootstrapBrokers: [address],
    maxWaitTime: 100,
    sessionTimeout: 10_000,
  });
  const stream = await consumer.consume({
    topics: [...PUBLISHED_TOPICS],
    mode: MessagesStreamModes.EARLIEST,
    autocommit: false,
  });
  stream.on('data', ({ topic, partition, offset, key, value, headers }) => {
    records.push({
      topic,
      partition,
      offset: Number(offset),
      key: key.toString(),
      value: value.toString(),
      headers: Object.fromEntries([...headers].map(([name, text]) => [name.toString(), text.toString()])),
    });
  });
  stream.on('error', () => undefined);
  onTestFinished(async () => {
    await stream.close().catch(() => undefined);
    await consumer.close(true).catch(() => undefined);
  });
  return records;
}

/** Makes the topics of a broker; replication is 1. */
export function makeTopics(address: string, partitions = 3): Promise<void> {
  return ensureTopics({ brokers: [address], clientId: 'test', partitions, replication: 1 });
}

/** A publisher with a producer of its own, for a follower; it waits 20 ms before a second try. */
export function testPublisher(
  db: Database,
  address: string,
  { batchSize = 50, ...options }: Partial<KafkaPublisherOptions> = {},
) {
  const producer = createEventProducer({ brokers: [address], clientId: 'test-publisher', timeoutMs: 10_000 });
  onTestFinished(() => producer.close());
  const publisher = createKafkaPublisher({
    db,
    producer,
    ensureTopics: () => makeTopics(address),
    batchSize,
    firstDelayMs: 20,
    logger: silent,
    ...options,
  });
  return { ...publisher, name: `kafka-${randomUUID()}` };
}

/** A delivered order with seven events, three of them on the same topic. */
export async function deliverWithNews(db: Database): Promise<string> {
  const id = await acceptAs(db, 'SHIPPED');
  for (const place of [1, 2, 3]) await tellNews(db, id, place);
  await deliver(db, id);
  return id;
}

/** News of the carrier, told on `order.updated.v1`; `location` is part of the event. */
export async function tellNews(db: Database, orderId: string, place: number, location = 'Hamburg'): Promise<void> {
  await moveShipment(db, orderId, {
    newsId: `${orderId}-${place}`,
    status: 'SHIPMENT_IN_TRANSIT',
    location,
    estimatedDelivery: null,
    occurredAt: new Date(Date.now() + place).toISOString(),
  });
}

/** The ids of all events of orders, as the log has them. */
export async function eventIdsOf(db: Database, orderIds: readonly string[]): Promise<string[]> {
  const events = await Promise.all(orderIds.map((id) => findEvents(db, id)));
  return events.flat().map(({ eventId }) => eventId);
}

/** The record as an event. */
export function eventOf({ value }: Published): OrderCloudEvent {
  return JSON.parse(value) as OrderCloudEvent;
}

/** The sequences of an order on one topic in the order of their first arrival. */
export function sequencesOf(records: readonly Published[], orderId: string, topic: string): number[] {
  const ofTopic = records.filter((record) => record.key === orderId && record.topic === topic);
  const sorted = ofTopic.toSorted((one, other) => one.offset - other.offset);
  return [...new Set(sorted.map((record) => Number(eventOf(record).sequence)))];
}

/** The pairs of order and topic whose events first arrived in another order than they happened in. */
export function outOfOrder(records: readonly Published[]): string[] {
  const pairs = new Map(records.map(({ key, topic }) => [`${key} ${topic}`, { key, topic }]));
  return [...pairs].flatMap(([name, { key, topic }]) => {
    const sequences = sequencesOf(records, key, topic);
    return sequences.some((sequence, place) => place > 0 && sequence < (sequences[place - 1] ?? 0)) ? [name] : [];
  });
}
