/** Whole lives of more and more orders at once. */
import type { BenchmarkContext } from '../benchmark.ts';
import type { FindingCollector } from '../findings/findings.ts';
import { cpuBetween } from '../system/cpu.ts';
import { describeBusiest } from './busiest.ts';
import { exponent } from './exponent.ts';
import { withLives } from './lives.ts';

const FEWEST = 20;

/** Adds how long 1, 10 and 100 times as many orders take without delays, and the exponent of that time. */
export function growWithLoad(
  { runs, say }: BenchmarkContext,
  collector: FindingCollector,
  fewest = FEWEST,
): Promise<void> {
  const sizes = [1, 10, 100].map((factor) => factor * fewest);
  return withLives({ workers: 1, relays: 1 }, async ({ system, live }) => {
    for (let run = 1; run <= runs; run += 1) {
      const points: { size: number; cost: number }[] = [];
      for (const size of sizes) {
        const before = system.cpu();
        const cost = await live(size);
        say(
          `${run}/${runs}: ${size} orders at once, ${cost.toFixed(1)} s; busiest: ${describeBusiest(cpuBetween(before, system.cpu()), cost)}`,
        );
        points.push({ size, cost });
        collector.add(`life of ${size} orders at once`, size / cost, { unit: 'lives/s', isShown: true });
      }
      collector.add('exponent of time with orders at once: life', exponent(points), { unit: 'exponent' });
    }
  });
}
