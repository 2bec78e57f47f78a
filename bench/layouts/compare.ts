import type { BenchmarkContext } from '../benchmark.ts';
import { collectCpu, collectFindings, type Finding, type FindingCollector, type Target } from '../findings/findings.ts';
import { cpuBetween, cpuPerOne } from '../system/cpu.ts';
import { type Layout, type Layouts, WORKER_OF } from './layouts.ts';

/** How many orders each layout takes through their life at once. */
export const ORDERS = 600;
const WARM_UP_ORDERS = 100;

/** The rate of one layout as a multiple of that of another, and what it should reach. */
export interface Ratio {
  readonly of: Layout;
  readonly to: Layout;
  readonly target?: Target;
}

/** Measures all layouts in turn within each repetition, beginning with another one each time, and adds the ratios of it. */
export async function compareInTurn(
  layouts: Layouts,
  compared: readonly Layout[],
  ratios: readonly Ratio[],
  { runs, say }: BenchmarkContext,
): Promise<Finding[]> {
  for (const layout of compared) await layouts.run(layout, WARM_UP_ORDERS);
  const collector = collectFindings();
  for (let run = 1; run <= runs; run += 1) {
    const rates = new Map<Layout, number>();
    const first = run % compared.length;
    for (const layout of [...compared.slice(first), ...compared.slice(0, first)]) {
      const rate = await measure(layouts, layout, collector);
      rates.set(layout, rate);
      say(`${run}/${runs}: ${layout} ${rate.toFixed(1)} orders/s`);
    }
    const rateOf = (layout: Layout) => rates.get(layout) ?? Number.NaN;
    for (const { of, to, target } of ratios)
      collector.add(`${of} / ${to}`, rateOf(of) / rateOf(to), {
        unit: 'ratio',
        ...(target && { target }),
        isShown: true,
      });
  }
  return collector.findings;
}

/** Takes the orders through their life in one layout, and notes rate, CPU and history; answers orders a second. */
async function measure({ system, run }: Layouts, layout: Layout, collector: FindingCollector): Promise<number> {
  const before = system.cpu();
  const { perSecond, historyEvents } = await run(layout, ORDERS);
  const cpu = cpuPerOne(cpuBetween(before, system.cpu()), ORDERS);
  collector.add(layout, perSecond, { unit: 'orders/s', isShown: true });
  const total = Object.values(cpu).reduce((sum, milliseconds) => sum + milliseconds, 0);
  collector.add(`CPU of all processes, ${layout}`, total, { unit: 'ms/order', isShown: true });
  const own = ['temporal', 'postgres', WORKER_OF[layout], ...(layout === 'product' ? ['server', 'relay'] : [])];
  const ofOwn = Object.fromEntries(Object.entries(cpu).filter(([process]) => own.includes(process)));
  collectCpu(collector, ofOwn, { unit: 'ms/order', of: layout });
  collector.add(`history of one order, ${layout}`, historyEvents, { unit: 'events' });
  return perSecond;
}
