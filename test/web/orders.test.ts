/** The page of all orders, in a real browser, against the real system. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { showInBothSchemes, useBrowser } from './support/browser.ts';
import { useSystem } from './support/system.ts';

// Orders stay where they are put.
const { url, call } = useSystem({ PAYMENT_DELAY: '10m', PREPARATION_DELAY: '10m', DELIVERY_DELAY: '10m' });
const browser = useBrowser();

interface Wanted {
  readonly id: string;
  readonly customer?: string;
  readonly quantity?: number;
  readonly product?: string;
}

const order = ({ id, customer = 'customer-1', quantity = 1, product = 'prod-001' }: Wanted) =>
  call('POST', '/api/orders', {
    order_id: id,
    customer_id: customer,
    items: [{ product_id: product, quantity }],
  });
const moveOn = (id: string) => call('PUT', `/api/orders/${id}/confirm`);
const statusOf = async (id: string) =>
  (await call<{ order: { status: string } }>('GET', `/api/orders/${id}`)).order.status;

const table = (page: Page) => page.getByRole('table', { name: 'Orders', exact: true });
const row = (page: Page, id: string) => table(page).getByRole('row').filter({ hasText: id });
const ids = (page: Page) => table(page).locator('tbody tr td:nth-child(2)').allInnerTexts();
/** Waits until the table shows these orders, in this order. */
const shows = (page: Page, wanted: readonly string[]) =>
  expect.poll(() => ids(page), { timeout: 20_000 }).toEqual(wanted);

test('without orders the page says what to do, and the first order arrives by itself', async () => {
  const { page } = await browser.open(url('/dashboard/orders'));
  await page.getByText('No orders yet').waitFor();
  await page.getByText('0 orders').waitFor();
  await showInBothSchemes(page, 'orders-empty');

  await order({ id: 'first-1' });
  await row(page, 'first-1').waitFor();
  await page.getByText('1 order', { exact: true }).waitFor();
  await row(page, 'first-1').getByRole('link', { name: 'first-1' }).click();
  await page.waitForURL(url('/dashboard/orders/first-1'));
});

test('an order that comes in leaves the ticked rows ticked', async () => {
  await order({ id: 'tick-1' });
  const { page } = await browser.open(url('/dashboard/orders?search=tick-'));
  await page.getByRole('checkbox', { name: 'Select tick-1' }).check();
  await page.getByText('1 selected').waitFor();
  await order({ id: 'tick-2' });
  await shows(page, ['tick-2', 'tick-1']);
  expect(await page.getByRole('checkbox', { name: 'Select tick-1' }).isChecked()).toBe(true);
  expect(await page.getByRole('checkbox', { name: 'Select tick-2' }).isChecked()).toBe(false);
});

