/** How soon somebody is told of what happened to an order, while orders arrive and live their whole life. */
import { openDatabase } from '../../db/client.ts';
import type { Benchmark } from '../benchmark.ts';
import { collectCpu, collectFindings, collectLatency, type Target } from '../findings/findings.ts';
import { percentile } from '../findings/statistics.ts';
import { actSteadily, placeSteadily } from '../load/arrivals.ts';
import type { Prerequisite } from '../prerequisites.ts';
import { cpuBetween, cpuPerOne } from '../system/cpu.ts';
import { allDelivered } from '../system/finish.ts';
import { type BenchmarkSystem, withSystem } from '../system/system.ts';
import type { Follower } from './follower.ts';

const PER_SECOND = 40;
const SECONDS = 20;
const WARM_UP_SECONDS = 5;

/** Who is told, and how. */
export interface Following {
  /** What the latencies are called: `event to subscriber`. */
  readonly of: string;
  /** How it is done, for the title. */
  readonly words: string;
  readonly needs: readonly Prerequisite[];
  /** Of the 99th percentile. */
  readonly target?: Target;
  readonly settings?: Parameters<typeof withSystem>[1];
  /** How many are told of each event. */
  readonly audience: number;
  /** Starts what is needed before relay, worker and server. */
  readonly prepare?: (system: BenchmarkSystem) => Promise<void>;
  /** Starts whoever is told; the system runs then. */
  readonly follow: (system: BenchmarkSystem) => Promise<Follower>;
  /** The floor: tells them of something that occurs now, without the system. */
  readonly tellDirectly?: (system: BenchmarkSystem, follower: Follower) => DirectTeller;
}

/** Tells at once, one at a time. */
export interface DirectTeller {
  readonly tell: () => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** A benchmark with the usual delays of orders, from the moment that stands in the event to its arrival. */
export function measureFollowing(following: Following): Benchmark {
  const { of, words, needs, target, settings, audience, prepare, follow, tellDirectly } = following;
  return {
    title: `${words}, ${PER_SECOND} orders/s for ${SECONDS} s`,
    needs: ['temporal', ...needs],
    run: ({ runs, say }) =>
      withSystem(async (system) => {
        await Promise.all([system.start('temporal'), prepare?.(system)]);
        await Promise.all([system.start('server'), system.start('relay'), system.start('worker')]);
        const follower = await follow(system);
        const direct = tellDirectly?.(system, follower);
        const collector = collectFindings();
        try {
          await follower.take((await live(system, WARM_UP_SECONDS)).events * audience);
          for (let run = 1; run <= runs; run += 1) {
            const { orders, events, cpu } = await live(system, SECONDS);
            const latency = summarizeLatency(await follower.take(events * audience));
            say(`${run}/${runs}: p50 ${latency.p50.toFixed(0)} ms, p99 ${latency.p99.toFixed(0)} ms`);
            collectLatency(collector, latency, { of, ...(target && { target }) });
            collectCpu(collector, cpuPerOne(cpu, orders), { unit: 'ms/order' });
            if (!direct) continue;
            const told = await actSteadily({ perSecond: PER_SECOND, seconds: WARM_UP_SECONDS }, direct.tell);
            collectLatency(collector, summarizeLatency(await follower.take(told)), { of: `${of}, told directly` });
          }
        } finally {
          await direct?.close();
          follower.end();
        }
        return collector.findings;
      }, settings),
  };
}

function summarizeLatency(latencies: readonly number[]) {
  const [p50 = Number.NaN, p99 = Number.NaN, max = Number.NaN] = [0.5, 0.99, 1].map((share) =>
    percentile(latencies, share),
  );
  return { p50, p99, max };
}

/** Places orders, waits until all are delivered, and answers how many events that makes; CPU in seconds. */
async function live({ http, databaseUrl, cpu }: BenchmarkSystem, seconds: number) {
  const began = Date.now();
  const before = cpu();
  const orders = await placeSteadily(http, { perSecond: PER_SECOND, seconds });
  const db = openDatabase(databaseUrl, { size: 1, applicationName: 'steadfast-bench' });
  try {
    await allDelivered(db, { began, count: orders });
    const [row] = await db<{ events: number }[]>`
      select count(*) as events from order_events where occurred_at >= ${new Date(began).toISOString()}`;
    return { orders, events: row?.events ?? 0, cpu: cpuBetween(before, cpu()) };
  } finally {
    await db.end({ timeout: 5 });
  }
}
