import { cancellationSignal } from '@temporalio/activity';
import type { ChangeResult } from '../db/change.ts';
import { deliverOrder } from '../db/orders.ts';
import { countFailedBooking, moveShipment, shipOrder } from '../db/shipments.ts';
import { idempotencyKey, shipmentId } from '../domain/ids.ts';
import type { CarrierNews } from '../domain/lifecycle.ts';
import type { Dependencies } from './dependencies.ts';
import { unavailable } from './payment.ts';
import { ProviderUnavailable } from './ports.ts';

/** A shipment to book. */
export interface ShipmentRequest {
  readonly orderId: string;
  /** ISO 8601. */
  readonly deliverBy: string;
  /** Why before its time, where somebody said so. */
  readonly details: string | null;
}

/** How a booking went and how the order stands after it; `order` is absent where nothing was recorded. */
export interface BookingOutcome {
  readonly outcome: 'booked' | 'delayed' | 'unavailable';
  readonly reason: string | null;
  readonly order: ChangeResult | null;
}

/** The activities that move parcels. */
export function createShipmentActivities({ db, notifier, carrier, attempts }: Dependencies) {
  const book = async ({ orderId, deliverBy, details }: ShipmentRequest): Promise<BookingOutcome> => {
    const key = idempotencyKey(orderId, 'booking');
    const booking = await carrier.book({ key, orderId, deliverBy }, cancellationSignal());
    const order = await shipOrder(db, orderId, { shipmentId: shipmentId(orderId), ...booking, details });
    notifier.wake();
    // As with a charge: whoever cancelled meanwhile may not have known of this booking.
    if (order.status === 'CANCELLED') await carrier.cancel(key, cancellationSignal());
    return { outcome: 'booked', reason: null, order };
  };

  return {
    /** Books at the first attempt; answers `delayed` where the carrier does not. Runs as a local activity. */
    async tryBooking(request: ShipmentRequest): Promise<BookingOutcome> {
      try {
        return await book(request);
      } catch (error) {
        if (!(error instanceof ProviderUnavailable)) throw error;
        await countFailedBooking(db, shipmentId(request.orderId), error.message);
        return { outcome: 'delayed', reason: error.message, order: null };
      }
    },

    /** Books after a delay: fails, to be retried, until the carrier answers or all attempts are used up. */
    async bookShipment(request: ShipmentRequest): Promise<BookingOutcome> {
      try {
        return await book(request);
      } catch (error) {
        if (!(error instanceof ProviderUnavailable)) throw error;
        const failed = await countFailedBooking(db, shipmentId(request.orderId), error.message);
        if (failed < attempts.carrier) throw unavailable(error);
        return { outcome: 'unavailable', reason: error.message, order: null };
      }
    },

    /** Makes sure that nothing is booked for an order. Fails, to be retried, on an outage. */
    async cancelBooking(orderId: string): Promise<void> {
      await carrier.cancel(idempotencyKey(orderId, 'booking'), cancellationSignal());
    },

    /** Records news of the carrier. */
    async recordNews(orderId: string, news: CarrierNews): Promise<ChangeResult> {
      const order = await moveShipment(db, orderId, news);
      notifier.wake();
      return order;
    },

    /** Marks an order and its shipment as delivered. */
    async deliverOrder(orderId: string, details: string | null): Promise<ChangeResult> {
      const order = await deliverOrder(db, orderId, shipmentId(orderId), details);
      notifier.wake();
      return order;
    },
  };
}
