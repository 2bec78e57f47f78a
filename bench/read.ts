/** How fast an order is read over HTTP, with payment and shipment. */
import { createAcceptOrder } from '../api/accept-order.ts';
import { openDatabase } from '../db/client.ts';
import { createNotifier } from '../db/notify.ts';
import { deliverOrder } from '../db/orders.ts';
import { reserveStock } from '../db/stock.ts';
import { capturePayment } from '../db/payments.ts';
import { shipOrder } from '../db/shipments.ts';
import { paymentId, shipmentId } from '../domain/ids.ts';
import type { Benchmark } from './benchmarks.ts';
import { collectFindings } from './findings.ts';
import { runLoad } from './load.ts';
import { NEW_ORDER } from './new-order.ts';
import { withSystem } from './system.ts';

const ORDERS = 2000;
const SECONDS = 5;
const WARM_UP_SECONDS = 3;

/** Reads delivered orders in turn, and for comparison their rows by key. */
export const read: Benchmark = {
  title: 'reading an order over HTTP, 32 callers, against a bare select by key',
  run: ({ runs, say }) =>
    withSystem(async (system) => {
      await system.start('server');
      const ids = await deliverOrders(system.databaseUrl);
      const requests = ids.map((id) => ({ method: 'GET', path: `/api/orders/${id}` }) as const);
      const viaHttp = (seconds: number) => runLoad('http', { url: system.http, requests, seconds });
      const bare = (seconds: number) => runLoad('select', { databaseUrl: system.databaseUrl, ids, seconds });
      await viaHttp(WARM_UP_SECONDS);
      const collector = collectFindings();
      for (let run = 1; run <= runs; run += 1) {
        const before = system.cpu();
        const http = await viaHttp(SECONDS);
        const after = system.cpu();
        const select = await bare(SECONDS);
        say(`${run}/${runs}: ${http.perSecond.toFixed(0)} reads/s, ${select.perSecond.toFixed(0)} selects/s`);
        collector.add('GET /api/orders/{id}', http.perSecond, {
          unit: 'reads/s',
          target: { least: 5000 },
          isShown: true,
        });
        collector.add('bare select by key', select.perSecond, { unit: 'reads/s', isShown: true });
        collector.add('GET / bare select', http.perSecond / select.perSecond, { unit: 'ratio' });
        collector.add('p50 GET', http.p50, { unit: 'ms' });
        collector.add('p99 GET', http.p99, { unit: 'ms', target: { most: 20 }, isShown: true });
        collector.add('p50 select', select.p50, { unit: 'ms' });
        collector.add('p99 select', select.p99, { unit: 'ms', isShown: true });
        for (const [name, seconds] of Object.entries(after))
          collector.add(`CPU of ${name}`, ((seconds - (before[name] ?? 0)) / http.count) * 1000, { unit: 'ms/read' });
      }
      return collector.findings;
    }),
};

/** Takes orders through their life by the statements alone; answers their ids. */
async function deliverOrders(databaseUrl: string): Promise<string[]> {
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
    return await Promise.all(Array.from({ length: ORDERS }, deliverOne));
  } finally {
    await db.end({ timeout: 5 });
  }
}
