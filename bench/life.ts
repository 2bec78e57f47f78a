/** How fast orders live their whole life, between the floor and the naive layout. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { openDatabase } from '../db/client.ts';
import { workflowId } from '../domain/lifecycle.ts';
import type { Benchmark } from './benchmarks.ts';
import { collectFindings, type FindingCollector } from './findings.ts';
import { allClosed, allDelivered } from './finish.ts';
import { runLoad } from './load.ts';
import { PLACE_ORDER } from './new-order.ts';
import { startWorkflows } from './start-workflows.ts';
import { type BenchmarkSystem, withSystem } from './system.ts';

const ORDERS = 600;
const WARM_UP_ORDERS = 100;
const DELAY_MS = 1000;
const DELAYS = { PAYMENT_DELAY: '1s', PREPARATION_DELAY: '1s', DELIVERY_DELAY: '1s' };

/** A way to take orders through their life: answers when the last one was done, as milliseconds since the epoch. */
type Variant = (count: number) => Promise<{ endedAt: number; anyWorkflowId: string }>;

/** All three ways in turn within each repetition, beginning with another one each time. */
export const life: Benchmark = {
  title: `whole life of ${ORDERS} orders at once, three delays of 1 s, against floor and naive layout`,
  run: ({ runs, say }) =>
    withSystem(async (system) => {
      await Promise.all([system.start('temporal'), system.start('server')]);
      // The relay would start workflows for the orders of the naive layout, too.
      const naiveDatabaseUrl = await system.createDatabase('naive');
      await Promise.all([
        system.start('relay'),
        system.start('worker'),
        system.startProgram('floor-worker', join(import.meta.dirname, 'floor-worker.ts'), system.databaseUrl),
        system.startProgram('naive-worker', join(import.meta.dirname, 'naive-worker.ts'), naiveDatabaseUrl),
      ]);
      const connection = await Connection.connect({ address: system.temporal });
      const temporal = new Client({ connection });
      const variants = Object.entries(createVariants(system, { temporal, naiveDatabaseUrl }));
      for (const [, variant] of variants) await variant(WARM_UP_ORDERS);
      const collector = collectFindings();
      for (let run = 1; run <= runs; run += 1) {
        const rates: Record<string, number> = {};
        const turns = [...variants.slice(run % 3), ...variants.slice(0, run % 3)];
        for (const [name, variant] of turns) {
          const rate = await measure(name, variant, { system, temporal, collector });
          rates[name] = rate;
          say(`${run}/${runs}: ${name} ${rate.toFixed(1)} orders/s`);
        }
        const { product = 0, floor = 0, naive = 0 } = rates;
        collector.add('product / floor', product / floor, { unit: 'ratio', target: { least: 0.75 }, isShown: true });
        collector.add('product / naive', product / naive, { unit: 'ratio', target: { least: 2 }, isShown: true });
      }
      await connection.close();
      return collector.findings;
    }, DELAYS),
};

function createVariants(
  system: BenchmarkSystem,
  { temporal, naiveDatabaseUrl }: { temporal: Client; naiveDatabaseUrl: string },
): Record<'product' | 'floor' | 'naive', Variant> {
  const naiveDb = openDatabase(naiveDatabaseUrl, { size: 1, applicationName: 'steadfast-bench' });
  const db = openDatabase(system.databaseUrl, { size: 1, applicationName: 'steadfast-bench' });
  return {
    product: async (amount) => {
      const began = Date.now();
      await runLoad('http', { url: system.http, requests: [PLACE_ORDER], amount });
      const { endedAt, orderId } = await allDelivered(db, { began, count: amount });
      return { endedAt, anyWorkflowId: workflowId(orderId) };
    },
    floor: async (count) => {
      const began = Date.now();
      const ids = await startWorkflows(temporal, { name: 'Floor', count, makeInput: () => ({ delayMs: DELAY_MS }) });
      return { endedAt: await allClosed(temporal, { name: 'Floor', began, count }), anyWorkflowId: ids[0] ?? '' };
    },
    naive: async (count) => {
      const began = Date.now();
      const makeInput = () => ({ orderId: randomUUID(), delayMs: DELAY_MS });
      const ids = await startWorkflows(temporal, { name: 'Naive', count, makeInput });
      const { endedAt } = await allDelivered(naiveDb, { began, count });
      return { endedAt, anyWorkflowId: ids[0] ?? '' };
    },
  };
}

/** Runs a variant once; answers its orders a second. */
async function measure(
  name: string,
  variant: Variant,
  { system, temporal, collector }: { system: BenchmarkSystem; temporal: Client; collector: FindingCollector },
): Promise<number> {
  const before = system.cpu();
  const began = Date.now();
  const { endedAt, anyWorkflowId } = await variant(ORDERS);
  const perSecond = ORDERS / ((endedAt - began) / 1000);
  const cpu = Object.entries(system.cpu()).map(
    ([process, seconds]) => [process, ((seconds - (before[process] ?? 0)) / ORDERS) * 1000] as const,
  );
  collector.add(name, perSecond, { unit: 'orders/s', isShown: true });
  const total = cpu.reduce((sum, [, milliseconds]) => sum + milliseconds, 0);
  collector.add(`CPU of all processes, ${name}`, total, { unit: 'ms/order', isShown: true });
  const own = ['temporal', 'postgres', ...(name === 'product' ? ['server', 'relay', 'worker'] : [`${name}-worker`])];
  for (const [process, milliseconds] of cpu)
    if (own.includes(process)) collector.add(`CPU of ${process}, ${name}`, milliseconds, { unit: 'ms/order' });
  const { historyLength } = await temporal.workflow.getHandle(anyWorkflowId).describe();
  collector.add(`history of one order, ${name}`, historyLength, { unit: 'events' });
  return perSecond;
}
