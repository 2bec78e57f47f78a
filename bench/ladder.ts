/** What an order costs above the floor, one thing after the other. */
import type { Benchmark } from './benchmark.ts';
import { compareInTurn, ORDERS, type Ratio } from './layouts/compare.ts';
import { LADDER, withLayouts } from './layouts/layouts.ts';

const DELAY_MS = 1000;

/** Every rung against the floor. */
export const ladder: Benchmark = {
  title: `from the floor to the product: ${ORDERS} orders at once, three delays of 1 s, each with one thing more`,
  needs: ['temporal'],
  run: (context) => {
    const ratios = LADDER.slice(1).map((of): Ratio => ({ of, to: 'floor' }));
    return withLayouts({ delayMs: DELAY_MS }, (layouts) => compareInTurn(layouts, LADDER, ratios, context));
  },
};
