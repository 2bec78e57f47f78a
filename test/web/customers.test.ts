/** Who ordered: the ranking, and the page of one customer. */
import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { showInBothSchemes, useBrowser } from './support/browser.ts';
import { useSystem } from './support/system.ts';

const { url, call } = useSystem();
const browser = useBrowser();

interface List {
  readonly customers: readonly { readonly customer_id: string; readonly orders: number; readonly delivered: number }[];
}

const order = (customerId: string, quantity: number, productId = 'SKU-1') =>
  call('POST', '/api/orders', { customer_id: customerId, items: [{ product_id: productId, quantity }] });

/** Waits until the statistics know so many orders of a customer. */
const counted = (customerId: string, orders: number, currency = 'USD') =>
  until(`${customerId} has ${orders} orders`, async () => {
    const { customers } = await call<List>('GET', `/api/customers?search=${customerId}&currency=${currency}`);
    return customers.some((found) => found.customer_id === customerId && found.orders === orders);
  });

test('before the first order the page says what will be there', async () => {
  const { page } = await browser.open(url('/dashboard/customers'));
  await page.getByText('Nobody has ordered yet').waitFor();
  await showInBothSchemes(page, 'customers-empty');
});

test('customers are ranked, filtered and sorted, and the address shows the same view to everybody', async () => {
  await call('PUT', '/api/products/tea', { name: 'Tea', unit_price: 500, currency: 'JPY', available: 100 });
  for (const [customer, quantity] of [
    ['rank-ann', 1],
    ['rank-bob', 9],
    ['rank-zoe', 4],
    ['rank-zoe', 2],
  ] as const)
    await order(customer, quantity);
  await order('rank-ann', 2, 'tea');
  await Promise.all([
    counted('rank-ann', 1),
    counted('rank-bob', 1),
    counted('rank-zoe', 2),
    counted('rank-ann', 1, 'JPY'),
  ]);

  const { page } = await browser.open(url('/dashboard/customers'));
  const names = page.getByRole('table').getByRole('link');
  const shown = (expected: string[]) =>
    until(expected.join(', '), async () => JSON.stringify(await names.allTextContents()) === JSON.stringify(expected));
  await shown(['rank-bob', 'rank-zoe', 'rank-ann']);
  await showInBothSchemes(page, 'customers');

  await page.getByRole('button', { name: 'Orders', exact: true }).focus();
  await page.keyboard.press('Enter');
  await shown(['rank-zoe', 'rank-bob', 'rank-ann']);
  expect(page.url()).toContain('sort=-orders');

  await page.getByLabel('Orders at least').fill('2');
  await shown(['rank-zoe']);
  await page.getByLabel('Orders at least').fill('');
  await page.getByLabel('Spent at least (USD)').fill('40.01');
  await shown(['rank-zoe', 'rank-bob']);
  await page.getByLabel('Customer', { exact: true }).fill('RANK-B');
  await shown(['rank-bob']);
  await page.getByText('1 customer on this page').waitFor();

  const shared = await browser.open(page.url());
  await shared.page.getByRole('link', { name: 'rank-bob' }).waitFor();
  expect(await shared.page.getByRole('table').getByRole('link').allTextContents()).toEqual(['rank-bob']);
  expect(await shared.page.getByLabel('Spent at least (USD)').inputValue()).toBe('40.01');

  await page.getByLabel('Customer', { exact: true }).fill('nobody-at-all');
  await page.getByText('No customer matches').waitFor();
  await page.getByRole('button', { name: 'Show all customers' }).click();
  await shown(['rank-bob', 'rank-zoe', 'rank-ann']);
  expect(await page.getByLabel('Customer', { exact: true }).inputValue()).toBe('');

  await page.getByRole('combobox', { name: 'Currency' }).click();
  await page.getByRole('option', { name: 'JPY' }).click();
  await shown(['rank-ann']);
  await page.getByRole('cell', { name: '¥1,000' }).first().waitFor();
});

test('a customer has totals, charts and orders, and what is ordered now appears without reloading', async () => {
  await order('live-eve', 2);
  await counted('live-eve', 1);
  const { page } = await browser.open(url('/dashboard/customers/live-eve'));
  const facts = page.getByRole('list', { name: 'Figures of live-eve' });
  await facts.getByText('Orders').waitFor();
  const rows = page.getByRole('table', { name: 'Orders of live-eve', exact: true }).locator('tbody tr');
  await until('one order is listed', async () => (await rows.count()) === 1);
  await page.getByRole('status', { name: 'Live updates' }).getByText('Live').waitFor();

  await order('live-eve', 3);
  await until('the second order is listed', async () => (await rows.count()) === 2);
  await page
    .getByRole('table', { name: 'Totals by currency' })
    .getByRole('row', { name: /USD 2 \$50\.00/ })
    .waitFor();
  await until('both are delivered', async () => (await rows.getByText('Delivered').count()) === 2);
  await page.getByRole('img', { name: /^Orders of live-eve: 2 in 30 days/ }).waitFor();
  await page.getByText('Figures of each day').click();
  await page.getByRole('table', { name: 'Orders of live-eve, each day' }).waitFor();
  await showInBothSchemes(page, 'customer');

  await page.getByRole('radiogroup', { name: 'Measure' }).getByText('Spent').click();
  await page.getByRole('img', { name: /^Spent by live-eve in USD: \$50\.00 in 30 days/ }).waitFor();
  await page.getByRole('radiogroup', { name: 'Period' }).getByText('7 days').click();
  await page.getByRole('img', { name: /\$50\.00 in 7 days/ }).waitFor();
  await page.reload();
  await page.getByRole('img', { name: /\$50\.00 in 7 days/ }).waitFor();

  await page.getByRole('link', { name: 'All their orders' }).click();
  await page.getByRole('heading', { level: 1, name: 'Orders' }).waitFor();
  expect(page.url()).toContain('customer_id=live-eve');
});

test('an unknown customer has a page that says so', async () => {
  const { page, allow } = await browser.open(url('/dashboard/customers'));
  allow(/404/);
  await page.goto(url('/dashboard/customers/nobody-knows'));
  await page.getByRole('heading', { name: 'There is no such customer' }).waitFor();
  await showInBothSchemes(page, 'customer-unknown');
  await page.getByRole('link', { name: 'all customers' }).click();
  await page.getByRole('heading', { level: 1, name: 'Customers' }).waitFor();
});
