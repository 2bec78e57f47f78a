/** Events of the log as records of Kafka. */
import type { LoggedEvent } from '../../db/log.ts';
import { PUBLICATIONS } from '../../domain/published-events.ts';
import { type OrderCloudEvent, toCloudEvent } from '../cloud-event.ts';
import type { EventRecord } from './producer.ts';

/** What the header `content-type` of every record says. */
export const CLOUD_EVENTS_JSON = 'application/cloudevents+json; charset=UTF-8';

/** The record that tells an event: a CloudEvent in structured JSON, with the order id as its key. */
export function toEventRecord(event: LoggedEvent): EventRecord {
  return recordOf(PUBLICATIONS[event.type].topic, event.orderId, toCloudEvent(event));
}

/** A CloudEvent as a record; the headers repeat what a consumer may want to know before it reads the value. */
export function recordOf(
  topic: string,
  key: string,
  event: Pick<OrderCloudEvent, 'id' | 'type' | 'correlationid' | 'traceparent'>,
): EventRecord {
  return {
    topic,
    key,
    value: JSON.stringify(event),
    headers: {
      'content-type': CLOUD_EVENTS_JSON,
      ce_id: event.id,
      ce_type: event.type,
      'correlation-id': event.correlationid,
      ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
    },
  };
}
