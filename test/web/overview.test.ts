/** The page that one sees first, in a real browser, against the real system. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { showInBothSchemes, useBrowser } from './support/browser.ts';
import { useSystem } from './support/system.ts';

const { url, call } = useSystem({
  ENABLE_TEST_ENDPOINTS: 'true',
  PAYMENT_STUCK_AFTER: '1s',
  PAYMENT_MAX_ATTEMPTS: '50',
});
const browser = useBrowser();

interface Statistics {
  readonly orders: { readonly total: number; readonly in_progress: number };
}

const order = async (customerId: string, { quantity = 1, productId = 'prod-001' } = {}) => {
  const items = [{ product_id: productId, quantity }];
  const { order_id: id } = await call<{ order_id: string }>('POST', '/api/orders', { customer_id: customerId, items });
  return id;
};
/** Wool blankets at 49.50 for more than 10,000. */
const orderAboveLimit = (customerId: string) => order(customerId, { productId: 'prod-002', quantity: 300 });
const statusOf = async (id: string) =>
  (await call<{ order: { status: string } }>('GET', `/api/orders/${id}`)).order.status;
const statistics = () => call<Statistics>('GET', '/api/stats');
const figure = (page: Page, label: string, value: number | string) =>
  page.getByRole('list', { name: 'Key figures' }).getByRole('link', { name: new RegExp(`^${label} ${value}( |$)`) });
const panel = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const activity = (page: Page) => page.getByRole('region', { name: 'Latest events' }).getByRole('listitem');

test('a system without orders says what to do first, and comes to life with the first order', async () => {
  const { page } = await browser.open(url());
  await page.getByRole('heading', { name: 'There is no order yet' }).waitFor();
  await page.getByText(`curl -s -X POST ${url('/api/orders')}`).waitFor();
  await showInBothSchemes(page, 'overview-empty');

  const id = await order('customer-first');
  await figure(page, 'Orders today', 1).waitFor();
  await figure(page, 'Customers', 1).waitFor();
  await figure(page, 'Revenue today', '\\$19\\.99').waitFor();
  await figure(page, 'In progress', 0).waitFor();
  expect(page.url()).toBe(url());
  await page.getByRole('link', { name: 'Delivered', exact: true }).waitFor();
  await panel(page, 'Conversion').getByText('100 % of all, 100 % of the stage before').first().waitFor();
  await panel(page, 'Time in each stage').getByRole('heading', { name: 'On its way' }).waitFor();
  await activity(page).filter({ hasText: 'Delivered' }).getByRole('link').click();
  await page.waitForURL(url(`/dashboard/orders/${id}`));
});

test('what happens to an order is told in plain words as it happens, and is there again when the page is loaded', async () => {
  const { page } = await browser.open(url());
  await figure(page, 'Customers', 1).waitFor();
  const id = await order('customer-live', { quantity: 3 });
  const seen = async (words: string) => {
    const entry = activity(page).filter({ has: page.locator(`a[href$="${id}"]`), hasText: words });
    await entry.waitFor();
    return entry;
  };
  const first = await seen('Ordered by customer-live: 3 pieces for $59.97');
  await expect.poll(() => first.getAttribute('class')).toContain('just-arrived');
  for (const words of ['Stock reserved', 'Paid', 'Shipped with', 'Delivered']) await seen(words);
  await figure(page, 'Orders today', 2).waitFor();
  await page.reload();
  await seen('Ordered by customer-live: 3 pieces for $59.97');
  expect(await (await seen('Delivered')).getAttribute('class')).toBeNull();
});

test('an order above the limit waits here for a decision, and goes on once it is approved', async () => {
  const { page } = await browser.open(url());
  const id = await orderAboveLimit('customer-large');
  const row = panel(page, 'Needs attention').getByRole('row').filter({ hasText: 'customer-large' });
  await row.getByText('$14,850.00').waitFor();
  await showInBothSchemes(page, 'overview-approval');
  await row.getByRole('button', { name: `Approve order ${id}` }).click();
  const dialog = page.getByRole('dialog', { name: 'Approve order' });
  await dialog.getByLabel('Reason').fill('a customer of many years');
  await showInBothSchemes(page, 'overview-approve');
  await dialog.getByRole('button', { name: 'Approve order' }).click();
  await page.getByText('Order approved').waitFor();
  await row.waitFor({ state: 'detached' });
  await activity(page).filter({ hasText: 'Approved (a customer of many years)' }).waitFor();
  await activity(page)
    .filter({ has: page.locator(`a[href$="${id}"]`), hasText: 'Delivered' })
    .waitFor();
});

