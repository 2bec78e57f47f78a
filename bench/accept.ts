/** How fast orders are accepted: alone, and while everything behind works off what was accepted. */
import type { Benchmark } from './benchmark.ts';
import { collectCpu, collectFindings, collectLatency } from './findings/findings.ts';
import { type LoadResult, runLoad } from './load/load.ts';
import { PLACE_ORDER } from './load/new-order.ts';
import { cpuBetween, cpuPerOne } from './system/cpu.ts';
import { type BenchmarkSystem, withSystem } from './system/system.ts';

/** How long to load for each measure, and before it for warming up. */
export interface LoadTimes {
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

const TIMES: LoadTimes = { seconds: 5, warmUpSeconds: 3 };

/** Each repetition has a system of its own, because the backlog of one would weigh on the next. */
export const accept: Benchmark = {
  title: 'accepting orders over HTTP, 32 callers, against starting a workflow for each',
  needs: ['temporal'],
  async run({ runs, say }) {
    const collector = collectFindings();
    for (let run = 1; run <= runs; run += 1) {
      const { alone, direct, busy, cpu, cpuBusy } = await withSystem(async (system) => ({
        ...(await acceptAgainstDirectStart(system, TIMES)),
        ...(await acceptBusy(system, TIMES)),
      }));
      say(
        `${run}/${runs}: ${alone.perSecond.toFixed(0)} orders/s alone, ${busy.perSecond.toFixed(0)} busy, ` +
          `${direct.perSecond.toFixed(0)} direct starts/s`,
      );
      collector.add('accepted, server and Postgres alone', alone.perSecond, {
        unit: 'orders/s',
        target: { least: 3000 },
        isShown: true,
      });
      collector.add('accepted, relay, worker and Temporal busy', busy.perSecond, { unit: 'orders/s', isShown: true });
      collector.add('workflow started directly', direct.perSecond, { unit: 'orders/s', isShown: true });
      collector.add('accept alone / direct start', alone.perSecond / direct.perSecond, { unit: 'ratio' });
      collector.add('accept busy / direct start', busy.perSecond / direct.perSecond, { unit: 'ratio' });
      collectLatency(collector, alone, { of: 'alone', target: { most: 30 } });
      collectLatency(collector, busy, { of: 'busy' });
      collectLatency(collector, direct, { of: 'direct start' });
      collectCpu(collector, cpu, { unit: 'ms/order', of: 'alone' });
      collectCpu(collector, cpuBusy, { unit: 'ms/order', of: 'busy' });
    }
    return collector.findings;
  },
};

/** Accepts orders with server and Postgres alone, then starts trivial workflows directly; CPU in milliseconds an order. */
export async function acceptAgainstDirectStart(
  system: BenchmarkSystem,
  { seconds, warmUpSeconds }: LoadTimes,
): Promise<{ alone: LoadResult; direct: LoadResult; cpu: Record<string, number> }> {
  await system.start('server');
  await place(system, warmUpSeconds);
  const before = system.cpu();
  const alone = await place(system, seconds);
  const cpu = cpuPerOne(cpuBetween(before, system.cpu()), alone.count);

  await system.start('temporal');
  const start = (lasting: number) => runLoad('start', { address: system.temporal, seconds: lasting });
  await start(warmUpSeconds);
  return { alone, direct: await start(seconds), cpu };
}

/** Accepts orders while those that were accepted before are worked off. */
async function acceptBusy(system: BenchmarkSystem, { seconds, warmUpSeconds }: LoadTimes) {
  await Promise.all([system.start('relay'), system.start('worker')]);
  await place(system, warmUpSeconds);
  const before = system.cpu();
  const busy = await place(system, seconds);
  return { busy, cpuBusy: cpuPerOne(cpuBetween(before, system.cpu()), busy.count) };
}

function place({ http }: BenchmarkSystem, seconds: number): Promise<LoadResult> {
  return runLoad('http', { url: http, requests: [PLACE_ORDER], seconds });
}
