/** The consumer groups of the inbound topics, with the use cases that they feed. */
import type { Client } from '@temporalio/client';
import { createNotifier } from '../db/notify.ts';
import { INBOUND_TOPICS } from '../domain/published-events.ts';
import { consumeInbound, type InboundOptions } from '../events/kafka/inbound.ts';
import { createAcceptOrder } from './accept-order.ts';
import { bounded } from './deadline.ts';
import { createInboundHandlers } from './inbound.ts';
import { type CommandDependencies, createOrderCommands } from './order-commands.ts';
import { createValidationCounter } from './validation-count.ts';

/** What the consumers work with; `timeoutMs` is how long a command waits for its workflow. */
export interface InboundConsumersOptions
  extends CommandDependencies, Pick<InboundOptions, 'brokers' | 'ensureTopics' | 'logger' | 'signal'> {
  readonly temporal: Client;
  /** The group that reads carrier news; order requests are read by `<group>.order-requests`. */
  readonly group: string;
  /** Whether order requests are taken in too. */
  readonly orderRequests: boolean;
}

/** News goes through a workflow each, orders go to the database in batches. */
const CONCURRENCY = { news: 48, orders: 256 };
const ANSWER_WITHIN_MS = 5000;

/**
 * Takes carrier news in, and order requests where asked, until the signal aborts. Each topic has a group of its own, so that
 * orders go on while news waits for Temporal, and so that processes with different settings share the work rightly.
 */
export async function consumeInboundTopics(options: InboundConsumersOptions): Promise<void> {
  const { db, group, orderRequests, timeoutMs } = options;
  const validations = createValidationCounter(db);
  const handlers = createInboundHandlers({
    ...bounded({ acceptOrder: createAcceptOrder({ db, notifier: createNotifier(db), validations }) }, ANSWER_WITHIN_MS),
    commands: bounded(createOrderCommands(options), timeoutMs + ANSWER_WITHIN_MS),
  });
  const consume = (topic: string, groupId: string, concurrency: number) => {
    const handle = handlers[topic];
    if (!handle) throw new Error(`nothing takes ${topic} in`);
    return consumeInbound({ ...options, topic, groupId, handle, concurrency });
  };
  const consuming = [consume(INBOUND_TOPICS.carrierNews, group, CONCURRENCY.news)];
  if (orderRequests)
    consuming.push(consume(INBOUND_TOPICS.orderRequests, `${group}.order-requests`, CONCURRENCY.orders));
  await Promise.all(consuming);
  await validations.close();
}
