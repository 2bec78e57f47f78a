/** Whole lives with more workers and relays. */
import type { BenchmarkContext } from '../benchmark.ts';
import type { FindingCollector } from '../findings/findings.ts';
import { cpuBetween } from '../system/cpu.ts';
import { coresUsed, describeBusiest } from './busiest.ts';
import { exponent } from './exponent.ts';
import { withLives } from './lives.ts';

const ORDERS = 400;
const WORKERS = [1, 2, 4];
const RELAYS = [1, 2];

/** Adds the lives a second of each, with the cores that each process kept busy, and the exponent of that rate. */
export async function growWithProcesses(
  context: BenchmarkContext,
  collector: FindingCollector,
  orders = ORDERS,
): Promise<void> {
  const alone = await measure({ workers: 1, relays: 1 }, orders, context, collector);
  const withWorkers = [alone];
  for (const workers of WORKERS.slice(1))
    withWorkers.push(await measure({ workers, relays: 1 }, orders, context, collector));
  const withRelays = [alone];
  for (const relays of RELAYS.slice(1))
    withRelays.push(await measure({ workers: 1, relays }, orders, context, collector));
  addExponents('workers', WORKERS, withWorkers, collector);
  addExponents('relays', RELAYS, withRelays, collector);
}

/** Answers the rate of each repetition. */
async function measure(
  copies: { workers: number; relays: number },
  orders: number,
  { runs, say }: BenchmarkContext,
  collector: FindingCollector,
): Promise<number[]> {
  const words = `workers ${copies.workers}, relays ${copies.relays}`;
  return withLives(copies, async ({ system, live }) => {
    const rates: number[] = [];
    for (let run = 1; run <= runs; run += 1) {
      const before = system.cpu();
      const seconds = await live(orders);
      const cpu = cpuBetween(before, system.cpu());
      const rate = orders / seconds;
      rates.push(rate);
      say(`${run}/${runs}: ${words}, ${rate.toFixed(1)} lives/s; busiest: ${describeBusiest(cpu, seconds)}`);
      collector.add(`life, ${words}`, rate, { unit: 'lives/s', isShown: true });
      for (const { name, cores } of coresUsed(cpu, seconds))
        collector.add(`cores of ${name}, ${words}`, cores, { unit: 'cores' });
    }
    return rates;
  });
}

/** An exponent of 1 is a rate in proportion to the processes; 0 says that something else is used up. */
function addExponents(
  what: string,
  counts: readonly number[],
  rates: readonly (readonly number[])[],
  collector: FindingCollector,
): void {
  for (const run of rates[0]?.keys() ?? []) {
    const points = counts.map((size, at) => ({ size, cost: rates[at]?.[run] ?? Number.NaN }));
    collector.add(`exponent of rate with ${what}: life`, exponent(points), { unit: 'exponent' });
  }
}
