/** What an order costs above the floor, one thing after the other. */
import type { Benchmark } from './benchmark.ts';
import { collectFindings } from './findings/findings.ts';
import { LADDER, withLayouts } from './layouts/layouts.ts';
import { measureLayout } from './layouts/measure.ts';

const ORDERS = 600;
const WARM_UP_ORDERS = 100;
const DELAY_MS = 1000;

/** All rungs in turn within each repetition, beginning with another one each time. */
export const ladder: Benchmark = {
  title: `from the floor to the product: ${ORDERS} orders at once, three delays of 1 s, each with one thing more`,
  needs: ['temporal'],
  run: ({ runs, say }) =>
    withLayouts({ delayMs: DELAY_MS }, async (layouts) => {
      for (const layout of LADDER) await layouts.run(layout, WARM_UP_ORDERS);
      const collector = collectFindings();
      for (let run = 1; run <= runs; run += 1) {
        const rates = new Map<string, number>();
        const first = run % LADDER.length;
        for (const layout of [...LADDER.slice(first), ...LADDER.slice(0, first)]) {
          const rate = await measureLayout(layouts, layout, { orders: ORDERS, collector });
          rates.set(layout, rate);
          say(`${run}/${runs}: ${layout}: ${rate.toFixed(1)} orders/s`);
        }
        const floor = rates.get('floor') ?? 0;
        for (const layout of LADDER.slice(1))
          collector.add(`${layout} / floor`, (rates.get(layout) ?? 0) / floor, { unit: 'ratio', isShown: true });
      }
      return collector.findings;
    }),
};
