/** A consumer of all topics, as another program of the shop would be one. */
import { randomUUID } from 'node:crypto';
import { Consumer } from '@platformatic/kafka';
import { PUBLISHED_TOPICS } from '../../domain/published-events.ts';
import { serveFollower } from './serve.ts';

/** A broker, host:port, that has the topics. */
export interface ConsumerOptions {
  readonly broker: string;
}

serveFollower(async ({ broker }: ConsumerOptions, note) => {
  const consumer = new Consumer({
    clientId: 'bench-consumer',
    groupId: `bench-${randomUUID()}`,
    bootstrapBrokers: [broker],
    // Asked again at once; the broker answers as soon as there is something.
    minBytes: 1,
    maxWaitTime: 500,
  });
  const stream = await consumer.consume({ topics: [...PUBLISHED_TOPICS], mode: 'latest', autocommit: false });
  stream.on('data', ({ value }) => {
    const { time } = JSON.parse(String(value)) as { time: string };
    note(time);
  });
  return {};
});
