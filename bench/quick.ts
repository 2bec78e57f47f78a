/** The ratios of the large benchmarks in less than three minutes, so that a loss of a third is noticed. */
import { acceptAgainstDirectStart, type LoadTimes } from './accept.ts';
import type { Benchmark } from './benchmark.ts';
import { collectFindings } from './findings/findings.ts';
import { describeMissed, LEAST_RATIOS, missedRatios, type Ratio } from './findings/least-ratios.ts';
import { median } from './findings/statistics.ts';
import { LAYOUTS, withLayouts } from './layouts/layouts.ts';
import { prepareReaders } from './read.ts';
import { withSystem } from './system/system.ts';

const TIMES: LoadTimes = { seconds: 4, warmUpSeconds: 3 };
const ORDERS_READ = 500;
/** Lived in each round. */
const ORDERS = 100;
const ROUNDS = 3;
const ROUND_SECONDS = 2;
const WARM_UP_ORDERS = 30;
const DELAY_MS = 100;

type Ratios = Partial<Record<Ratio, number>>;
type Say = (news: string) => void;

/** Judges each ratio; what is missed is measured once more, because a busy machine may have spoilt it. */
export const quick: Benchmark = {
  title: 'ratios in less than three minutes; fails where one is missed twice',
  needs: ['temporal'],
  isOnlyByName: true,
  usualRuns: 1,
  async run({ runs, say }) {
    const collector = collectFindings();
    const collect = async (measure: (say: Say) => Promise<Ratios>) => {
      const ratios = Object.entries(await measure(say)) as [Ratio, number][];
      for (const [ratio, value] of ratios) {
        collector.add(ratio, value, { unit: 'ratio', isShown: true });
        say(`${ratio}: ${value.toFixed(2)}, at least ${LEAST_RATIOS[ratio]}`);
      }
      return ratios.map(([ratio]) => ratio);
    };
    for (const measure of [measureAccept, measureRead, measureLife]) {
      let ratios: Ratio[] = [];
      for (let run = 1; run <= runs; run += 1) ratios = await collect(measure);
      if (missedRatios(collector.findings).some((missed) => ratios.includes(missed))) await collect(measure);
    }
    return collector.findings;
  },
  judge: describeMissed,
};

function measureAccept(say: Say): Promise<Ratios> {
  return withSystem(async (system) => {
    const { alone, direct } = await acceptAgainstDirectStart(system, TIMES);
    say(`accept ${alone.perSecond.toFixed(0)}/s, direct start ${direct.perSecond.toFixed(0)}/s`);
    return { 'accept / direct start': alone.perSecond / direct.perSecond };
  });
}

/** In turns, so that what else the machine does slows down both. */
function measureRead(say: Say): Promise<Ratios> {
  return withSystem(async (system) => {
    const { viaHttp, bare } = await prepareReaders(system, ORDERS_READ);
    await viaHttp(TIMES.warmUpSeconds);
    await bare(1);
    const ratios: number[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      const http = await viaHttp(ROUND_SECONDS);
      const select = await bare(ROUND_SECONDS);
      say(`GET ${http.perSecond.toFixed(0)}/s, bare select ${select.perSecond.toFixed(0)}/s`);
      ratios.push(http.perSecond / select.perSecond);
    }
    return { 'GET / bare select': median(ratios) };
  });
}

/** In turns, too. */
function measureLife(say: Say): Promise<Ratios> {
  return withLayouts({ delayMs: DELAY_MS }, async ({ run }) => {
    for (const layout of LAYOUTS) await run(layout, WARM_UP_ORDERS);
    const toFloor: number[] = [];
    const toNaive: number[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      const { perSecond: product } = await run('product', ORDERS);
      const { perSecond: floor } = await run('floor', ORDERS);
      const { perSecond: naive } = await run('naive', ORDERS);
      say(`life ${product.toFixed(1)}/s, floor ${floor.toFixed(1)}/s, naive ${naive.toFixed(1)}/s`);
      toFloor.push(product / floor);
      toNaive.push(product / naive);
    }
    return { 'life / floor': median(toFloor), 'life / naive': median(toNaive) };
  });
}
