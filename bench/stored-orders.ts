/** How long each query of the pages and of the API takes where a million orders are stored. */
import { randomUUID } from 'node:crypto';
import { openDatabase } from '../db/client.ts';
import { rebuildProjections } from '../events/projections.ts';
import type { Benchmark, BenchmarkContext } from './benchmark.ts';
import { collectFindings, type Finding } from './findings/findings.ts';
import { median, percentile } from './findings/statistics.ts';
import { getJson } from './load/get-json.ts';
import { runLoad } from './load/load.ts';
import { PLACE_ORDER } from './load/new-order.ts';
import { fillIn, type Known, PAGE_QUERIES } from './queries/page-queries.ts';
import { writeSlowestPlans } from './queries/query-plans.ts';
import { STORED_WEBHOOK, storeBesideOrders } from './stored/beside-orders.ts';
import { withFilling } from './stored/filling.ts';
import { storedId, type StoredOrders, storedProductId, storeOrders } from './stored/orders.ts';
import { type BenchmarkSystem, withSystem } from './system/system.ts';

const DAYS = 365;
const OPEN_ORDERS = 2000;
const ASKED = 20;
const TARGET = { most: 200 };
/** Orders that wait for so long are told as stuck, so that there are alerts. There are API keys, and nobody is asked for one. */
const SETTINGS = { STUCK_AFTER: '1s', PAYMENT_STUCK_AFTER: '1s', AUTH: 'off' };

/** One caller, who asks for each of them again and again. */
export const storedOrders = storedOrdersOf({ orders: 1_000_000, customers: 50_000, products: 1000, days: DAYS });

/** The same with other orders. */
export function storedOrdersOf(stored: StoredOrders): Benchmark {
  return {
    title: `each query of the pages and the API with ${stored.orders.toLocaleString('en')} orders stored`,
    needs: ['temporal'],
    run: (context) =>
      withSystem(async (system) => {
        const known = await fill(system, stored, context.say);
        for (const path of Object.values(PAGE_QUERIES).flat()) await ask(system.http, fillIn(path, known), 3);
        const findings = await measure(system, known, context);
        if (context.isExplaining) {
          const paths = slowest(findings).map((path) => ({ path, filled: fillIn(path, known) }));
          await writeSlowestPlans(system, paths, context.say);
        }
        return findings;
      }, SETTINGS),
  };
}

/** Stores everything and starts a server; answers what there is to ask for. */
async function fill(system: BenchmarkSystem, stored: StoredOrders, say: (news: string) => void): Promise<Known> {
  const { orders } = stored;
  say('storing orders');
  await storeOrders(system.databaseUrl, stored);
  await storeBesideOrders(system.databaseUrl, orders);
  // Health asks for it.
  await system.start('temporal');
  await system.start('server');
  await runLoad('http', { url: system.http, requests: [PLACE_ORDER], amount: OPEN_ORDERS });
  say('adding up the statistics');
  const db = openDatabase(system.databaseUrl, { size: 2, applicationName: 'steadfast-bench' });
  try {
    await rebuildProjections({ db, holder: randomUUID(), signal: new AbortController().signal });
  } finally {
    await db.end({ timeout: 5 });
  }
  // As it is where a system runs for long.
  await withFilling(system.databaseUrl, (filling) => filling`vacuum analyze`);
  const { deliveries } = await getJson<{ deliveries: [{ id: string }] }>(
    system.http,
    `/api/webhooks/${STORED_WEBHOOK}/deliveries?page_size=1`,
  );
  const { dead_letters } = await getJson<{ dead_letters: [{ event_id: string }] }>(
    system.http,
    '/api/dlq/pending?page_size=1',
  );
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  const [from, to] = [daysAgo(DAYS / 2), daysAgo(DAYS / 2 - 7)];
  const order = storedId(Math.ceil(orders / 2) + 1);
  return {
    order,
    orders: order.slice(0, -2),
    customer: 'customer-7',
    product: storedProductId(7),
    webhook: STORED_WEBHOOK,
    delivery: deliveries[0].id,
    deadLetter: dead_letters[0].event_id,
    from,
    to,
    firstDay: from.slice(0, 10),
    lastDay: to.slice(0, 10),
  };
}

async function measure({ http }: BenchmarkSystem, known: Known, { runs, say }: BenchmarkContext): Promise<Finding[]> {
  const collector = collectFindings();
  const milliseconds = { unit: 'ms', target: TARGET };
  for (let run = 1; run <= runs; run += 1)
    for (const [about, paths] of Object.entries(PAGE_QUERIES)) {
      const medians: number[] = [];
      for (const path of paths) {
        const times = await ask(http, fillIn(path, known), ASKED);
        medians.push(median(times));
        collector.add(`GET ${path}`, median(times), milliseconds);
        collector.add(`longest GET ${path}`, percentile(times, 1), { unit: 'ms' });
      }
      say(`${run}/${runs}: ${about}, at most ${Math.max(...medians).toFixed(0)} ms`);
      collector.add(`slowest query: ${about}`, Math.max(...medians), { ...milliseconds, isShown: true });
    }
  return collector.findings;
}

/** How long each of so many answers takes, one after the other, in milliseconds. */
async function ask(http: string, path: string, times: number): Promise<number[]> {
  const took: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const sent = performance.now();
    const answer = await fetch(new URL(path, http));
    const words = await answer.text();
    took.push(performance.now() - sent);
    if (!answer.ok && answer.status !== 404) throw new Error(`GET ${path} was answered ${answer.status}: ${words}`);
  }
  return took;
}

/** The paths of the queries, the slowest first. */
function slowest(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ name }) => name.startsWith('GET '))
    .toSorted((one, other) => median(other.values) - median(one.values))
    .map(({ name }) => name.slice('GET '.length));
}
