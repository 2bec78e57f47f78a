/** The consumer groups of the inbound topics, with the use cases that they feed. */
import type { Client } from '@temporalio/client';
import { createNotifier } from '../db/notify.ts';
import { INBOUND_TOPICS } from '../domain/published-events.ts';
import type { TopicReader } from '../events/kafka/group-progress.ts';
import { consumeInbound, type InboundOptions } from '../events/kafka/inbound.ts';
import { createAcceptOrder } from './accept-order.ts';
import { bounded } from './deadline.ts';
import { inboundGroups, type InboundSettings } from './inbound-groups.ts';
import { createInboundHandlers } from './inbound.ts';
import { type CommandDependencies, createOrderCommands } from './order-commands.ts';
import { createValidationCounter } from './validation-count.ts';

/** What the consumers work with; `timeoutMs` is how long a command waits for its workflow. */
export interface InboundConsumersOptions
  extends
    CommandDependencies,
    InboundSettings,
    Pick<InboundOptions, 'brokers' | 'security' | 'ensureTopics' | 'logger' | 'signal'> {
  readonly temporal: Client;
}

/** News goes through a workflow each, orders go to the database in batches. */
const CONCURRENCY: Readonly<Record<string, number>> = {
  [INBOUND_TOPICS.carrierNews]: 48,
  [INBOUND_TOPICS.orderRequests]: 256,
};
const ANSWER_WITHIN_MS = 5000;

/**
 * Takes carrier news in, and order requests where asked, until the signal aborts. Each topic has a group of its own, so that
 * orders go on while news waits for Temporal, and so that processes with different settings share the work rightly.
 */
export async function consumeInboundTopics(options: InboundConsumersOptions): Promise<void> {
  const { db, timeoutMs } = options;
  const validations = createValidationCounter(db);
  const handlers = createInboundHandlers({
    ...bounded({ acceptOrder: createAcceptOrder({ db, notifier: createNotifier(db), validations }) }, ANSWER_WITHIN_MS),
    commands: bounded(createOrderCommands(options), timeoutMs + ANSWER_WITHIN_MS),
  });
  const consume = ({ topic, group: groupId }: TopicReader) => {
    const handle = handlers[topic];
    if (!handle) throw new Error(`nothing takes ${topic} in`);
    return consumeInbound({ ...options, topic, groupId, handle, concurrency: CONCURRENCY[topic] ?? 1 });
  };
  await Promise.all(inboundGroups(options).map(consume));
  await validations.close();
}
