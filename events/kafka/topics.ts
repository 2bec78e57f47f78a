/** The topics that Steadfast writes to and reads from, made where they are missing. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Admin } from '@platformatic/kafka';
import { INBOUND_TOPICS, PUBLISHED_TOPICS } from '../../domain/published-events.ts';
import { unlessAborted } from './producer.ts';
import type { KafkaSecurity } from './security.ts';

/** Every topic that Steadfast needs. */
export const NEEDED_TOPICS: readonly string[] = [...PUBLISHED_TOPICS, ...Object.values(INBOUND_TOPICS)];

/** Where topics are made, and how: partitions and replicas of each. */
export interface TopicOptions {
  /** As host:port. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** What Kafka asks of us; nothing where absent. */
  readonly security?: KafkaSecurity | undefined;
  readonly partitions: number;
  readonly replication: number;
}

const LEADERS_WITHIN_MS = 5000;
/** A broker that takes connections and answers nothing holds nobody up for longer. */
const ENSURE_WITHIN_MS = 30_000;

/**
 * Makes the topics that are missing and waits until each can be written to; those that exist are left as they are. Throws
 * when the signal aborts.
 */
export async function ensureTopics(options: TopicOptions, signal = new AbortController().signal): Promise<void> {
  signal.throwIfAborted();
  await unlessAborted(makeMissing(options), ENSURE_WITHIN_MS, signal);
}

async function makeMissing({ brokers, clientId, security, partitions, replication }: TopicOptions): Promise<void> {
  const admin = new Admin({
    clientId,
    bootstrapBrokers: [...brokers],
    ...security,
    connectTimeout: 2000,
    requestTimeout: 5000,
    timeout: 5000,
    retries: 1,
    retryDelay: 150,
  });
  try {
    const existing = new Set(await admin.listTopics());
    const missing = NEEDED_TOPICS.filter((topic) => !existing.has(topic));
    if (missing.length === 0) return;
    // A majority of the replicas has every record that was acknowledged.
    const inSync = { name: 'min.insync.replicas', value: String(Math.floor(replication / 2) + 1) };
    const topics = { topics: missing, partitions, replicas: replication, configs: replication > 1 ? [inSync] : [] };
    await admin.createTopics(topics).catch(unlessThere);
    await untilLed(admin, missing);
  } finally {
    await admin.close().catch(() => undefined);
  }
}

/** Another process may have made them at the same moment. */
function unlessThere(error: unknown): void {
  const answers = answersIn(error);
  if (answers.length === 0 || answers.some((answer) => answer !== 'TOPIC_ALREADY_EXISTS')) throw error;
}

function answersIn(error: unknown): string[] {
  const { apiId, errors } = error as { apiId?: string; errors?: readonly unknown[] };
  return [...(apiId === undefined ? [] : [apiId]), ...(errors ?? []).flatMap(answersIn)];
}

/** A new topic takes a moment to get its leaders. */
async function untilLed(admin: Admin, topics: readonly string[]): Promise<void> {
  const deadline = Date.now() + LEADERS_WITHIN_MS;
  for (;;) {
    const metadata = await admin.metadata({ topics: [...topics], forceUpdate: true }).catch(() => undefined);
    const known = topics.map((topic) => metadata?.topics.get(topic)?.partitions ?? []);
    if (known.every((partitions) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0))) return;
    if (Date.now() > deadline) throw new Error(`The topics ${topics.join(', ')} were made but have no leaders yet.`);
    await sleep(50);
  }
}
