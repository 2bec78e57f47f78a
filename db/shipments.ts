/** The statements that keep the shipment of an order. */
import type { CarrierNews } from '../domain/lifecycle.ts';
import { SHIPMENT_STATUSES } from '../domain/shipment-status.ts';
import { changeOrder, type ChangeResult } from './change.ts';
import type { Database } from './client.ts';
import { lockStock } from './stock.ts';

/** Counts an attempt that the carrier did not answer; answers how many there are. */
export async function countFailedBooking(db: Database, shipmentId: string, error: string): Promise<number> {
  const [row] = await db<{ failedAttempts: number }[]>`
    update shipments set failed_attempts = failed_attempts + 1, last_error = ${error}, updated_at = now()
    where id = ${shipmentId} returning failed_attempts as "failedAttempts"`;
  return row?.failedAttempts ?? 0;
}

/** A booked shipment takes its order to `SHIPPED`; what was reserved for the order has left the house. */
export function shipOrder(
  db: Database,
  orderId: string,
  booking: {
    shipmentId: string;
    trackingNumber: string;
    carrier: string;
    estimatedDelivery: string;
    details?: string | null;
  },
): Promise<ChangeResult> {
  const details = booking.details ?? null;
  return changeOrder(db, {
    orderId,
    guard: db`status = 'PROCESSING'`,
    before: lockStock(db),
    events: [
      {
        step: 'shipping-scheduled',
        type: 'ShippingScheduled',
        data: {
          shipment_id: booking.shipmentId,
          tracking_number: booking.trackingNumber,
          carrier: booking.carrier,
          estimated_delivery: booking.estimatedDelivery,
          details,
        },
      },
    ],
    set: db`status = 'SHIPPED', status_since = e.occurred_at, status_details = ${details},
      shipment_id = ${booking.shipmentId}::uuid`,
    after: db`
      shipped as (
        update products p set reserved = s.reserved - s.quantity, updated_at = now()
        from stock s, changed where p.id = s.id
      ), booked as (
        update shipments s set status = 'SHIPMENT_IN_TRANSIT', tracking_number = ${booking.trackingNumber},
          carrier = ${booking.carrier}, estimated_delivery = ${booking.estimatedDelivery}, updated_at = now()
        from changed where s.id = changed.shipment_id
      )`,
  });
}

/** Records news of the carrier about a shipped order. News that is older than what is known changes nothing. */
export function moveShipment(db: Database, orderId: string, news: CarrierNews): Promise<ChangeResult> {
  const rank = (status: ReturnType<typeof db>) =>
    db`array_position(${db.array([...SHIPMENT_STATUSES])}::text[], ${status})`;
  return changeOrder(db, {
    orderId,
    guard: db`status = 'SHIPPED' and exists (
      select from shipments s where s.id = shipment_id and (s.news_at is null or s.news_at <= ${news.occurredAt}))`,
    events: [
      {
        step: `news:${news.newsId}`,
        type: 'ShipmentMoved',
        data: db`(select jsonb_build_object('shipment_id', s.id, 'status', coalesce(${news.status}::text, s.status),
          'location', ${news.location}::text, 'estimated_delivery', ${news.estimatedDelivery}::text)
          from shipments s where s.id = t.shipment_id)`,
      },
    ],
    after: db`
      moved as (
        update shipments s set
          status = case when ${rank(db`${news.status}::text`)} > ${rank(db`s.status`)} then ${news.status} else s.status end,
          current_location = coalesce(${news.location}, s.current_location),
          estimated_delivery = coalesce(${news.estimatedDelivery}, s.estimated_delivery),
          news_at = ${news.occurredAt}, updated_at = now()
        from changed where s.id = changed.shipment_id
      )`,
  });
}
