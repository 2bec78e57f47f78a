/** What stands on Kafka's topics, read from their beginning to their end. */
import { randomUUID } from 'node:crypto';
import { Consumer, ListOffsetTimestamps } from '@platformatic/kafka';

/** A record with what its CloudEvent says. */
export interface TopicRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly eventId: string;
  readonly orderId: string;
  readonly sequence: number;
}

const TOPICS = [
  'order.created.v1',
  'order.updated.v1',
  'order.completed.v1',
  'order.cancelled.v1',
  'payment.authorized.v1',
  'payment.failed.v1',
  'inventory.reserved.v1',
  'inventory.failed.v1',
  'shipping.scheduled.v1',
];

/** Reads all topics at a broker. */
export async function readTopics(broker: string): Promise<TopicRecord[]> {
  const consumer = new Consumer({
    clientId: 'chaos-judge',
    groupId: `judge-${randomUUID()}`,
    bootstrapBrokers: [broker],
    maxWaitTime: 100,
    retries: 20,
    retryDelay: 500,
  });
  try {
    const offsets = { topics: TOPICS };
    const ends = await consumer.listOffsets({ ...offsets, timestamp: ListOffsetTimestamps.LATEST });
    const begins = await consumer.listOffsets({ ...offsets, timestamp: ListOffsetTimestamps.EARLIEST });
    const places = TOPICS.flatMap((topic) =>
      (ends.get(topic) ?? []).map((end, partition) => ({
        place: `${topic}/${partition}`,
        end: Number(end),
        begin: Number(begins.get(topic)?.[partition] ?? 0n),
      })),
    );
    const open = new Map(places.filter(({ begin, end }) => end > begin).map(({ place, end }) => [place, end]));
    const records: TopicRecord[] = [];
    if (open.size === 0) return records;
    const stream = await consumer.consume({ topics: TOPICS, mode: 'earliest', autocommit: false });
    for await (const { topic, partition, offset, key, value } of stream) {
      const { id, subject, sequence } = JSON.parse(String(value)) as { id: string; subject: string; sequence: string };
      records.push({
        topic,
        partition,
        offset: Number(offset),
        key: String(key),
        eventId: id,
        orderId: subject,
        sequence: Number(sequence),
      });
      const place = `${topic}/${partition}`;
      if (Number(offset) + 1 >= (open.get(place) ?? Infinity)) open.delete(place);
      if (open.size === 0) break;
    }
    return records;
  } finally {
    await consumer.close(true);
  }
}
