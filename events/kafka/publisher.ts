/** The consumer of the log that publishes every event to Kafka, in order for each order. */
import type { Logger } from 'pino';
import { Histogram } from 'prom-client';
import type { Database } from '../../db/client.ts';
import {
  becomeHead,
  type DeadLetter,
  findReleasable,
  findUnresolvedHeads,
  markReleased,
  type NewDeadLetter,
  parkDeadLetters,
} from '../../db/dead-letters.ts';
import { findParkedEvents } from '../../db/event-publishing.ts';
import type { LoggedEvent } from '../../db/log.ts';
import { PUBLICATIONS } from '../../domain/published-events.ts';
import { orderFields } from '../../telemetry/log-fields.ts';
import type { Consumer } from '../consumer.ts';
import { describeKafkaError } from './errors.ts';
import { toEventRecord } from './event-record.ts';
import type { EventProducer } from './producer.ts';
import { inPublishingSpans } from './publishing-spans.ts';
import { type Outgoing, publishInOrder, TRIES } from './publish-in-order.ts';

/** The name of the publisher among the consumers of the log. */
export const KAFKA_PUBLISHER = 'kafka';

/** How to publish. */
export interface KafkaPublisherOptions {
  readonly db: Database;
  readonly producer: Pick<EventProducer, 'send'>;
  /** Makes the topics that are missing. */
  readonly ensureTopics: () => Promise<void>;
  readonly batchSize: number;
  /** Wait before the second try of an event that was refused, in milliseconds. */
  readonly firstDelayMs?: number;
  readonly logger: Logger;
}

type OutgoingEvent = Outgoing & { readonly event: LoggedEvent };

const duration = new Histogram({
  name: 'steadfast_kafka_publish_duration_seconds',
  help: 'How long Kafka took to have a batch of events on all replicas; refused where it does not take one of them.',
  labelNames: ['outcome'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
});
const RELEASE_PAGE = 200;
/** Releasing gives way to the log for a moment, however much is to be released. */
const RELEASE_FOR_MS = 1000;
/** A look for what can be released goes through all that waits: one that takes long is repeated ten times more rarely. */
const QUICK_LOOK_MS = 50;
const REST_AFTER_SLOW_LOOK = 10;

/**
 * Makes the publisher. Where Kafka is away it throws and gets the batch again. An event that Kafka refuses three times
 * becomes a dead letter, and the later ones of its order wait behind it (docs/decisions/0010-…); other orders go on.
 */
export function createKafkaPublisher(options: KafkaPublisherOptions): Consumer {
  const { db, producer, batchSize, firstDelayMs = 500, logger } = options;
  let areTopicsThere = false;
  let lookAgainAt = 0;

  /** Publishes and answers what was refused; after an outage the topics are looked at again. */
  const publish = async <Item extends Outgoing>(items: readonly Item[], signal: AbortSignal) => {
    const end = duration.startTimer();
    try {
      if (!areTopicsThere && items.length > 0) await options.ensureTopics();
      areTopicsThere = true;
      const refusals = await inPublishingSpans(items, (spanned) =>
        publishInOrder(spanned, {
          send: (records, aborted) => producer.send(records, aborted),
          firstDelayMs,
          signal,
        }),
      );
      // Whoever leads now deals with what was refused.
      signal.throwIfAborted();
      end({ outcome: refusals.length === 0 ? 'published' : 'refused' });
      return refusals;
    } catch (error) {
      end({ outcome: 'failed' });
      areTopicsThere = false;
      if (signal.aborted) throw error;
      throw new Error(`Kafka takes no events now: ${describeKafkaError(error)}`, { cause: error });
    }
  };

  return {
    name: KAFKA_PUBLISHER,
    batchSize,
    async handle(events, signal) {
      const [parked, heads] = await Promise.all([
        findParkedEvents(
          db,
          Array.from(events, ({ eventId }) => eventId),
        ),
        findUnresolvedHeads(db, [...new Set(Array.from(events, ({ orderId }) => orderId))]),
      ]);
      // What was put aside before this batch came again stays where it is, whatever was decided about it meanwhile.
      const fresh = events.filter(({ eventId }) => !parked.has(eventId)).map(toOutgoing);
      const headOf = ({ orderId, event }: OutgoingEvent) => {
        const head = heads.get(orderId);
        return head && head.version < event.version ? head.eventId : undefined;
      };
      const refusals = await publish(
        fresh.filter((item) => headOf(item) === undefined),
        signal,
      );
      await parkDeadLetters(db, [
        ...fresh.flatMap((item) => waitingBehind(headOf(item), item)),
        ...refusals.flatMap(({ item, error, followers }) => [
          { ...letterOf(item), error, attempts: TRIES },
          ...followers.flatMap((follower) => waitingBehind(item.eventId, follower)),
        ]),
      ]);
      for (const { item, error } of refusals) {
        const about = orderFields(item.orderId, item.event.traceparent);
        logger.error({ event_id: item.eventId, ...about, error }, 'an event became a dead letter');
      }
    },
    async tend(signal) {
      const until = Date.now() + RELEASE_FOR_MS;
      while (Date.now() >= lookAgainAt && Date.now() < until) {
        const began = Date.now();
        const letters = await findReleasable(db, RELEASE_PAGE);
        if (letters.length === 0) {
          lookAgainAt = Date.now() + REST_AFTER_SLOW_LOOK * Math.max(0, Date.now() - began - QUICK_LOOK_MS);
          return;
        }
        const refusals = await publish(letters.map(toReleased), signal);
        const kept = new Set(
          refusals.flatMap(({ item, followers }) => [item, ...followers].map((each) => each.eventId)),
        );
        await markReleased(
          db,
          letters.map(({ eventId }) => eventId).filter((eventId) => !kept.has(eventId)),
        );
        for (const { item, error } of refusals) await becomeHead(db, item.eventId, error, TRIES);
      }
    },
  };
}

function toOutgoing(event: LoggedEvent): OutgoingEvent {
  return { eventId: event.eventId, orderId: event.orderId, record: toEventRecord(event), event };
}

/** A dead letter is published exactly as it was to be. */
function toReleased({ eventId, orderId, topic, recordKey, headers, payload }: DeadLetter): Outgoing {
  const key = recordKey ?? '';
  return { eventId, orderId: orderId ?? key, record: { topic, key, value: payload, headers } };
}

function waitingBehind(head: string | undefined, item: OutgoingEvent): NewDeadLetter[] {
  if (head === undefined) return [];
  return [{ ...letterOf(item), waitsBehind: head, error: `waits behind event ${head} of the same order`, attempts: 0 }];
}

function letterOf({ eventId, orderId, record, event }: OutgoingEvent): Omit<NewDeadLetter, 'error' | 'attempts'> {
  return {
    eventId,
    source: 'PUBLISHER',
    topic: record.topic,
    recordKey: record.key,
    headers: record.headers,
    payload: Buffer.from(record.value),
    eventType: PUBLICATIONS[event.type].type,
    orderId,
    orderVersion: event.version,
  };
}
