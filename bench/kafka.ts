/** How soon a consumer of Kafka has what happened. */
import { ProduceAcks, Producer } from '@platformatic/kafka';
import { PUBLISHED_TOPICS } from '../domain/published-events.ts';
import { ensureTopics } from '../events/kafka/topics.ts';
import { startFollower } from './followers/follower.ts';
import { measureFollowing } from './followers/following.ts';

/** One consumer of all topics; the floor is a bare producer, whose records the broker acknowledges as it does the relay's. */
export const kafka = measureFollowing({
  of: 'event to consumer',
  words: 'event to a consumer of Kafka',
  needs: ['kafka'],
  audience: 1,
  prepare: async (system) => {
    await system.start('kafka');
    // So that the consumer need not wait for the first event.
    await ensureTopics({ brokers: [system.kafka], clientId: 'bench', partitions: 6, replication: 1 });
  },
  follow: ({ kafka: broker }) => startFollower('consumer', { broker }),
  tellDirectly: ({ kafka: broker }) => {
    const producer = new Producer({ clientId: 'bench-producer', bootstrapBrokers: [broker], acks: ProduceAcks.ALL });
    return {
      tell: () => {
        const value = Buffer.from(JSON.stringify({ time: new Date().toISOString() }));
        return producer.send({ messages: [{ topic: PUBLISHED_TOPICS[0], value }] });
      },
      close: () => producer.close(),
    };
  },
});
