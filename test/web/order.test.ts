/** The page of an order that goes its way by itself, in a real browser. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { showInBothSchemes, useBrowser } from './support/browser.ts';
import { useSystem } from './support/system.ts';

const { url, call, system } = useSystem({
  PAYMENT_DELAY: '30s',
  PREPARATION_DELAY: '3s',
  DELIVERY_DELAY: '3s',
  ENABLE_TEST_ENDPOINTS: 'true',
});
const browser = useBrowser();

const place = (order_id: string, items: object[] = [{ product_id: 'prod-001', quantity: 2 }]) =>
  call('POST', '/api/orders', { customer_id: 'customer-1', order_id, items });
/** Leaves out the delay before the payment; how the charge ends is seen on the page. */
const hurry = (order_id: string) => call('PUT', `/api/orders/${order_id}/confirm`).catch(() => undefined);
const address = (order_id: string) => url(`/dashboard/orders/${order_id}`);
const status = (page: Page, word: string) => page.getByRole('heading', { level: 1 }).getByText(word, { exact: true });
const step = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Steps of the order' }).getByRole('listitem').filter({ hasText: name });
const history = (page: Page) => page.getByRole('list', { name: 'Events of the order' });
const happening = (page: Page, words: string) =>
  page.getByRole('status', { name: 'What happens now' }).getByText(words);
const steer = (rates: object) => call('PUT', '/api/test/payment-simulator', rates);

/** Leaves a mark in the page that a reload would wipe out. */
const mark = (page: Page) => page.evaluate(() => Object.assign(globalThis, { wasNotReloaded: true }));
const isMarked = (page: Page) => page.evaluate(() => 'wasNotReloaded' in globalThis);

test('an order is followed to its delivery without a reload', async () => {
  await place('order-live');
  const { page } = await browser.open(address('order-live'));
  await mark(page);
  await happening(page, 'Waiting to charge').waitFor();
  await page
    .getByRole('timer', { name: 'Time left' })
    .getByText(/\d s left|Any moment/)
    .waitFor();
  await step(page, 'Pending').and(page.locator('[aria-current=step]')).waitFor();

  await hurry('order-live');
  await status(page, 'Processing').waitFor();
  await happening(page, 'Preparing the shipment').waitFor();
  await status(page, 'Shipped').waitFor();
  await page.getByText(/^TRACK-[0-9a-f]{8}$/).waitFor();
  await status(page, 'Delivered').waitFor();
  await step(page, 'Delivered').getByText('done').waitFor();
  await happening(page, 'Delivered').waitFor();

  await history(page).getByText('Paid $39.98').waitFor();
  expect(await history(page).getByRole('listitem').count()).toBe(5);
  expect(await page.getByRole('button', { name: /Cancel|Mark as delivered|Update location/ }).count()).toBe(0);
  expect(await isMarked(page)).toBe(true);
  await showInBothSchemes(page, 'order-delivered');
});

