/** Consumers of order requests for tests, on a database and a broker of the test's own. */
import { pino } from 'pino';
import { createAcceptOrder } from '../../../api/accept-order.ts';
import { createInboundHandlers } from '../../../api/inbound.ts';
import type { Database } from '../../../db/client.ts';
import { createNotifier } from '../../../db/notify.ts';
import { INBOUND_TOPICS } from '../../../domain/published-events.ts';
import { consumeInbound } from '../../../events/kafka/inbound.ts';
import type { InboundHandler } from '../../../events/kafka/inbound-record.ts';
import { ensureTopics } from '../../../events/kafka/topics.ts';

const topic = INBOUND_TOPICS.orderRequests;

/** What takes an order request in, as the relay does. */
export function orderRequestHandler(db: Database): InboundHandler {
  const acceptOrder = createAcceptOrder({ db, notifier: createNotifier(db) });
  return createInboundHandlers({ acceptOrder, commands: {} as never })[topic]!;
}

/** Makes the topics of a broker. */
export function makeTopics(broker: string): Promise<void> {
  return ensureTopics({ brokers: [broker], clientId: 'test', partitions: 6, replication: 1 });
}

/** Starts a consumer of order requests; `stop` ends it in good order. */
export function startConsumer(of: {
  db: Database;
  broker: string;
  groupId: string;
  handle?: InboundHandler | undefined;
}): { stop: () => Promise<void> } {
  const { db, broker, groupId, handle = orderRequestHandler(db) } = of;
  const stopping = new AbortController();
  const consuming = consumeInbound({
    db,
    brokers: [broker],
    groupId,
    topic,
    handle,
    ensureTopics: () => makeTopics(broker),
    concurrency: 256,
    logger: pino({ level: 'silent' }),
    signal: stopping.signal,
  });
  return {
    stop: async () => {
      stopping.abort();
      await consuming;
    },
  };
}
