/** Reading and writing records of a topic. */
import {
  type ClusterPartitionMetadata,
  compatibilityPartitioner,
  Consumer,
  type KafkaRecord,
  ListOffsetTimestamps,
  type Message,
  ProduceAcks,
  Producer,
} from '@platformatic/kafka';
import { CommandFailure, exitCode } from '../failure.ts';
import { clientOptions, closed, guarded, withAdmin } from './connection.ts';
import { findTopic, offsetsAt } from './topics.ts';

/** A record as people and programs read it; texts are UTF-8, the time is ISO 8601. */
export interface ReadRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly time: string;
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string | null;
}

/** A record to send. */
export interface NewRecord {
  readonly key?: string | undefined;
  readonly value: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where to begin: with the first record, after the last one, or at this offset. */
export type Start = 'beginning' | 'latest' | number;

/** What to read without a group, from where, until the signal aborts; only one partition where it is named. */
export interface FollowOptions {
  readonly topic: string;
  readonly from: Start;
  readonly partition?: number | undefined;
  readonly signal: AbortSignal;
}

const WAIT_MS = 500;
const FETCHED_BYTES = 1_048_576;
const CONTROL_BATCH = 0b10_0000;
const BATCH = 500;
const COMMIT_EVERY = 100n;

/** A record may have neither key nor value, whatever the types of the client say. */
type RawMessage = Message<Buffer | undefined, Buffer | undefined>;

/** Records as they come, those of a partition in order; leaves no trace in Kafka. */
export async function* followTopic(brokers: readonly string[], options: FollowOptions): AsyncGenerator<ReadRecord> {
  const offsets = await withAdmin(brokers, async (admin) => {
    const all = (await findTopic(admin, options.topic)).metadata.partitions.map((_, partition) => partition);
    const wanted = options.partition === undefined ? all : all.filter((one) => one === options.partition);
    if (wanted.length === 0) throw noPartition(options, all.length);
    if (typeof options.from === 'number') return new Map(wanted.map((one) => [one, Number(options.from)]));
    const { EARLIEST, LATEST } = ListOffsetTimestamps;
    return offsetsAt(admin, options.topic, wanted, options.from === 'beginning' ? EARLIEST : LATEST);
  });
  yield* readFrom(brokers, { topic: options.topic, offsets, signal: options.signal });
}

/** The last records of a topic, the oldest first; leaves no trace in Kafka. */
export async function peekTopic(brokers: readonly string[], topic: string, limit: number): Promise<ReadRecord[]> {
  const { first, end } = await withAdmin(brokers, async (admin) => {
    const partitions = (await findTopic(admin, topic)).metadata.partitions.map((_, partition) => partition);
    const [first, end] = await Promise.all([
      offsetsAt(admin, topic, partitions, ListOffsetTimestamps.EARLIEST),
      offsetsAt(admin, topic, partitions, ListOffsetTimestamps.LATEST),
    ]);
    return { first, end };
  });
  const starts = [...end].map(
    ([partition, last]) => [partition, Math.max(first.get(partition) ?? 0, last - limit)] as const,
  );
  const offsets = new Map(starts.filter(([partition, start]) => start < (end.get(partition) ?? 0)));
  const records: ReadRecord[] = [];
  for await (const record of readFrom(brokers, { topic, offsets, end, signal: new AbortController().signal }))
    records.push(record);
  return records.sort((one, other) => one.time.localeCompare(other.time) || one.offset - other.offset).slice(-limit);
}

/** Records as a member of a group; what was handed out is committed, at the latest at the end. */
export async function* consumeAsGroup(
  brokers: readonly string[],
  options: { readonly topic: string; readonly group: string; readonly from: Start; readonly signal: AbortSignal },
): AsyncGenerator<ReadRecord> {
  await withAdmin(brokers, (admin) => findTopic(admin, options.topic));
  // The first group of a cluster waits until Kafka has made the topic of its offsets.
  const patience = { retries: 10, retryDelay: 500 };
  const consumer = new Consumer({ ...clientOptions(brokers), ...patience, groupId: options.group, autocommit: false });
  const fallbackMode = options.from === 'beginning' ? 'earliest' : 'latest';
  const read = new Map<number, RawMessage>();
  try {
    const stream = await guarded(brokers, () =>
      consumer.consume({ topics: [options.topic], mode: 'committed', fallbackMode, maxWaitTime: WAIT_MS }),
    );
    const stop = () => void stream.destroy();
    // The client would wait for ever for a broker that is gone.
    consumer.on('consumer:heartbeat:stalled', () => void stream.destroy(new Error('No broker answers any more.')));
    options.signal.addEventListener('abort', stop);
    try {
      for await (const message of stream as AsyncIterable<RawMessage>) {
        read.set(message.partition, message);
        yield toRecord(message);
        if (message.offset % COMMIT_EVERY === 0n) await commit(read);
      }
    } catch (error) {
      if (!options.signal.aborted) await guarded(brokers, () => Promise.reject(error as Error));
    } finally {
      options.signal.removeEventListener('abort', stop);
      await commit(read).catch(() => undefined);
    }
  } finally {
    await closed({ close: () => consumer.close(true) });
  }
}

function noPartition({ topic, partition }: FollowOptions, count: number): CommandFailure {
  const message = `${topic} has no partition ${partition}, only 0 to ${count - 1}.`;
  return new CommandFailure(exitCode.refused, message);
}

/** Commits the last message of each partition, and with it those before. */
async function commit(read: Map<number, RawMessage>): Promise<void> {
  const last = [...read.values()];
  read.clear();
  for (const message of last) await message.commit();
}

/** Sends records; answers where the first one of each request went, in their order. */
export async function produce(
  brokers: readonly string[],
  topic: string,
  records: readonly NewRecord[],
): Promise<{ partition: number; offset: number }[]> {
  await withAdmin(brokers, (admin) => findTopic(admin, topic));
  const producer = new Producer({
    ...clientOptions(brokers),
    acks: ProduceAcks.ALL,
    partitioner: compatibilityPartitioner,
  });
  const sent: { partition: number; offset: number }[] = [];
  try {
    for (let start = 0; start < records.length; start += BATCH) {
      const messages = records.slice(start, start + BATCH).map(({ key, value, headers = {} }) => ({
        topic,
        value: Buffer.from(value),
        ...(key === undefined ? {} : { key: Buffer.from(key) }),
        headers: new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)])),
      }));
      const { offsets = [] } = await guarded(brokers, () => producer.send({ messages }));
      sent.push(...offsets.map(({ partition, offset }) => ({ partition, offset: Number(offset) })));
    }
    return sent;
  } finally {
    await closed(producer);
  }
}

