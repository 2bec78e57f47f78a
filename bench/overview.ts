/** How soon the first page of the dashboard can be used where many orders are stored. */
import { type Browser, chromium } from 'playwright-core';
import { environmentWith } from '../config.ts';
import { findChromium } from '../embedded/chromium.ts';
import { buildDashboard } from '../web/build.ts';
import type { Benchmark } from './benchmark.ts';
import { collectFindings } from './findings/findings.ts';
import { storeOrders } from './stored/orders.ts';
import { withSystem } from './system/system.ts';

const ORDERS = 100_000;

/** Opens the overview in a browser that knows nothing of it yet. */
export const overview: Benchmark = {
  title: `first load of the overview with ${ORDERS.toLocaleString('en')} orders stored`,
  needs: ['chromium'],
  run: ({ runs, say }) =>
    withSystem(async (system) => {
      await buildDashboard();
      await storeOrders(system.databaseUrl, { orders: ORDERS, customers: 1000, days: 90 });
      await system.start('server');
      const rebuilt = await fetch(`${system.http}/api/projections/rebuild`, { method: 'POST' });
      if (!rebuilt.ok) throw new Error(`the statistics could not be added up: ${await rebuilt.text()}`);
      const browser = await chromium.launch({
        executablePath: findChromium(environmentWith({})),
        args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage'],
      });
      const collector = collectFindings();
      try {
        await load(browser, system.http);
        for (let run = 1; run <= runs; run += 1) {
          const { interactiveMs, chartsMs, scriptBytes } = await load(browser, system.http);
          say(`${run}/${runs}: figures after ${interactiveMs.toFixed(0)} ms`);
          collector.add('interactive', interactiveMs, { unit: 'ms', target: { most: 2000 }, isShown: true });
          collector.add('charts drawn', chartsMs, { unit: 'ms', isShown: true });
          collector.add('JavaScript, compressed', scriptBytes / 1000, { unit: 'kB', target: { most: 350 } });
        }
      } finally {
        await browser.close();
      }
      return collector.findings;
    }),
};

/** Loads the page without a cache, until its figures are there and its charts are drawn; times since navigation began. */
async function load(browser: Browser, address: string) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 900 } });
  try {
    const page = await context.newPage();
    const began = performance.now();
    await page.goto(address, { waitUntil: 'commit' });
    await page.getByText('Orders today').waitFor();
    const interactiveMs = performance.now() - began;
    await page.locator('svg.recharts-surface').first().waitFor();
    const chartsMs = performance.now() - began;
    const scriptBytes = await page.evaluate<number>(
      `performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js'))
        .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`,
    );
    return { interactiveMs, chartsMs, scriptBytes };
  } finally {
    await context.close();
  }
}
