/** Asking Kafka how it is. */
import { Admin } from '@platformatic/kafka';
import { type GroupProgress, readGroupProgress, type TopicReader } from './group-progress.ts';
import type { KafkaSecurity } from './security.ts';
import { NEEDED_TOPICS } from './topics.ts';

/** What Kafka says of itself. */
export interface KafkaCluster {
  /** Those that take part, with their addresses as host:port. */
  readonly brokers: readonly { readonly id: number; readonly address: string }[];
  /** The topics that Steadfast needs; `partitions` is undefined where one is missing. */
  readonly topics: readonly { readonly name: string; readonly partitions: number | undefined }[];
}

/** Asks anew each time; rejects within about a second where no broker answers. */
export interface KafkaProbe {
  readonly ask: () => Promise<KafkaCluster>;
  /** How far a consumer group is. */
  readonly askGroup: (reader: TopicReader) => Promise<GroupProgress>;
  close(): Promise<void>;
}

const PATIENCE_MS = 1000;

/** Makes the probe; it connects when it is first asked. */
export function createKafkaProbe({
  brokers,
  clientId,
  security,
}: {
  brokers: readonly string[];
  clientId: string;
  security?: KafkaSecurity | undefined;
}): KafkaProbe {
  let client: Admin | undefined;
  let asking: Promise<KafkaCluster> | undefined;
  const connect = () =>
    new Admin({
      clientId,
      bootstrapBrokers: [...brokers],
      ...security,
      connectTimeout: PATIENCE_MS,
      requestTimeout: PATIENCE_MS,
      timeout: PATIENCE_MS,
      retries: 0,
    });
  const close = async () => {
    const closing = client;
    client = undefined;
    await closing?.close().catch(() => undefined);
  };
  const ask = async <Answer>(question: (admin: Admin) => Promise<Answer>): Promise<Answer> => {
    client ??= connect();
    try {
      return await question(client);
    } catch (error) {
      // The next question begins with fresh connections.
      void close();
      throw error;
    }
  };
  return {
    // Many who ask at once share an answer.
    ask: () =>
      (asking ??= ask(describe).finally(() => {
        asking = undefined;
      })),
    askGroup: (reader) => ask((admin) => readGroupProgress(admin, reader)),
    close,
  };
}

async function describe(client: Admin): Promise<KafkaCluster> {
  const existing = new Set(await client.listTopics());
  const present = NEEDED_TOPICS.filter((topic) => existing.has(topic));
  const { brokers, topics } = await client.metadata({ topics: present, forceUpdate: true });
  return {
    brokers: [...brokers].map(([id, { host, port }]) => ({ id, address: `${host}:${port}` })),
    topics: NEEDED_TOPICS.map((name) => ({ name, partitions: topics.get(name)?.partitionsCount })),
  };
}
