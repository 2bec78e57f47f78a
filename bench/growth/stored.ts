/** Accepting and reading with more and more orders stored. */
import type { BenchmarkContext } from '../benchmark.ts';
import type { FindingCollector } from '../findings/findings.ts';
import { runLoad } from '../load/load.ts';
import { PLACE_ORDER } from '../load/new-order.ts';
import { emptyOrders, storedId, storeOrders } from '../stored/orders.ts';
import { withSystem } from '../system/system.ts';
import { exponent } from './exponent.ts';

const SMALLEST = 10_000;
const CUSTOMERS = 2000;
const ACCEPTED = 2000;
const WARM_UP_ORDERS = 6000;
const READS = 10_000;

/** Adds the rate of each at 1, 10 and 100 times as many stored orders, and the exponent of the time that one takes. */
export function growWithStoredOrders(
  { runs, say }: BenchmarkContext,
  collector: FindingCollector,
  smallest = SMALLEST,
): Promise<void> {
  const sizes = [1, 10, 100].map((factor) => factor * smallest);
  return withSystem(async (system) => {
    await system.start('server');
    const accept = (amount: number) => runLoad('http', { url: system.http, requests: [PLACE_ORDER], amount });
    await accept(WARM_UP_ORDERS);
    await emptyOrders(system.databaseUrl);
    const costs = { accept: sizes.map(() => [] as number[]), read: sizes.map(() => [] as number[]) };
    for (const [at, orders] of sizes.entries()) {
      await storeOrders(system.databaseUrl, { orders, stored: sizes[at - 1] ?? 0, customers: CUSTOMERS, days: 90 });
      const step = Math.ceil(orders / 1000);
      const requests = Array.from({ length: 1000 }, (_, n) => storedId(1 + ((n * step) % orders))).map(
        (id) => ({ method: 'GET', path: `/api/orders/${id}` }) as const,
      );
      const read = () => runLoad('http', { url: system.http, requests, amount: READS });
      await read();
      for (let run = 1; run <= runs; run += 1)
        for (const [name, load] of Object.entries({ accept: () => accept(ACCEPTED), read })) {
          const { perSecond } = await load();
          costs[name as keyof typeof costs][at]?.push(1 / perSecond);
          const stored = `${orders.toLocaleString('en')} stored orders`;
          say(`${run}/${runs}: ${name} with ${stored}, ${perSecond.toFixed(0)}/s`);
          collector.add(`${name}, ${stored}`, perSecond, { unit: `orders/s`, isShown: true });
        }
    }
    for (const [name, bySize] of Object.entries(costs))
      for (let run = 0; run < runs; run += 1) {
        const points = sizes.map((size, at) => ({ size, cost: bySize[at]?.[run] ?? Number.NaN }));
        collector.add(`exponent of time with stored orders: ${name}`, exponent(points), { unit: 'exponent' });
      }
  });
}
