/** How far a consumer group has come with a topic. */
import { type Admin, ListOffsetTimestamps } from '@platformatic/kafka';

/** A consumer group that reads a topic. */
export interface TopicReader {
  readonly group: string;
  readonly topic: string;
}

/** Who reads, and how many records are there that they have not dealt with. */
export interface GroupProgress {
  readonly members: number;
  readonly lag: number;
}

/** Asks the brokers; a group that nobody has joined yet has everything before it. Rejects where no broker answers. */
export async function readGroupProgress(admin: Admin, { group, topic }: TopicReader): Promise<GroupProgress> {
  const existing = await admin.listTopics();
  if (!existing.includes(topic)) return { members: 0, lag: 0 };
  const { topics } = await admin.metadata({ topics: [topic] });
  const count = topics.get(topic)?.partitionsCount ?? 0;
  const [groups, first, end, committed] = await Promise.all([
    admin.listGroups({ types: ['classic'] }),
    offsetsAt(admin, { topic, count, timestamp: ListOffsetTimestamps.EARLIEST }),
    offsetsAt(admin, { topic, count, timestamp: ListOffsetTimestamps.LATEST }),
    committedOffsets(admin, { group, topic }),
  ]);
  const described = groups.has(group) ? await admin.describeGroups({ groups: [group] }) : undefined;
  const lags = [...end].map(([partition, last]) =>
    Math.max(0, last - Math.max(committed.get(partition) ?? 0, first.get(partition) ?? 0)),
  );
  return { members: described?.get(group)?.members.size ?? 0, lag: lags.reduce((sum, lag) => sum + lag, 0) };
}

async function offsetsAt(
  admin: Admin,
  { topic, count, timestamp }: { topic: string; count: number; timestamp: bigint },
): Promise<Map<number, number>> {
  const partitions = Array.from({ length: count }, (_, partitionIndex) => ({ partitionIndex, timestamp }));
  const [listed] = await admin.listOffsets({ topics: [{ name: topic, partitions }] });
  return new Map(listed?.partitions.map(({ partitionIndex, offset }) => [partitionIndex, Number(offset)]));
}

async function committedOffsets(admin: Admin, { group, topic }: TopicReader): Promise<Map<number, number>> {
  const [listed] = await admin.listConsumerGroupOffsets({ groups: [group] });
  const partitions = listed?.topics.find(({ name }) => name === topic)?.partitions ?? [];
  return new Map(partitions.map(({ partitionIndex, committedOffset }) => [partitionIndex, Number(committedOffset)]));
}
