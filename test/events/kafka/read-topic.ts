import { randomUUID } from 'node:crypto';
import { Consumer, ListOffsetTimestamps } from '@platformatic/kafka';
import type { Published } from './published.ts';

/** Everything that stands on a topic now, of each partition in order. */
export async function readTopic(broker: string, topic: string): Promise<Published[]> {
  const consumer = new Consumer({
    clientId: 'test-reader',
    groupId: `reader-${randomUUID()}`,
    bootstrapBrokers: [broker],
    maxWaitTime: 100,
  });
  try {
    const ends =
      (await consumer.listOffsets({ topics: [topic], timestamp: ListOffsetTimestamps.LATEST })).get(topic) ?? [];
    const records: Published[] = [];
    let missing = ends.reduce((sum, end) => sum + Number(end), 0);
    if (missing === 0) return records;
    const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: false });
    for await (const { partition, offset, key, value, headers } of stream) {
      if (offset >= (ends[partition] ?? 0n)) continue;
      records.push({
        topic,
        partition,
        offset: Number(offset),
        key: String(key),
        value: String(value),
        headers: Object.fromEntries([...headers].map(([name, text]) => [String(name), String(text)])),
      });
      missing -= 1;
      if (missing === 0) break;
    }
    return records;
  } finally {
    await consumer.close(true);
  }
}