test('an order of the form is followed to its delivery', async () => {
  const { page } = await browser.open(url('/dashboard/create-order'));
  await page.getByLabel('Customer id').fill('customer-7');
  await page
    .getByRole('combobox', { name: /product/i })
    .first()
    .click();
  await page
    .getByRole('option', { name: /prod-001/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Create order' }).click();
  await page.waitForURL(/\/dashboard\/orders\/[^/]+$/);
  await mark(page);
  await hurry(page.url().split('/').at(-1)!);
  await status(page, 'Delivered').waitFor();
  expect(await isMarked(page)).toBe(true);
});

test('the page resumes after the server was killed, and misses nothing', async () => {
  await place('order-kill');
  const { page, allow } = await browser.open(address('order-kill'));
  await mark(page);
  const connection = page.getByRole('status', { name: 'Live updates' });
  await connection.getByText('Live').waitFor();
  await happening(page, 'Waiting to charge').waitFor();

  allow(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|503/);
  await hurry('order-kill');
  system().kill('server');
  await connection.getByText('Reconnecting…').waitFor();
  await connection.getByText('Live').waitFor();

  await status(page, 'Delivered').waitFor();
  await expect.poll(() => history(page).getByRole('listitem').count(), { timeout: 10_000 }).toBe(5);
  expect(await isMarked(page)).toBe(true);
});

test('the slider shows the order as it was, what changed, and leads back', async () => {
  await place('order-past');
  await hurry('order-past');
  const { page } = await browser.open(address('order-past'));
  await status(page, 'Delivered').waitFor();

  const slider = page.getByRole('slider', { name: 'Version of the order' });
  await slider.focus();
  for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press('ArrowLeft');
  const banner = page.getByRole('status', { name: 'The past is shown' });
  await banner.getByText('As it was at version 2').waitFor();
  await page.getByText('None yet: it is booked').waitFor();
  await page.getByRole('table', { name: 'Changes against the version before' }).getByText('Payment status').waitFor();
  await step(page, 'Shipped').getByText('to come').waitFor();
  await showInBothSchemes(page, 'order-past');

  await page.keyboard.press('Home');
  await banner.getByText('As it was at version 1').waitFor();
  await page.getByRole('region', { name: 'Payment' }).getByText('None yet').waitFor();
  expect(new URL(page.url()).searchParams.get('version')).toBe('1');
  await page.reload();
  await banner.getByText('As it was at version 1').waitFor();

  await page.getByRole('button', { name: 'Back to now' }).click();
  await banner.waitFor({ state: 'detached' });
  await page.getByRole('region', { name: 'Payment' }).getByText('Completed').waitFor();
});

test('an event shows its data, and rows are checked against the log', async () => {
  await place('order-data');
  const { page } = await browser.open(address('order-data'));
  await page.getByRole('button', { name: 'Data of version 1' }).click();
  await page.getByLabel('OrderCreated as it stands in the log').getByText('"unit_price_minor": 1999').waitFor();
  await page.getByRole('button', { name: 'Check against log' }).click();
  await page.getByText('Rows and log agree').waitFor();
});

test('a declined payment says why, what was undone and what can be done', async () => {
  await steer({ success_rate: 0 });
  try {
    await place('order-declined');
    await hurry('order-declined');
    const { page } = await browser.open(address('order-declined'));
    await status(page, 'Cancelled').waitFor();
    const ending = page.getByRole('region', { name: 'Why it ended' });
    await ending.getByText('Cancelled: Payment declined').waitFor();
    await ending.getByText('“the card was declined”').waitFor();
    await ending.getByText('Nothing was charged').waitFor();
    await ending.getByText('2 pieces returned to stock').waitFor();
    await page.getByText('declines 100% of charges').waitFor();
    expect(await ending.getByRole('link', { name: 'Order again' }).getAttribute('href')).toContain(
      'from=order-declined',
    );
    await step(page, 'Cancelled').getByText('the order ends here').waitFor();
    await showInBothSchemes(page, 'order-declined');
  } finally {
    await call('DELETE', '/api/test/payment-simulator');
  }
});

test('while the payment provider is away the page says that it goes on by itself, and it does', async () => {
  await steer({ throw_rate: 1 });
  try {
    await place('order-outage');
    void hurry('order-outage');
    const { page } = await browser.open(address('order-outage'));
    await happening(page, 'The payment provider does not answer').waitFor();
    await page
      .getByRole('status', { name: 'Attempts' })
      .getByText(/[2-6] of at most 6 attempts failed/)
      .waitFor();
    await page.getByText('does not answer 100% of attempts').waitFor();
    await steer({ throw_rate: 0 });
    await status(page, 'Delivered').waitFor();
  } finally {
    await call('DELETE', '/api/test/payment-simulator');
  }
});

test('an order without enough stock says what is short', async () => {
  await place('order-short', [{ product_id: 'prod-005', quantity: 6 }]);
  await hurry('order-short');
  const { page } = await browser.open(address('order-short'));
  const ending = page.getByRole('region', { name: 'Why it ended' });
  await ending.getByText('prod-005, 6 wanted, 5 there').waitFor();
  await ending.getByText('No stock was reserved').waitFor();
});

test('the page leads to the customer, the products, the workflow and the tracking page', async () => {
  await place('order-links');
  const { page } = await browser.open(address('order-links'));
  const hrefOf = (name: RegExp | string) => page.getByRole('link', { name }).first().getAttribute('href');
  await page.getByRole('link', { name: /Temporal workflow/ }).waitFor();
  expect(await hrefOf(/Temporal workflow/)).toMatch(/^http.*\/namespaces\/default\/workflows\/order-order-links$/);
  expect(await hrefOf(/tracking page/)).toMatch(/\/track\/order-links\?token=/);
  expect(await hrefOf('customer-1')).toBe('/dashboard/customers/customer-1');
  expect(await hrefOf('prod-001')).toBe('/dashboard/products/prod-001');
});

test('an order that does not exist, and an id that none can have, are told in words', async () => {
  const { page, allow } = await browser.open(url());
  allow(/status of 40[04]/);
  await page.goto(address('order-nowhere'));
  await page.getByRole('heading', { name: 'There is no order order-nowhere' }).waitFor();
  await showInBothSchemes(page, 'order-missing');
  await page.goto(address('not%20an%20id'));
  await page.getByText('order_id must be 1 to 64 letters').waitFor();
});
