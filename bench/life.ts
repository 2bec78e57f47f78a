/** How fast orders live their whole life, between the floor and the naive layout. */
import type { Benchmark } from './benchmark.ts';
import { collectFindings } from './findings/findings.ts';
import { LAYOUTS, withLayouts } from './layouts/layouts.ts';
import { measureLayout } from './layouts/measure.ts';

const ORDERS = 600;
const WARM_UP_ORDERS = 100;

/** With the time that orders wait. */
export const life = compareLayouts({ delayMs: 1000, words: 'three delays of 1 s', least: { floor: 0.75, naive: 2 } });

/** Only the work: what is left where nothing waits. */
export const lifeWithoutDelays = compareLayouts({ delayMs: 0, words: 'no delays' });

/** A comparison of the layouts with these delays, and what the product should be at least, as a multiple of the others. */
interface Comparison {
  readonly delayMs: number;
  readonly words: string;
  readonly least?: { readonly floor: number; readonly naive: number };
}

/** All three layouts in turn within each repetition, beginning with another one each time. */
function compareLayouts({ delayMs, words, least }: Comparison): Benchmark {
  return {
    title: `whole life of ${ORDERS} orders at once, ${words}, against floor and naive layout`,
    needs: ['temporal'],
    run: ({ runs, say }) =>
      withLayouts({ delayMs }, async (layouts) => {
        for (const layout of LAYOUTS) await layouts.run(layout, WARM_UP_ORDERS);
        const collector = collectFindings();
        for (let run = 1; run <= runs; run += 1) {
          const rates = { product: 0, floor: 0, naive: 0 };
          for (const layout of [...LAYOUTS.slice(run % 3), ...LAYOUTS.slice(0, run % 3)]) {
            rates[layout] = await measureLayout(layouts, layout, { orders: ORDERS, collector });
            say(`${run}/${runs}: ${layout} ${rates[layout].toFixed(1)} orders/s`);
          }
          for (const other of ['floor', 'naive'] as const) {
            const target = least && { target: { least: least[other] } };
            const about = { unit: 'ratio', ...target, isShown: true };
            collector.add(`product / ${other}`, rates.product / rates[other], about);
          }
        }
        return collector.findings;
      }),
  };
}
