/** The consumer group that takes carrier news and order requests in from Kafka. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Consumer, type Message, type MessagesStream } from '@platformatic/kafka';
import type { Logger } from 'pino';
import type { Database } from '../../db/client.ts';
import { parkDeadLetters } from '../../db/dead-letters.ts';
import { countConsumed, countConsumerError } from '../../db/log.ts';
import { backoffDelay } from '../../domain/backoff.ts';
import { describeKafkaError } from './errors.ts';
import { takeBatch } from './inbound-batch.ts';
import type { InboundHandler, InboundRecord } from './inbound-record.ts';
import type { KafkaSecurity } from './security.ts';

/** The name under which all inbound records are counted in `consumers`. */
export const INBOUND = 'inbound';

/** How to take in the records of one topic. */
export interface InboundOptions {
  readonly db: Database;
  /** As host:port. */
  readonly brokers: readonly string[];
  /** What Kafka asks of us; nothing where absent. */
  readonly security?: KafkaSecurity | undefined;
  readonly groupId: string;
  readonly topic: string;
  readonly handle: InboundHandler;
  /** Makes the topics that are missing. */
  readonly ensureTopics: () => Promise<void>;
  /** Most records under way at once. */
  readonly concurrency: number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const RETRY = { first: 200, longest: 5000 };
const MOST_IN_BATCH = 500;
/** A record may have 1 MB; a fetch brings several. */
const MOST_FETCHED_BYTES = 4 * 1024 * 1024;
const CLOSE_WITHIN_MS = 3000;
/** How long a last commit may take; what is not committed comes again. */
const LAST_COMMIT_WITHIN_MS = 1000;
const TELL_OUTAGE_EVERY_MS = 1000;

/**
 * Takes records in until the signal aborts, each at least once: an offset is committed when every record before it was
 * taken in or put aside. Never throws; when the broker goes away it begins anew with backoff.
 */
export async function consumeInbound(options: InboundOptions): Promise<void> {
  const { db, topic, logger, signal } = options;
  const isStopping = () => signal.aborted;
  for (let failures = 0; !isStopping();) {
    try {
      await options.ensureTopics();
      await consume(options, () => {
        failures = 0;
      });
    } catch (error) {
      if (isStopping()) break;
      failures += 1;
      const words = describeKafkaError(error);
      logger.warn({ topic, error: words, failures }, 'Kafka could not be read, trying again');
      await countConsumerError(db, INBOUND, words).catch(() => undefined);
      await sleep(backoffDelay(RETRY, failures, Math.random()), undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Joins the group and takes batches in until the signal aborts. Throws where the broker goes away. */
async function consume(options: InboundOptions, onProgress: () => void): Promise<void> {
  const { db, brokers, security, groupId, topic, signal } = options;
  const consumer = new Consumer({
    clientId: 'steadfast-inbound',
    groupId,
    bootstrapBrokers: [...brokers],
    ...security,
    autocommit: false,
    sessionTimeout: 10_000,
    rebalanceTimeout: 10_000,
    heartbeatInterval: 2000,
    maxWaitTime: 500,
    maxBytes: MOST_FETCHED_BYTES,
    maxBytesPerPartition: MOST_FETCHED_BYTES,
    highWaterMark: 1,
    connectTimeout: 2000,
    requestTimeout: 30_000,
    timeout: 5000,
    retries: 2,
    retryDelay: 200,
  });
  let stream: Stream | undefined;
  let isGivenUp = false;
  const unjoined = Promise.withResolvers<never>();
  unjoined.promise.catch(() => undefined);
  // Ends the joining, or the loop below, also while nothing comes.
  const giveUp = (error?: Error) => {
    isGivenUp = true;
    unjoined.reject(error ?? new Error('the consumer is stopping'));
    stream?.destroy(error);
  };
  const onAbort = () => {
    giveUp();
  };
  const isStopping = () => signal.aborted;
  signal.addEventListener('abort', onAbort);
  // A group that cannot be joined again is told by this event, which ends the process where nobody listens.
  consumer.on('error', giveUp);
  // The client goes on sending heartbeats that nobody answers; it would wait for ever.
  consumer.on('consumer:heartbeat:stalled', () => {
    giveUp(new Error('the group did not answer heartbeats'));
  });
  try {
    await countConsumed(db, INBOUND, { processed: 0, errors: [] });
    if (isStopping()) return;
    const joining = consumer.consume({ topics: [topic], mode: 'committed', fallbackMode: 'earliest' });
    joining.then(
      // Given up meanwhile, and joined all the same.
      (joined) => isGivenUp && joined.destroy(),
      () => undefined,
    );
    stream = await Promise.race([joining, unjoined.promise]);
    if (isStopping()) return;
    const positions = new Map<number, number>();
    for await (const batch of batchesOf(stream)) {
      // Where a partition comes back, its new offset counts, which others may have moved meanwhile.
      for (const partition of positions.keys()) if (!isAssigned(consumer, partition)) positions.delete(partition);
      const fresh = batch.filter(
        ({ partition, offset }) => isAssigned(consumer, partition) && offset >= (positions.get(partition) ?? 0),
      );
      await settleBatch(consumer, fresh, positions, options);
      onProgress();
      if (isStopping()) return;
    }
    if (!isStopping()) throw new Error('the stream of records ended');
  } catch (error) {
    if (!isStopping()) throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    await Promise.race([consumer.close(true).catch(() => undefined), sleep(CLOSE_WITHIN_MS)]);
  }
}

/** Takes a batch in, then commits of each partition what is settled without a gap. */
async function settleBatch(
  consumer: Consumer,
  records: readonly InboundRecord[],
  positions: Map<number, number>,
  { db, topic, handle, concurrency, logger, signal }: InboundOptions,
): Promise<void> {
  if (records.length === 0) return;
  let toldAt = 0;
  const { settled, parked } = await takeBatch(records, {
    handle,
    park: (letter) => parkDeadLetters(db, [letter]),
    onOutage: ({ partition, offset }, error) => {
      if (Date.now() < toldAt + TELL_OUTAGE_EVERY_MS) return;
      toldAt = Date.now();
      logger.warn({ topic, partition, offset, err: error }, 'a record could not be taken in, trying again');
      const words = error instanceof Error ? error.message : String(error);
      void countConsumerError(db, INBOUND, words).catch(() => undefined);
    },
    concurrency,
    signal,
  });
  for (const [partition, ofPartition] of Map.groupBy(records, (record) => record.partition)) {
    const open = ofPartition.findIndex((record) => !settled.has(record));
    const last = ofPartition.at(open === -1 ? -1 : open - 1);
    if (last && open !== 0) positions.set(partition, last.offset + 1);
  }
  const offsets = [...positions]
    .filter(([partition]) => isAssigned(consumer, partition))
    .map(([partition, offset]) => ({ topic, partition, offset: BigInt(offset), leaderEpoch: -1 }));
  if (offsets.length > 0) {
    const committing = consumer.commit({ offsets });
    await (signal.aborted ? Promise.race([committing, sleep(LAST_COMMIT_WITHIN_MS)]) : committing);
  }
  for (const error of parked) logger.warn({ topic, error }, 'a record became a dead letter');
  await countConsumed(db, INBOUND, { processed: settled.size, errors: parked });
}

type Stream = MessagesStream<Buffer, Buffer, Buffer, Buffer>;

/** A record of the client; a record may have neither key nor value, whatever its types say. */
type RawMessage = Message<Buffer | undefined, Buffer | undefined>;

/** What has come so far, as soon as anything has. */
async function* batchesOf(stream: Stream): AsyncGenerator<InboundRecord[]> {
  for await (const message of stream as AsyncIterable<RawMessage>) {
    const batch = [toRecord(message)];
    while (batch.length < MOST_IN_BATCH) {
      const next = stream.read() as RawMessage | null;
      if (next === null) break;
      batch.push(toRecord(next));
    }
    yield batch;
  }
}

function toRecord({ topic, partition, offset, key, headers, value }: RawMessage): InboundRecord {
  return {
    topic,
    partition,
    offset: Number(offset),
    key: key?.toString() ?? null,
    headers: Object.fromEntries([...headers].map(([name, text]) => [String(name), String(text)])),
    value: value ?? Buffer.alloc(0),
  };
}

/** Partitions move between the members of the group; what was fetched before that is somebody else's now. */
function isAssigned({ assignments, topics }: Consumer, partition: number): boolean {
  const [topic] = topics.current;
  return assignments?.some((assigned) => assigned.topic === topic && assigned.partitions.includes(partition)) ?? false;
}
