import { createCarrierSimulator } from '../../activities/carrier-simulator.ts';
import { createPaymentSimulator } from '../../activities/payment-simulator.ts';
import type { Booking } from '../../activities/ports.ts';
import type { Database } from '../../db/client.ts';
import { findOrder } from '../../db/order-reads.ts';
import { acceptOrders, deliverOrder } from '../../db/orders.ts';
import { capturePayment } from '../../db/payments.ts';
import { shipOrder } from '../../db/shipments.ts';
import { reserveStock } from '../../db/stock.ts';
import { idempotencyKey, paymentId, requestDigest, shipmentId } from '../../domain/ids.ts';
import { NEW_ORDER } from '../load/new-order.ts';
import { runComparisonWorker } from './comparison-worker.ts';

/** Each step is an activity of its own, on the statements of the real one. */
function createNaiveActivities(db: Database) {
  const payments = createPaymentSimulator(db, { successRate: 1, throwRate: 0 });
  const carrier = createCarrierSimulator(db);
  const lines = NEW_ORDER.items.map(({ product_id: productId, quantity }) => ({ productId, quantity }));
  return {
    async createOrder(orderId: string): Promise<number> {
      const order = { orderId, customerId: NEW_ORDER.customer_id, paymentMethod: 'CREDIT_CARD', lines } as const;
      const [acceptance] = await acceptOrders(db, [{ ...order, digest: requestDigest(orderId) }]);
      // An attempt before this one may have stored the order and then run out of time.
      const total = acceptance?.created.total_minor ?? (await findOrder(db, orderId))?.totalMinor;
      if (total === undefined) throw new Error(`order ${orderId} was not accepted`);
      return total;
    },
    reserve: (orderId: string) => reserveStock(db, orderId),
    async charge(orderId: string, amountMinor: number): Promise<string> {
      const charge = { orderId, amountMinor, currency: 'USD', method: 'CREDIT_CARD' } as const;
      const key = idempotencyKey(orderId, 'charge');
      const result = await payments.charge({ key, ...charge }, AbortSignal.timeout(10_000));
      if (result.outcome !== 'captured') throw new Error(`order ${orderId} was declined`);
      return result.reference;
    },
    recordPayment: (orderId: string, amountMinor: number, providerReference: string) =>
      capturePayment(db, orderId, { id: paymentId(orderId), amountMinor, providerReference }),
    book: (orderId: string): Promise<Booking> => {
      const key = idempotencyKey(orderId, 'booking');
      return carrier.book({ key, orderId, deliverBy: new Date().toISOString() }, AbortSignal.timeout(10_000));
    },
    recordShipment: (orderId: string, booking: Booking) =>
      shipOrder(db, orderId, { shipmentId: shipmentId(orderId), ...booking }),
    deliver: (orderId: string) => deliverOrder(db, orderId, shipmentId(orderId)),
  };
}

/** The activities of the naive layout, for its workflow. */
export type NaiveActivities = ReturnType<typeof createNaiveActivities>;

await runComparisonWorker('naive', createNaiveActivities);