test('search, filter and sort stand in the address, so that another sees the same and one can go back', async () => {
  await order({ id: 'view-1', customer: 'viewer-a', quantity: 1 });
  await order({ id: 'view-2', customer: 'viewer-b', quantity: 3 });
  await order({ id: 'view-3', customer: 'viewer-a', quantity: 2 });
  await moveOn('view-2');

  const { page } = await browser.open(url('/dashboard/orders'));
  await page.getByRole('searchbox', { name: 'Search' }).fill('view-');
  await shows(page, ['view-3', 'view-2', 'view-1']);

  await page.getByRole('button', { name: 'Total', exact: true }).click();
  await shows(page, ['view-2', 'view-3', 'view-1']);
  await page.getByRole('button', { name: 'Total', exact: true }).click();
  await shows(page, ['view-1', 'view-3', 'view-2']);

  await page.getByRole('combobox', { name: 'Status' }).click();
  await page.getByRole('option', { name: 'Pending' }).click();
  await page.keyboard.press('Escape');
  await shows(page, ['view-1', 'view-3']);

  await page.getByRole('button', { name: 'More filters' }).click();
  await page.getByRole('textbox', { name: 'Customer', exact: true }).fill('viewer-a');
  await page.getByRole('spinbutton', { name: 'Total from' }).fill('30');
  await shows(page, ['view-3']);
  await page.getByRole('button', { name: 'Clear filter Customer: viewer-a' }).waitFor();
  await showInBothSchemes(page, 'orders-filtered');

  const other = await browser.open(page.url());
  await shows(other.page, ['view-3']);
  expect(await other.page.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('view-');
  expect(await other.page.getByRole('spinbutton', { name: 'Total from' }).inputValue()).toBe('30');

  await page.goBack();
  await shows(page, ['view-1', 'view-3']);
  await page.getByRole('button', { name: 'Clear filter Status: Pending' }).click();
  await page.getByRole('button', { name: 'Clear all filters' }).click();
  await expect.poll(async () => (await ids(page)).length).toBeGreaterThan(3);
  expect(await page.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('');
});

test('a filter that nothing matches says so and can be cleared; one that the server refuses has its words beside the field', async () => {
  const { page, allow } = await browser.open(url('/dashboard/orders?search=nothing-like-this'));
  await page.getByText('No order matches').waitFor();
  await page.getByRole('button', { name: 'Clear all filters' }).click();
  await table(page).waitFor();

  allow(/400 \(Bad Request\)/);
  await page.getByRole('searchbox', { name: 'Search' }).fill('x'.repeat(101));
  await page
    .getByRole('search')
    .getByText('search must be 1 to 100 printable characters without spaces around them')
    .waitFor();
});

test('many orders come a page at a time, and a page can be shared', async () => {
  await Promise.all(Array.from({ length: 60 }, (_, n) => order({ id: `page-${n}`, customer: 'pager' })));
  const { page } = await browser.open(url('/dashboard/orders?customer_id=pager'));
  await page.getByText('1–50 of 60').waitFor();
  const first = await ids(page);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByText('51–60 of 60').waitFor();
  const second = await ids(page);
  expect(new Set([...first, ...second]).size).toBe(60);
  await page.reload();
  await page.getByText('51–60 of 60').waitFor();
  await shows(page, second);
  await page.getByRole('button', { name: 'Previous' }).click();
  await page.getByText('1–50 of 60').waitFor();
  await shows(page, first);
});

test('the export holds what is filtered, in the order of the table', async () => {
  for (const [index, quantity] of [2, 5, 3].entries()) await order({ id: `csv-${index}`, customer: 'csv', quantity });
  await order({ id: 'no-csv' });
  const { page } = await browser.open(url('/dashboard/orders?search=csv-&sort=-total'));
  await shows(page, ['csv-1', 'csv-2', 'csv-0']);
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export CSV' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^orders-\d{4}-\d\d-\d\d\.csv$/);
  const lines = readFileSync(await file.path(), 'utf8')
    .trim()
    .split(/\r?\n/);
  expect(lines[0]).toMatch(/^id,customer_id,status,/);
  expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(['csv-1', 'csv-2', 'csv-0']);
});

test('ticked orders are cancelled after a look at what would happen, and one that moved on meanwhile is told', async () => {
  for (const id of ['bulk-1', 'bulk-2', 'bulk-3', 'bulk-4']) await order({ id, quantity: 2 });
  await moveOn('bulk-1');
  for (let step = 0; step < 2; step += 1) await moveOn('bulk-2');
  const { page } = await browser.open(url('/dashboard/orders?search=bulk-'));
  await shows(page, ['bulk-4', 'bulk-3', 'bulk-2', 'bulk-1']);
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check();
  await page.getByRole('button', { name: 'Cancel selected…' }).click();

  const dialog = page.getByRole('dialog', { name: 'Cancel orders' });
  await dialog.getByText('3 orders would be cancelled').waitFor();
  await dialog.getByText('$39.98 is refunded for 1 order').waitFor();
  const stays = dialog.getByRole('table', { name: 'Orders that would stay as they are' });
  await stays.getByRole('row', { name: /bulk-2.*Shipped/ }).waitFor();
  await showInBothSchemes(page, 'orders-bulk-cancel');

  for (let step = 0; step < 2; step += 1) await moveOn('bulk-3');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('wrong label');
  await dialog.getByRole('button', { name: 'Cancel 3 orders' }).click();
  await dialog.getByText('2 orders cancelled').waitFor();
  await dialog.getByText('1 order moved on meanwhile and can no longer be cancelled').waitFor();
  await dialog
    .getByRole('table', { name: 'Outcomes' })
    .getByRole('row', { name: /bulk-3 Shipped Not allowed/ })
    .waitFor();
  await showInBothSchemes(page, 'orders-bulk-cancelled');
  await dialog.getByRole('button', { name: 'Close' }).last().click();

  await row(page, 'bulk-4').getByText('Cancelled on request').waitFor();
  await page.getByText('selected').waitFor({ state: 'detached' });
  expect(await Promise.all(['bulk-1', 'bulk-2', 'bulk-3', 'bulk-4'].map(statusOf))).toEqual([
    'CANCELLED',
    'SHIPPED',
    'SHIPPED',
    'CANCELLED',
  ]);
  const { events } = await call<{ events: { reason?: string }[] }>('GET', '/api/orders/bulk-4/history');
  expect(events.map(({ reason }) => reason)).toContain('wrong label');
});

test('all orders that match are cancelled, with progress, and what the server had no time for is tried again', async () => {
  await Promise.all(Array.from({ length: 52 }, (_, n) => order({ id: `match-${n}`, customer: 'matching' })));
  const { page } = await browser.open(url('/dashboard/orders?customer_id=matching'));
  await page.getByText('1–50 of 52').waitFor();
  // The first answer of a run leaves the last order untried, as a server without time does.
  let isFirst = true;
  await page.route('**/api/orders/cancel', async (route) => {
    const body = route.request().postDataJSON() as { dry_run?: boolean; order_ids?: string[] };
    if (body.dry_run === true || !isFirst) return route.continue();
    isFirst = false;
    const untried = body.order_ids?.at(-1) ?? '';
    const response = await route.fetch({ postData: { ...body, order_ids: body.order_ids?.slice(0, -1) } });
    const answer = (await response.json()) as { orders: object[] };
    return route.fulfill({
      json: { ...answer, orders: [...answer.orders, { order_id: untried, result: 'NOT_TRIED' }] },
    });
  });
  await page.getByRole('button', { name: 'Cancel all that match…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Cancel orders' });
  await dialog.getByText('Nothing has been paid, so nothing is refunded').waitFor();
  await dialog.getByRole('button', { name: 'Cancel 52 orders' }).click();
  await dialog.getByText(/^\d+ of 52 done$/).waitFor();
  await dialog.getByText('52 orders cancelled').waitFor({ timeout: 60_000 });
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
});

test('a bulk cancellation that loses the server tells what is left and goes on where it stood', async () => {
  for (const id of ['lost-1', 'lost-2']) await order({ id });
  const { page, allow } = await browser.open(url('/dashboard/orders?search=lost-'));
  await shows(page, ['lost-2', 'lost-1']);
  await page.getByRole('button', { name: 'Cancel all that match…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Cancel orders' });
  const start = dialog.getByRole('button', { name: 'Cancel 2 orders' });
  await start.waitFor();
  allow(/ERR_FAILED/);
  await page.route('**/api/orders/cancel', (route) => route.abort());
  await start.click();
  await dialog.getByText('2 orders still to do; to try them again does no harm').waitFor();
  await page.unroute('**/api/orders/cancel');
  await dialog.getByRole('button', { name: 'Try 2 orders again' }).click();
  await dialog.getByText('2 orders cancelled').waitFor();
});

test('while the API cannot be reached the page says so, and tries again when it is asked to', async () => {
  const { page, allow } = await browser.open(url('/dashboard/products'));
  allow(/ERR_FAILED/);
  await page.route('**/api/orders?**', (route) => route.abort());
  await page.getByRole('navigation').getByRole('link', { name: 'Orders', exact: true }).click();
  await page.getByText('The server cannot be reached.').waitFor({ timeout: 40_000 });
  await showInBothSchemes(page, 'orders-unreachable');
  await page.unroute('**/api/orders?**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await table(page).waitFor();
});
