/** How much memory each process has, without orders and with many that wait for their payment. */
import { openDatabase } from '../db/client.ts';
import type { Benchmark } from './benchmark.ts';
import { collectFindings } from './findings/findings.ts';
import { runLoad } from './load/load.ts';
import { PLACE_ORDER } from './load/new-order.ts';
import { allReserved } from './system/finish.ts';
import { type BenchmarkSystem, withSystem } from './system/system.ts';

const ORDERS = 10_000;
/** Longer than any run. */
const DELAYS = { PAYMENT_DELAY: '6h' };

/** Each open order is a workflow with a timer, as it is while it waits. */
export const memory = memoryWith(ORDERS);

/** The same with another number of open orders. */
export function memoryWith(orders: number): Benchmark {
  const open = `${orders.toLocaleString('en')} open orders`;
  return {
    title: `memory of each process with 0 and with ${open}`,
    needs: ['temporal'],
    async run({ runs, say }) {
      const collector = collectFindings();
      for (let run = 1; run <= runs; run += 1) {
        const { idle, busy } = await withSystem((system) => measure(system, orders), DELAYS);
        say(`${run}/${runs}: ${total(idle).toFixed(0)} MiB, with ${open} ${total(busy).toFixed(0)} MiB`);
        for (const [name, mebibytes] of Object.entries(idle))
          collector.add(`${name}, no orders`, mebibytes, { unit: 'MiB', isShown: true });
        for (const [name, mebibytes] of Object.entries(busy))
          collector.add(`${name}, ${open}`, mebibytes, { unit: 'MiB', isShown: true });
        const perOrder = ((total(busy) - total(idle)) / orders) * 1024;
        collector.add('all processes, for each open order', perOrder, { unit: 'KiB', isShown: true });
      }
      return collector.findings;
    },
  };
}

async function measure(system: BenchmarkSystem, orders: number) {
  await Promise.all([system.start('temporal'), system.start('server')]);
  await Promise.all([system.start('relay'), system.start('worker')]);
  const idle = system.memory();
  const began = Date.now();
  const db = openDatabase(system.databaseUrl, { size: 1, applicationName: 'steadfast-bench' });
  try {
    await runLoad('http', { url: system.http, requests: [PLACE_ORDER], amount: orders });
    await allReserved(db, { began, count: orders });
  } finally {
    await db.end({ timeout: 5 });
  }
  return { idle, busy: system.memory() };
}

function total(memory: Readonly<Record<string, number>>): number {
  return Object.values(memory).reduce((sum, mebibytes) => sum + mebibytes, 0);
}
