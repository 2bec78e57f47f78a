/** Orders that have lived their whole life, without a workflow. */
import { createAcceptOrder } from '../../api/accept-order.ts';
import { openDatabase } from '../../db/client.ts';
import { createNotifier } from '../../db/notify.ts';
import { deliverOrder } from '../../db/orders.ts';
import { capturePayment } from '../../db/payments.ts';
import { shipOrder } from '../../db/shipments.ts';
import { reserveStock } from '../../db/stock.ts';
import { paymentId, shipmentId } from '../../domain/ids.ts';
import { NEW_ORDER } from '../load/new-order.ts';

/** Takes so many orders through their life by the statements alone; answers their ids. */
export async function deliverOrders(databaseUrl: string, orders: number): Promise<string[]> {
  const db = openDatabase(databaseUrl, { size: 8, applicationName: 'steadfast-bench' });
  const acceptOrder = createAcceptOrder({ db, notifier: createNotifier(db) });
  const deliverOne = async (): Promise<string> => {
    const items = NEW_ORDER.items.map(({ product_id: productId, quantity }) => ({ productId, quantity }));
    const { order } = await acceptOrder({ customerId: NEW_ORDER.customer_id, items });
    const { id, totalMinor: amountMinor } = order;
    await reserveStock(db, id);
    await capturePayment(db, id, { id: paymentId(id), amountMinor, providerReference: `bench-${id}` });
    await shipOrder(db, id, {
      shipmentId: shipmentId(id),
      trackingNumber: `TRACK-${id}`,
      carrier: 'Northline',
      estimatedDelivery: new Date().toISOString(),
    });
    await deliverOrder(db, id, shipmentId(id));
    return id;
  };
  try {
    return await Promise.all(Array.from({ length: orders }, deliverOne));
  } finally {
    await db.end({ timeout: 5 });
  }
}
