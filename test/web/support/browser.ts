/** A real Chromium, and pages in it that fail a test at whatever a person would call broken. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { findChromium } from '../../../embedded/chromium.ts';

const SCREENSHOTS = join(import.meta.dirname, '..', '..', 'screenshots');
/** WCAG 2.2, levels A and AA. */
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** A page under test. */
export interface TestPage {
  readonly page: Page;
  /** What was wrong so far: errors of the console, of scripts, and requests to other hosts. */
  readonly faults: string[];
  /** Errors that the test itself provokes, such as a refused request, are allowed from here on. */
  readonly allow: (fault: RegExp) => void;
}

/** A Chromium for the tests of a file. */
export function useBrowser(): { open: (url: string, options?: BrowserContextOptions) => Promise<TestPage> } {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: findChromium(process.env),
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage'],
    });
  });
  afterAll(() => browser.close());
  return { open: (url, options) => openPage(browser, url, options) };
}

async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<TestPage> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 900 }, locale: 'en-US', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const faults: string[] = [];
  const allowed: RegExp[] = [];
  const note = (fault: string) => {
    if (!allowed.some((pattern) => pattern.test(fault))) faults.push(fault);
  };
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) note(`console: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => {
    note(`script: ${error.message}`);
  });
  page.on('request', (request) => {
    if (new URL(request.url()).host !== new URL(url).host) note(`other host: ${request.url()}`);
  });
  onTestFinished(async () => {
    await context.close();
    // A violation of the Content-Security-Policy is an error of the console, too.
    expect(faults).toEqual([]);
  });
  await page.goto(url);
  return { page, faults, allow: (fault) => allowed.push(fault) };
}

/** Fails where axe finds a violation of WCAG A or AA on what is shown. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
  expect(found).toEqual([]);
}

/** Writes a picture of the whole page into `test/screenshots/`, in light and dark, and checks both for accessibility. */
export async function showInBothSchemes(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: join(SCREENSHOTS, `${name}-${colorScheme}.png`), fullPage: true });
    await expectAccessible(page);
  }
}
