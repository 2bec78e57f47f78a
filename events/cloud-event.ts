/** Events as CloudEvents 1.0, the one envelope for Kafka, webhooks and live streams. */
import type { LoggedEvent } from '../db/log.ts';
import type { EventData, EventType } from '../domain/events.ts';
import { PUBLICATIONS, type ViewStatus } from '../domain/published-events.ts';

/** An event in structured JSON, https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md */
export interface OrderCloudEvent {
  readonly specversion: '1.0';
  /** The id of the event in the log: the same at every repeat, so consumers apply it once. */
  readonly id: string;
  readonly source: '/steadfast/orders';
  readonly type: string;
  /** The order id. */
  readonly subject: string;
  /** ISO 8601 in UTC. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** Names the JSON Schema of `data`, which servers have at `/schemas/<type>.json`; CloudEvents asks for an absolute URI. */
  readonly dataschema: string;
  /** What belongs together: the order id. */
  readonly correlationid: string;
  /** The version of the schema of `data`. */
  readonly version: string;
  /** The version of the order after this event, in decimal; counts from 1 without gaps. */
  readonly sequence: string;
  /** W3C trace context of the request that the order came with. */
  readonly traceparent?: string;
  /** Only in webhooks, where tracking links are made: the page where the customer follows the order. */
  readonly trackingurl?: string;
  readonly data: PublishedData;
}

/** The data of the event with what a consumer needs to know about the order. */
export type PublishedData = EventData[EventType] & {
  readonly order_id: string;
  readonly customer_id: string;
  /** The status in the order status view from this event on; null where the event does not change it. */
  readonly view_status: ViewStatus | null;
};

/** Wraps an event of the log. */
export function toCloudEvent(event: LoggedEvent): OrderCloudEvent {
  const { type, viewStatus } = PUBLICATIONS[event.type];
  return {
    specversion: '1.0',
    id: event.eventId,
    source: '/steadfast/orders',
    type,
    subject: event.orderId,
    time: event.occurredAt,
    datacontenttype: 'application/json',
    dataschema: `urn:steadfast:schema:${type}`,
    correlationid: event.orderId,
    version: versionOf(type),
    sequence: String(event.version),
    ...(event.traceparent === null ? {} : { traceparent: event.traceparent }),
    data: {
      ...event.data,
      order_id: event.orderId,
      customer_id: event.customerId,
      view_status: viewStatus,
    },
  };
}

function versionOf(type: string): string {
  return /\.v(\d+)$/.exec(type)?.[1] ?? '1';
}