test('an order is denied by keyboard, and why orders were cancelled is told', async () => {
  const { page } = await browser.open(url());
  const id = await orderAboveLimit('customer-unknown');
  await page.getByRole('button', { name: `Deny order ${id}` }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Deny order' });
  await dialog.getByLabel('Reason').and(page.locator(':focus')).waitFor();
  await page.keyboard.type('nobody knows them');
  await page.keyboard.press('Enter');
  await page.getByText('Order denied').waitFor();
  await figure(page, 'Failed', 1).waitFor();
  const reason = panel(page, 'Why orders were cancelled').getByRole('link', { name: 'Approval denied' });
  await reason.waitFor();
  await activity(page)
    .filter({ hasText: /^Approval denied \(nobody knows them\)/ })
    .waitFor();
  await reason.click();
  await page.getByRole('heading', { level: 1, name: 'Orders' }).waitFor();
  expect(decodeURIComponent(page.url())).toContain('APPROVAL_DENIED');
});

test('a decision that somebody else took meanwhile is refused in the words of the server', async () => {
  const { page, allow } = await browser.open(url());
  const id = await orderAboveLimit('customer-twice');
  await page.getByRole('button', { name: `Approve order ${id}` }).click();
  const dialog = page.getByRole('dialog', { name: 'Approve order' });
  await call('PUT', `/api/orders/${id}/status`, { status: 'denied' });
  allow(/status of 409/);
  await dialog.getByRole('button', { name: 'Approve order' }).click();
  const told = page.getByRole('alert').filter({ hasText: 'The order was not approved' });
  await told.getByText(`Order ${id} does not wait for approval; it is CANCELLED.`).waitFor();
  await page.getByRole('button', { name: `Approve order ${id}` }).waitFor({ state: 'detached' });
});

test('an order whose payment hangs is told until the provider answers', async () => {
  const { page } = await browser.open(url());
  await call('PUT', '/api/test/payment-simulator', { throw_rate: 1 });
  const id = await order('customer-stuck');
  const row = panel(page, 'Needs attention').getByRole('row').filter({ hasText: 'customer-stuck' });
  await row.getByText('Payment stuck').waitFor();
  expect(await row.getByRole('link').first().getAttribute('href')).toBe(`/dashboard/orders/${id}`);
  await showInBothSchemes(page, 'overview-alert');
  await call('PUT', '/api/test/payment-simulator', { throw_rate: 0 });
  await row.waitFor({ state: 'detached', timeout: 60_000 });
  await until('it is delivered', async () => (await statusOf(id)) === 'DELIVERED');
}, 150_000);

test('the period stands in the address, and an address that makes no sense shows the usual one', async () => {
  const { page } = await browser.open(url('/?days=7'));
  const period = panel(page, 'Orders over time').getByRole('radiogroup', { name: 'Period' });
  expect(await period.getByRole('radio', { name: '7 days' }).isChecked()).toBe(true);
  await page
    .getByText(/ in 7 days$/)
    .first()
    .waitFor();
  await period.getByText('90 days').click();
  await page.waitForURL(url('/?days=90'));
  await page
    .getByText(/ in 90 days$/)
    .first()
    .waitFor();
  await page.goto(url('/?days=many'));
  expect(await period.getByRole('radio', { name: '30 days' }).isChecked()).toBe(true);
});

test('while live updates are off nothing changes, and once they are on again nothing is missing', async () => {
  const { page } = await browser.open(url());
  const { page: other } = await browser.open(url());
  const before = (await statistics()).orders.total;
  await figure(page, 'Orders today', before).waitFor();
  const toggle = page.getByRole('switch', { name: 'Live updates on or off' });
  await toggle.focus();
  await page.keyboard.press('Space');
  await page.getByRole('status', { name: 'Live updates' }).getByText('Paused').waitFor();
  const id = await order('customer-quiet');
  await figure(other, 'Orders today', before + 1).waitFor();
  await until('it is delivered', async () => (await statusOf(id)) === 'DELIVERED');
  await activity(other).filter({ hasText: 'Delivered' }).first().waitFor();
  expect(await figure(page, 'Orders today', before).count()).toBe(1);
  expect(await activity(page).filter({ hasText: 'customer-quiet' }).count()).toBe(0);
  await toggle.focus();
  await page.keyboard.press('Space');
  await figure(page, 'Orders today', before + 1).waitFor();
  await activity(page).filter({ hasText: 'customer-quiet' }).waitFor();
});

test('with many orders every panel tells of them, in the light and in the dark', async () => {
  await call('PUT', '/api/products/prod-005/stock', { available: 0 });
  await order('customer-short', { productId: 'prod-005' });
  await orderAboveLimit('customer-shown');
  const { page } = await browser.open(url());
  const ids = await Promise.all([1, 4, 2, 3].map((quantity) => order(`customer-0${quantity}`, { quantity })));
  await until('they are delivered', async () =>
    (await Promise.all(ids.map(statusOf))).every((status) => status === 'DELIVERED'),
  );
  await figure(page, 'In progress', 1).waitFor();
  await panel(page, 'Why orders were cancelled').getByRole('link', { name: 'Out of stock' }).waitFor();
  await panel(page, 'By status')
    .getByRole('img', { name: /^Of all orders .* delivered/ })
    .waitFor();
  await showInBothSchemes(page, 'overview');
});
