/** How Kafka is, and how far the publisher is: asked anew each time. */
import type { Database } from '../db/client.ts';
import { listProcessors, type Processor } from '../db/processors.ts';
import { Failure } from '../domain/failures.ts';
import { describeKafkaError } from '../events/kafka/errors.ts';
import type { KafkaCluster, KafkaProbe } from '../events/kafka/probe.ts';
import { KAFKA_PUBLISHER } from '../events/kafka/publisher.ts';
import { within } from './deadline.ts';
import { MOST_LAG } from './processors.ts';

/** How publishing to Kafka is getting on. */
export interface KafkaStatus extends KafkaCluster {
  readonly status: 'up' | 'down' | 'not_configured';
  /** What is wrong, where Kafka is down. */
  readonly detail: string | undefined;
  /** Undefined until a relay has begun to publish, and while Postgres is away. */
  readonly publisher: Processor | undefined;
}

export type ReadKafkaStatus = () => Promise<KafkaStatus>;

const ANSWER_WITHIN_MS = 1500;

/** Makes the use case; without a probe Kafka is not configured. It never fails and answers within two seconds. */
export function createKafkaStatus({ db, probe }: { db: Database; probe: KafkaProbe | undefined }): ReadKafkaStatus {
  return async () => {
    if (!probe) return { ...NOTHING, status: 'not_configured', detail: undefined, publisher: undefined };
    const [cluster, publisher] = await Promise.all([
      within(probe.ask(), { ms: ANSWER_WITHIN_MS, failure: noAnswer('Kafka') }).then(
        (answer) => ({ ...answer, status: 'up' as const, detail: undefined }),
        (error: unknown) => ({ ...NOTHING, status: 'down' as const, detail: describeKafkaError(error) }),
      ),
      within(findPublisher(db), { ms: ANSWER_WITHIN_MS, failure: noAnswer('Postgres') }).catch(() => undefined),
    ]);
    return { ...cluster, publisher };
  };
}

const NOTHING: KafkaCluster = { brokers: [], topics: [] };

async function findPublisher(db: Database): Promise<Processor | undefined> {
  const processors = await listProcessors(db, MOST_LAG);
  return processors.find(({ name, lag }) => name === KAFKA_PUBLISHER && lag !== null);
}

function noAnswer(who: string): () => Failure {
  return () => new Failure('UNAVAILABLE', `${who} does not answer`);
}
