/** From the log to deliveries: each event once for each endpoint that asked for it. */
import type { Database } from '../../db/client.ts';
import { type LoggedEvent, moveCursor } from '../../db/log.ts';
import { findCreationTimes } from '../../db/order-reads.ts';
import { addDeliveries, type WebhookEvent, wantedEventTypes } from '../../db/webhook-deliveries.ts';
import { PUBLICATIONS } from '../../domain/published-events.ts';
import { toCloudEvent } from '../cloud-event.ts';
import type { Projection } from '../consumer.ts';
import type { TrackingLinks } from '../tracking-links.ts';

/** How deliveries are made: `onAdded` is called where there are new ones; without links bodies carry none. */
export interface WebhookProjectionOptions {
  readonly batchSize: number;
  readonly onAdded: () => void;
  readonly trackingLinks?: Pick<TrackingLinks, 'urlOf'> | undefined;
}

/** A batch makes a delivery for each of its events and endpoints in one statement, so it is kept small. */
const MOST_EVENTS = 100;

/** Makes the projection. Bodies are made only for events that somebody asked for. */
export function createWebhookProjection(options: WebhookProjectionOptions): Projection {
  const { batchSize, onAdded, trackingLinks } = options;
  const findTrackingUrls = async (db: Database, events: readonly LoggedEvent[]) => {
    if (!trackingLinks) return new Map<string, string>();
    const orders = await findCreationTimes(db, [...new Set(events.map(({ orderId }) => orderId))]);
    return new Map(orders.map((order) => [order.id, trackingLinks.urlOf(order)]));
  };

  return {
    name: 'webhooks',
    batchSize: Math.min(batchSize, MOST_EVENTS),
    gatherMs: 25,
    apply: async (db: Database, events, move) => {
      // Who registers after this question was not answered yet when these events were committed.
      const wanted = await wantedEventTypes(db);
      const deliverable = events.filter(({ type }) => wanted === 'all' || wanted.has(PUBLICATIONS[type].type));
      if (deliverable.length === 0) return moveCursor(db, move);
      const urls = await findTrackingUrls(db, deliverable);
      const deliveries = deliverable.map((event) => toWebhookEvent(event, urls.get(event.orderId)));
      const { isMoved, added } = await addDeliveries(db, deliveries, move);
      if (added > 0) onAdded();
      return isMoved;
    },
  };
}

/** The body is the CloudEvent with the link of the order and the `timestamp` that payloads of Standard Webhooks have. */
function toWebhookEvent(event: LoggedEvent, trackingUrl: string | undefined): WebhookEvent {
  const cloudEvent = toCloudEvent(event);
  return {
    eventId: event.eventId,
    type: cloudEvent.type,
    orderId: event.orderId,
    traceparent: event.traceparent,
    tx: event.cursor.tx,
    body: JSON.stringify({ ...cloudEvent, trackingurl: trackingUrl, timestamp: cloudEvent.time }),
  };
}
