/** How fast orders are accepted: alone, and while everything behind works off what was accepted. */
import type { Benchmark } from './benchmarks.ts';
import { collectFindings } from './findings.ts';
import { runLoad } from './load.ts';
import { PLACE_ORDER } from './new-order.ts';
import { type BenchmarkSystem, withSystem } from './system.ts';

const SECONDS = 5;
const WARM_UP_SECONDS = 3;

/** Each repetition has a system of its own, because the backlog of one would weigh on the next. */
export const accept: Benchmark = {
  title: 'accepting orders over HTTP, 32 callers, against starting a workflow for each',
  async run({ runs, say }) {
    const collector = collectFindings();
    for (let run = 1; run <= runs; run += 1) {
      const { alone, direct, busy, cpu } = await withSystem(measure);
      say(
        `${run}/${runs}: ${alone.perSecond.toFixed(0)} orders/s alone, ${busy.perSecond.toFixed(0)} busy, ` +
          `${direct.perSecond.toFixed(0)} direct starts/s`,
      );
      const milliseconds = { unit: 'ms' };
      collector.add('accepted, server and Postgres alone', alone.perSecond, {
        unit: 'orders/s',
        target: { least: 3000 },
        isShown: true,
      });
      collector.add('accepted, relay, worker and Temporal busy', busy.perSecond, { unit: 'orders/s', isShown: true });
      collector.add('workflow started directly', direct.perSecond, { unit: 'orders/s', isShown: true });
      collector.add('accept alone / direct start', alone.perSecond / direct.perSecond, { unit: 'ratio' });
      collector.add('accept busy / direct start', busy.perSecond / direct.perSecond, { unit: 'ratio' });
      collector.add('p50 alone', alone.p50, milliseconds);
      collector.add('p99 alone', alone.p99, { ...milliseconds, target: { most: 30 }, isShown: true });
      collector.add('p50 busy', busy.p50, milliseconds);
      collector.add('p99 busy', busy.p99, { ...milliseconds, isShown: true });
      collector.add('p50 direct start', direct.p50, milliseconds);
      collector.add('p99 direct start', direct.p99, { ...milliseconds, isShown: true });
      for (const [name, seconds] of Object.entries(cpu))
        collector.add(`CPU of ${name}, alone`, seconds * 1000, { unit: 'ms/order' });
    }
    return collector.findings;
  },
};

async function measure(system: BenchmarkSystem) {
  await system.start('server');
  const place = (seconds: number) => runLoad('http', { url: system.http, requests: [PLACE_ORDER], seconds });
  await place(WARM_UP_SECONDS);
  const before = system.cpu();
  const alone = await place(SECONDS);
  const cpu = Object.fromEntries(
    Object.entries(system.cpu()).map(([name, seconds]) => [name, (seconds - (before[name] ?? 0)) / alone.count]),
  );

  await system.start('temporal');
  await runLoad('start', { address: system.temporal, seconds: WARM_UP_SECONDS });
  const direct = await runLoad('start', { address: system.temporal, seconds: SECONDS });

  await Promise.all([system.start('relay'), system.start('worker')]);
  await place(WARM_UP_SECONDS);
  const busy = await place(SECONDS);
  return { alone, direct, busy, cpu };
}