interface Reading {
  readonly topic: string;
  /** What to read next of each partition. */
  readonly offsets: ReadonlyMap<number, number>;
  /** Where to stop; without it, it goes on for ever. */
  readonly end?: ReadonlyMap<number, number>;
  readonly signal: AbortSignal;
}

async function* readFrom(
  brokers: readonly string[],
  { topic, offsets, end, signal }: Reading,
): AsyncGenerator<ReadRecord> {
  // Fetching alone joins no group, so that none appears in Kafka.
  const reader = new Consumer({ ...clientOptions(brokers), groupId: 'steadfast-cli' });
  const next = new Map(offsets);
  const isOpen = ([partition, offset]: [number, number]) => end === undefined || offset < (end.get(partition) ?? 0);
  try {
    for (let open = [...next]; open.length > 0 && !signal.aborted; open = [...next].filter(isOpen)) {
      const answers = await guarded(brokers, () => fetchOnce(reader, topic, new Map(open)));
      for (const { partitionIndex: partition, records: batches } of answers) {
        for (const batch of batches ?? []) {
          next.set(
            partition,
            Math.max(next.get(partition) ?? 0, Number(batch.firstOffset) + batch.lastOffsetDelta + 1),
          );
          if ((batch.attributes & CONTROL_BATCH) !== 0) continue;
          for (const record of batch.records) {
            const offset = Number(batch.firstOffset) + record.offsetDelta;
            // A batch comes whole, also where it begins before what was asked for.
            if (offset < (open.find(([one]) => one === partition)?.[1] ?? 0)) continue;
            if (end !== undefined && offset >= (end.get(partition) ?? 0)) continue;
            yield fromFetched({ topic, partition, offset, time: batch.firstTimestamp + record.timestampDelta }, record);
          }
        }
      }
    }
  } finally {
    await closed({ close: () => reader.close(true) });
  }
}

/** Asks the leader of each partition for what comes next, waiting a moment where there is nothing. */
async function fetchOnce(reader: Consumer, topic: string, offsets: ReadonlyMap<number, number>) {
  const metadata = await reader.metadata({ topics: [topic] });
  const { id: topicId, partitions } = metadata.topics.get(topic) ?? {
    id: '',
    partitions: [] as ClusterPartitionMetadata[],
  };
  const byLeader = Map.groupBy([...offsets], ([partition]) => partitions[partition]?.leader ?? -1);
  const fetches = [...byLeader].map(([node, wanted]) =>
    reader.fetch({
      node,
      maxWaitTime: WAIT_MS,
      minBytes: 1,
      topics: [{ topicId, partitions: wanted.map(([partition, offset]) => toFetch(partition, offset)) }],
    }),
  );
  const answers = await Promise.all(fetches);
  return answers.flatMap(({ responses }) => responses.flatMap((response) => response.partitions));
}

function toFetch(partition: number, offset: number) {
  return {
    partition,
    fetchOffset: BigInt(offset),
    currentLeaderEpoch: -1,
    lastFetchedEpoch: -1,
    partitionMaxBytes: FETCHED_BYTES,
  };
}

function fromFetched(
  place: { topic: string; partition: number; offset: number; time: bigint },
  { key, value, headers }: KafkaRecord,
): ReadRecord {
  return {
    ...place,
    time: new Date(Number(place.time)).toISOString(),
    key: key?.toString() ?? null,
    headers: Object.fromEntries(headers.map(([name, text]) => [String(name), text?.toString() ?? ''])),
    value: value?.toString() ?? null,
  };
}

function toRecord(message: RawMessage): ReadRecord {
  const { topic, partition, offset, timestamp, key, headers, value } = message;
  return {
    topic,
    partition,
    offset: Number(offset),
    time: new Date(Number(timestamp)).toISOString(),
    key: key?.toString() ?? null,
    headers: Object.fromEntries([...headers].map(([name, text]) => [String(name), String(text)])),
    value: value?.toString() ?? null,
  };
}
