/** Reading and changing topics. */
import {
  type Admin,
  type ClusterTopicMetadata,
  ConfigResourceTypes,
  IncrementalAlterConfigOperationTypes,
  ListOffsetTimestamps,
} from '@platformatic/kafka';
import { unknown } from './connection.ts';
import { type Setting, toSettings } from './settings.ts';

/** A topic in one line. `messages`: those that are still there. */
export interface TopicSummary {
  readonly topic: string;
  readonly partitions: number;
  readonly replication: number;
  readonly messages: number;
}

/** A partition with its brokers and the offsets of its first message and after its last one. */
export interface Partition {
  readonly partition: number;
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly in_sync: readonly number[];
  readonly first_offset: number;
  readonly end_offset: number;
}

/** Every topic but those of Kafka itself, by name. */
export async function listTopics(admin: Admin): Promise<TopicSummary[]> {
  const names = (await admin.listTopics()).sort();
  if (names.length === 0) return [];
  const { topics } = await admin.metadata({ topics: names, forceUpdate: true });
  return Promise.all(
    names.map(async (topic) => {
      const partitions = await partitionsOf(admin, topic, topics.get(topic));
      return {
        topic,
        partitions: partitions.length,
        replication: partitions[0]?.replicas.length ?? 0,
        messages: partitions.reduce((sum, one) => sum + one.end_offset - one.first_offset, 0),
      };
    }),
  );
}

/** The partitions of a topic; fails where there is no such topic. */
export async function describePartitions(admin: Admin, topic: string): Promise<Partition[]> {
  return partitionsOf(admin, topic, (await findTopic(admin, topic)).metadata);
}

/** A topic as the cluster knows it; fails where there is none. */
export async function findTopic(admin: Admin, topic: string) {
  const names = await admin.listTopics({ includeInternals: true });
  if (!names.includes(topic)) throw unknown('topic', topic, 'topics list');
  const { topics, brokers } = await admin.metadata({ topics: [topic], forceUpdate: true });
  const metadata = topics.get(topic);
  if (metadata === undefined) throw unknown('topic', topic, 'topics list');
  return { metadata, brokers };
}

/**
 * The offset of each partition at a moment: one of `ListOffsetTimestamps` or milliseconds since the epoch, for which it is
 * the first offset at or after it, and the end where nothing came since.
 */
export async function offsetsAt(
  admin: Admin,
  topic: string,
  partitions: readonly number[],
  timestamp: bigint,
): Promise<Map<number, number>> {
  const at = partitions.map((partitionIndex) => ({ partitionIndex, timestamp }));
  const listed = await admin.listOffsets({ topics: [{ name: topic, partitions: at }] });
  const found = new Map(
    listed.flatMap(({ partitions: ofTopic }) =>
      ofTopic.map(({ partitionIndex, offset }) => [partitionIndex, Number(offset)] as const),
    ),
  );
  const later = partitions.filter((partition) => (found.get(partition) ?? -1) < 0);
  if (later.length === 0 || timestamp === ListOffsetTimestamps.LATEST) return found;
  return new Map([...found, ...(await offsetsAt(admin, topic, later, ListOffsetTimestamps.LATEST))]);
}

/** The settings of a topic by name. */
export async function readTopicSettings(admin: Admin, topic: string): Promise<Setting[]> {
  await findTopic(admin, topic);
  const resource = { resourceType: ConfigResourceTypes.TOPIC, resourceName: topic };
  const [described] = await admin.describeConfigs({ resources: [resource] });
  return toSettings(described?.configs ?? []);
}

/** Changes settings of a topic; an empty value brings the standard back. */
export async function changeTopicSettings(
  admin: Admin,
  topic: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  await findTopic(admin, topic);
  const { SET, DELETE } = IncrementalAlterConfigOperationTypes;
  const configs = Object.entries(settings).map(([name, value]) =>
    value === '' ? { name, configOperation: DELETE } : { name, configOperation: SET, value },
  );
  const resource = { resourceType: ConfigResourceTypes.TOPIC, resourceName: topic, configs };
  await admin.incrementalAlterConfigs({ resources: [resource] });
}

async function partitionsOf(admin: Admin, topic: string, metadata?: ClusterTopicMetadata): Promise<Partition[]> {
  const partitions = metadata?.partitions ?? [];
  const numbers = partitions.map((_, number) => number);
  const [first, end] = await Promise.all([
    offsetsAt(admin, topic, numbers, ListOffsetTimestamps.EARLIEST),
    offsetsAt(admin, topic, numbers, ListOffsetTimestamps.LATEST),
  ]);
  return partitions.map(({ leader, replicas, isr }, partition) => ({
    partition,
    leader,
    replicas,
    in_sync: isr,
    first_offset: first.get(partition) ?? 0,
    end_offset: end.get(partition) ?? 0,
  }));
}
