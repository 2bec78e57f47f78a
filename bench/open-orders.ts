/** Whether accepting and reading get slower while more and more orders are open. */
import { openDatabase } from '../db/client.ts';
import type { Benchmark } from './benchmark.ts';
import { collectFindings } from './findings/findings.ts';
import { type LoadResult, runLoad } from './load/load.ts';
import { PLACE_ORDER } from './load/new-order.ts';
import { emptyOrders } from './stored/orders.ts';
import { type BenchmarkSystem, withSystem } from './system/system.ts';

const ORDERS = 100_000;
const WARM_UP_ORDERS = 3000;
/** Orders at the beginning and at the end that are looked at; each is read ten times. */
const SAMPLE = 1000;
const READS = 10;

/** The rates of the first orders and of the last ones. */
interface Ends {
  readonly accepted: readonly [LoadResult, LoadResult];
  readonly read: readonly [LoadResult, LoadResult];
}

/** Orders wait as rows: nothing works on them, so that what is measured is what they cost by being there. */
export const openOrders = openOrdersUpTo(ORDERS);

/** The same up to another number of open orders. */
export function openOrdersUpTo(orders: number): Benchmark {
  const most = orders.toLocaleString('en');
  return {
    title: `0 to ${most} open orders, server and Postgres alone: the last ${SAMPLE} against the first ${SAMPLE}`,
    needs: [],
    async run({ runs, say }) {
      const collector = collectFindings();
      for (let run = 1; run <= runs; run += 1) {
        const { accepted, read } = await withSystem((system) => measure(system, orders));
        for (const [what, [first, last]] of Object.entries({ accepted, read })) {
          const slower = first.perSecond / last.perSecond;
          say(`${run}/${runs}: ${what} ${first.perSecond.toFixed(0)}/s, then ${last.perSecond.toFixed(0)}/s`);
          collector.add(`${what}, first`, first.perSecond, { unit: 'orders/s', isShown: true });
          collector.add(`${what}, last of ${most}`, last.perSecond, { unit: 'orders/s', isShown: true });
          collector.add(`${what}: first / last`, slower, { unit: 'ratio', target: { most: 2 }, isShown: true });
          collector.add(`p99 ${what}, first`, first.p99, { unit: 'ms' });
          collector.add(`p99 ${what}, last`, last.p99, { unit: 'ms' });
        }
      }
      return collector.findings;
    },
  };
}

async function measure(system: BenchmarkSystem, orders: number): Promise<Ends> {
  const db = openDatabase(system.databaseUrl, { size: 1, applicationName: 'steadfast-bench' });
  try {
    await system.start('server');
    const place = (amount: number) => runLoad('http', { url: system.http, requests: [PLACE_ORDER], amount });
    const readAgain = async (ends: 'oldest' | 'newest') => {
      const direction = ends === 'oldest' ? db`asc` : db`desc`;
      const rows = await db<{ id: string }[]>`select id from orders order by created_at ${direction} limit ${SAMPLE}`;
      const requests = rows.map(({ id }) => ({ method: 'GET', path: `/api/orders/${id}` }) as const);
      return runLoad('http', { url: system.http, requests, amount: READS * SAMPLE });
    };
    await place(WARM_UP_ORDERS);
    await readAgain('oldest');
    // The server is warm, and nothing is stored yet.
    await emptyOrders(system.databaseUrl);
    const firstAccepted = await place(SAMPLE);
    const firstRead = await readAgain('oldest');
    await place(orders - 2 * SAMPLE);
    const lastAccepted = await place(SAMPLE);
    const lastRead = await readAgain('newest');
    return { accepted: [firstAccepted, lastAccepted], read: [firstRead, lastRead] };
  } finally {
    await db.end({ timeout: 5 });
  }
}
