/** Publishing an event by hand, to see that Kafka takes it and what happens where it does not. */
import { v7 } from 'uuid';
import type { Database } from '../db/client.ts';
import { parkDeadLetters } from '../db/dead-letters.ts';
import { Failure, kafkaNotConfigured } from '../domain/failures.ts';
import { makeOrderId } from '../domain/ids.ts';
import { describeKafkaError } from '../events/kafka/errors.ts';
import { recordOf } from '../events/kafka/event-record.ts';
import type { EventProducer } from '../events/kafka/producer.ts';
import { publishWithRetries, TRIES } from '../events/kafka/publish-in-order.ts';
import { checkOrderId, checkText, demand } from './checks.ts';

/** What to publish; a fresh order id and no data where absent. */
export interface TestEvent {
  readonly orderId?: string | undefined;
  /** The CloudEvents type. */
  readonly type?: string | undefined;
  readonly payload?: Readonly<Record<string, unknown>> | undefined;
  /** Whether every try shall fail, so that the event becomes a dead letter. */
  readonly simulateFailure?: boolean | undefined;
}

/** What became of it. */
export interface TestEventResult {
  readonly eventId: string;
  readonly status: 'PUBLISHED' | 'DEAD_LETTERED';
}

export type PublishTestEvent = (event: TestEvent) => Promise<TestEventResult>;

const TOPIC = 'order.updated.v1';
const FIRST_DELAY_MS = 100;
const SEND_WITHIN_MS = 8000;
const MOST_TYPE = 100;

/** Makes the use case. It tries as the publisher does; `UNAVAILABLE` where Kafka is away, `KAFKA_NOT_CONFIGURED` where it is not there. */
export function createPublishTestEvent({
  db,
  producer,
}: {
  db: Database;
  producer?: Pick<EventProducer, 'send'> | undefined;
}): PublishTestEvent {
  return async ({ orderId = makeOrderId(), type = 'test.event.v1', payload = {}, simulateFailure = false }) => {
    demand(checkOrderId(orderId), checkText('type', type, { rule: 'event_type', most: MOST_TYPE }));
    if (!producer) throw kafkaNotConfigured();
    const event = { ...envelope(orderId, type), data: payload };
    const record = recordOf(TOPIC, orderId, event);
    const send: EventProducer['send'] = simulateFailure
      ? () => Promise.reject(new Error('This failure was asked for.'))
      : (records, signal) => producer.send(records, signal);
    const signal = AbortSignal.timeout(SEND_WITHIN_MS);
    const error = await publishWithRetries({ record }, { send, firstDelayMs: FIRST_DELAY_MS, signal }).catch(
      (outage: unknown) => {
        const message = `Kafka takes no events now: ${describeKafkaError(outage)}`;
        throw new Failure('UNAVAILABLE', message, { retryAfterSeconds: 5, cause: outage });
      },
    );
    if (error === undefined) return { eventId: event.id, status: 'PUBLISHED' };
    // Without the order id: events of a real order must not wait behind a test.
    await parkDeadLetters(db, [
      {
        eventId: event.id,
        source: 'PUBLISHER',
        topic: TOPIC,
        recordKey: orderId,
        headers: record.headers,
        payload: Buffer.from(record.value),
        eventType: type,
        error,
        attempts: TRIES,
      },
    ]);
    return { eventId: event.id, status: 'DEAD_LETTERED' };
  };
}

function envelope(orderId: string, type: string) {
  return {
    specversion: '1.0',
    id: v7(),
    source: '/steadfast/test',
    type,
    subject: orderId,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    correlationid: orderId,
  };
}
