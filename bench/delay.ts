/** How much time the system adds of its own to the life of an order, at a load that it carries easily. */
import { openDatabase } from '../db/client.ts';
import type { Benchmark } from './benchmark.ts';
import { collectCpu, collectFindings } from './findings/findings.ts';
import { percentile } from './findings/statistics.ts';
import { placeSteadily } from './load/arrivals.ts';
import { cpuBetween, cpuPerOne } from './system/cpu.ts';
import { allDelivered } from './system/finish.ts';
import { type BenchmarkSystem, withSystem } from './system/system.ts';

const PER_SECOND = 20;
const SECONDS = 30;
const WARM_UP_SECONDS = 5;
const DELAYS = { PAYMENT_DELAY: '1s', PREPARATION_DELAY: '1s', DELIVERY_DELAY: '1s' };
const DELAYS_SECONDS = 3;

/** Orders arrive at a steady rate, whether earlier ones are done or not. */
export const delay: Benchmark = {
  title: `delay of its own: DELIVERED − created − delays, ${PER_SECOND} orders/s for ${SECONDS} s`,
  needs: ['temporal'],
  run: ({ runs, say }) =>
    withSystem(async (system) => {
      await Promise.all([system.start('temporal'), system.start('server')]);
      await Promise.all([system.start('relay'), system.start('worker')]);
      await measure(system, WARM_UP_SECONDS);
      const collector = collectFindings();
      for (let run = 1; run <= runs; run += 1) {
        const before = system.cpu();
        const delays = await measure(system, SECONDS);
        const p99 = percentile(delays, 0.99);
        say(`${run}/${runs}: p50 ${percentile(delays, 0.5).toFixed(3)} s, p99 ${p99.toFixed(3)} s`);
        collector.add('delay p50', percentile(delays, 0.5), { unit: 's', isShown: true });
        collector.add('delay p90', percentile(delays, 0.9), { unit: 's', isShown: true });
        collector.add('delay p99', p99, { unit: 's', target: { most: 0.5 }, isShown: true });
        collector.add('delay maximum', percentile(delays, 1), { unit: 's' });
        collectCpu(collector, cpuPerOne(cpuBetween(before, system.cpu()), delays.length), { unit: 'ms/order' });
      }
      return collector.findings;
    }, DELAYS),
};

/** Places orders for some seconds and waits for all of them; answers the delay of each in seconds. */
async function measure({ http, databaseUrl }: BenchmarkSystem, seconds: number): Promise<number[]> {
  const began = Date.now();
  const count = await placeSteadily(http, { perSecond: PER_SECOND, seconds });
  const db = openDatabase(databaseUrl, { size: 1, applicationName: 'steadfast-bench' });
  try {
    await allDelivered(db, { began, count });
    const rows = await db<{ delay: number }[]>`
      select extract(epoch from status_since - created_at)::float - ${DELAYS_SECONDS}::float as delay from orders
      where created_at >= ${new Date(began).toISOString()} and status = 'DELIVERED'`;
    return rows.map((row) => row.delay);
  } finally {
    await db.end({ timeout: 5 });
  }
}
