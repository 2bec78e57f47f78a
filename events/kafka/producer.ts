/** Sending records to Kafka so that an acknowledged one is on all in-sync replicas. */
import { compatibilityPartitioner, type MessageToProduce, ProduceAcks, Producer } from '@platformatic/kafka';
import type { KafkaSecurity } from './security.ts';

/** A record to send. Records of one key go to one partition of their topic; text is sent as UTF-8. */
export interface EventRecord {
  readonly topic: string;
  readonly key: string;
  readonly value: Buffer | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends records; made once for a process and closed at its end. */
export interface EventProducer {
  /**
   * Resolves when all in-sync replicas have all records, those of one key and topic in the order given. Where it throws,
   * some may have been taken and all are to be sent again; `isOutage` says whether that can succeed.
   */
  send(records: readonly EventRecord[], signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Where to send to. */
export interface EventProducerOptions {
  /** As host:port. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** What Kafka asks of us; nothing where absent. */
  readonly security?: KafkaSecurity | undefined;
  /** How long one request with all of its repeats may take, in milliseconds. */
  readonly timeoutMs?: number;
}

/** A broker takes 1 MB of records for one partition at a time unless it is told otherwise. */
const MOST_BYTES = 512 * 1024;
const RECORD_OVERHEAD = 64;

/** Makes the producer; it connects when it is first used, so Kafka need not be there yet. */
export function createEventProducer({
  brokers,
  clientId,
  security,
  timeoutMs = 15_000,
}: EventProducerOptions): EventProducer {
  const connect = () =>
    new Producer({
      clientId,
      bootstrapBrokers: [...brokers],
      ...security,
      idempotent: true,
      acks: ProduceAcks.ALL,
      // As the Java client does it, so that all who write a key to a topic agree on its partition.
      partitioner: compatibilityPartitioner,
      autocreateTopics: false,
      connectTimeout: 2000,
      requestTimeout: 5000,
      timeout: 5000,
      retries: 3,
      retryDelay: 150,
    });
  let client: Producer | undefined;
  let lastSend: Promise<void> = Promise.resolve();
  const closing = new AbortController();

  // After an error nobody knows which sequence numbers the broker has seen: a fresh client has fresh ones.
  const drop = async () => {
    const dropped = client;
    client = undefined;
    await dropped?.close(true).catch(() => undefined);
  };

  const sendNow = async (records: readonly EventRecord[], signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    try {
      for (const batch of inBatches(records)) {
        client ??= connect();
        await unlessAborted(client.send({ messages: batch.map(toMessage) }), timeoutMs, signal);
      }
    } catch (error) {
      void drop();
      throw error;
    }
  };

  return {
    send(records, signal) {
      // One after another: a request that is repeated must not be overtaken by the next one.
      const untilClosed = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
      const sending = lastSend.then(() => sendNow(records, untilClosed));
      lastSend = sending.catch(() => undefined);
      return sending;
    },
    async close() {
      closing.abort();
      await lastSend;
      await drop();
    },
  };
}

/** The records in order, in batches that a broker takes; one that is too large alone is its own. */
function inBatches(records: readonly EventRecord[]): EventRecord[][] {
  const batches: EventRecord[][] = [];
  let bytes = Infinity;
  for (const record of records) {
    const size = sizeOf(record);
    if (bytes + size > MOST_BYTES) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(record);
    bytes += size;
  }
  return batches;
}

function sizeOf({ key, value, headers = {} }: EventRecord): number {
  const texts = [key, ...Object.entries(headers).flat()];
  return texts.reduce((bytes, text) => bytes + Buffer.byteLength(text) + 2, Buffer.byteLength(value) + RECORD_OVERHEAD);
}

function toMessage({ topic, key, value, headers = {} }: EventRecord): MessageToProduce {
  return {
    topic,
    key: Buffer.from(key),
    value: Buffer.isBuffer(value) ? value : Buffer.from(value),
    headers: new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)])),
  };
}

/** Waits for Kafka, unless the time is up or the caller gives up before: then it throws, and what was begun goes on alone. */
export async function unlessAborted(asking: Promise<unknown>, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => {
    reject(signal.reason as Error);
  };
  const timer = setTimeout(() => {
    reject(new DOMException(`Kafka did not answer within ${timeoutMs} ms`, 'TimeoutError'));
  }, timeoutMs);
  signal.addEventListener('abort', onAbort);
  try {
    await Promise.race([asking, aborted]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
