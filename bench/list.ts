/** How fast pages of orders are listed and searched for where many are stored. */
import type { Benchmark } from './benchmark.ts';
import { collectCpu, collectFindings, collectLatency } from './findings/findings.ts';
import { getJson } from './load/get-json.ts';
import { CALLERS, runLoad } from './load/load.ts';
import { storedId, storeOrders } from './stored/orders.ts';
import { cpuBetween, cpuPerOne } from './system/cpu.ts';
import { withSystem } from './system/system.ts';

const SECONDS = 5;
const WARM_UP_SECONDS = 2;
const STORED = { orders: 100_000, customers: 2000, days: 90 };
/** How far the deep page lies behind the first, in pages of the largest size. */
const PAGES = 100;
const LARGEST_PAGE = 500;

/** Pages of the usual size through the API, against selecting as many rows. */
export const list = listOf(STORED);

/** The same with another number of stored orders. */
export function listOf(stored: typeof STORED): Benchmark {
  return {
    title: `pages of ${stored.orders.toLocaleString('en')} stored orders over HTTP, ${CALLERS} callers, against a bare select`,
    needs: [],
    run: ({ runs, say }) =>
      withSystem(async (system) => {
        await storeOrders(system.databaseUrl, stored);
        await system.start('server');
        const pages = await choosePages(system.http, stored.orders);
        const statement = 'select * from orders order by created_at desc, id desc limit 50';
        const load = (path: string, seconds: number) =>
          runLoad('http', { url: system.http, requests: [{ method: 'GET', path }], seconds });
        for (const path of Object.values(pages)) await load(path, WARM_UP_SECONDS);
        const collector = collectFindings();
        for (let run = 1; run <= runs; run += 1) {
          const bare = await runLoad('select', { databaseUrl: system.databaseUrl, statement, seconds: SECONDS });
          for (const [name, path] of Object.entries(pages)) {
            const before = system.cpu();
            const result = await load(path, SECONDS);
            const cpu = cpuPerOne(cpuBetween(before, system.cpu()), result.count);
            say(`${run}/${runs}: ${name} ${result.perSecond.toFixed(0)}/s, bare ${bare.perSecond.toFixed(0)}/s`);
            collector.add(name, result.perSecond, { unit: 'pages/s', isShown: true });
            collector.add(`${name} / bare select`, result.perSecond / bare.perSecond, { unit: 'ratio' });
            collectLatency(collector, result, { of: name });
            collectCpu(collector, cpu, { unit: 'ms/page', of: name });
          }
          collector.add('bare select of 50 rows', bare.perSecond, { unit: 'pages/s', isShown: true });
          collectLatency(collector, bare, { of: 'bare select' });
        }
        return collector.findings;
      }),
  };
}

/** Paths of pages by name: all with orders on them. */
async function choosePages(http: string, orders: number): Promise<Record<string, string>> {
  return {
    'first page': '/api/orders',
    'page of a status': '/api/orders?status=CANCELLED',
    'page of a customer': '/api/orders?customer_id=customer-7',
    'page of a status by total': '/api/orders?status=DELIVERED&sort=-total&min_total=20',
    'deep page': `/api/orders?page_token=${await deepToken(http, orders)}`,
    'search for an id': `/api/orders/search/${storedId(Math.ceil(orders / 2))}`,
    'search for the beginning of an id': `/api/orders?search=${storedId(Math.ceil(orders / 2)).slice(0, -2)}`,
  };
}

/** The token of a page far behind the first, at most in the middle. */
async function deepToken(http: string, orders: number): Promise<string> {
  const pages = Math.min(PAGES, Math.floor(orders / 2 / LARGEST_PAGE));
  let token = '';
  for (let page = 0; page < pages; page += 1) {
    const path = `/api/orders?page_size=${LARGEST_PAGE}${token === '' ? '' : `&page_token=${token}`}`;
    ({ next_page_token: token } = await getJson<{ next_page_token: string }>(http, path));
  }
  return token;
}
