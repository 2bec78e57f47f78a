/** How fast orders live their whole life, between the floor and the naive layout. */
import type { Benchmark } from './benchmark.ts';
import { compareInTurn, ORDERS, type Ratio } from './layouts/compare.ts';
import { LAYOUTS, withLayouts } from './layouts/layouts.ts';

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

function compareLayouts({ delayMs, words, least }: Comparison): Benchmark {
  return {
    title: `whole life of ${ORDERS} orders at once, ${words}, against floor and naive layout`,
    needs: ['temporal'],
    run: (context) => {
      const ratios = (['floor', 'naive'] as const).map((to): Ratio => ({
        of: 'product',
        to,
        ...(least && { target: { least: least[to] } }),
      }));
      return withLayouts({ delayMs }, (layouts) => compareInTurn(layouts, LAYOUTS, ratios, context));
    },
  };
}
