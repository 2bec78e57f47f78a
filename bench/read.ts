/** How fast an order is read over HTTP, with payment and shipment. */
import type { Benchmark } from './benchmark.ts';
import { collectCpu, collectFindings, collectLatency } from './findings/findings.ts';
import { type LoadResult, runLoad } from './load/load.ts';
import { deliverOrders } from './stored/deliver-orders.ts';
import { cpuBetween, cpuPerOne } from './system/cpu.ts';
import { type BenchmarkSystem, withSystem } from './system/system.ts';

const ORDERS = 2000;
const SECONDS = 5;
const WARM_UP_SECONDS = 3;

/** Reads delivered orders in turn, and for comparison their rows by key. */
export const read: Benchmark = {
  title: 'reading an order over HTTP, 32 callers, against a bare select by key',
  needs: [],
  run: ({ runs, say }) =>
    withSystem(async (system) => {
      const readers = await prepareReaders(system, ORDERS);
      await readers.viaHttp(WARM_UP_SECONDS);
      const collector = collectFindings();
      for (let run = 1; run <= runs; run += 1) {
        const before = system.cpu();
        const http = await readers.viaHttp(SECONDS);
        const cpu = cpuPerOne(cpuBetween(before, system.cpu()), http.count);
        const select = await readers.bare(SECONDS);
        say(`${run}/${runs}: ${http.perSecond.toFixed(0)} reads/s, ${select.perSecond.toFixed(0)} selects/s`);
        collector.add('GET /api/orders/{id}', http.perSecond, {
          unit: 'reads/s',
          target: { least: 5000 },
          isShown: true,
        });
        collector.add('bare select by key', select.perSecond, { unit: 'reads/s', isShown: true });
        collector.add('GET / bare select', http.perSecond / select.perSecond, { unit: 'ratio' });
        collectLatency(collector, http, { of: 'GET', target: { most: 20 } });
        collectLatency(collector, select, { of: 'select' });
        collectCpu(collector, cpu, { unit: 'ms/read' });
      }
      return collector.findings;
    }),
};

/** The same orders read in both ways, for some seconds each. */
export interface Readers {
  readonly viaHttp: (seconds: number) => Promise<LoadResult>;
  readonly bare: (seconds: number) => Promise<LoadResult>;
}

/** Delivers some orders to read, and starts a server where none runs yet. */
export async function prepareReaders(system: BenchmarkSystem, orders: number): Promise<Readers> {
  if (system.http === '') await system.start('server');
  const ids = await deliverOrders(system.databaseUrl, orders);
  const requests = ids.map((id) => ({ method: 'GET', path: `/api/orders/${id}` }) as const);
  const statement = 'select * from orders where id = $1';
  return {
    viaHttp: (seconds) => runLoad('http', { url: system.http, requests, seconds }),
    bare: (seconds) => runLoad('select', { databaseUrl: system.databaseUrl, statement, values: ids, seconds }),
  };
}
