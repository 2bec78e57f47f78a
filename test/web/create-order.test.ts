/** The form for a new order, in a real browser, against the real system. */
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { showInBothSchemes, useBrowser } from './support/browser.ts';
import { useSystem } from './support/system.ts';

// Orders stay as they are, so that stock stays reserved.
const { url, call } = useSystem({ PAYMENT_DELAY: '10m' });
const browser = useBrowser();

interface OrderList {
  readonly orders: { readonly id: string; readonly items: { product_id: string; quantity: number }[] }[];
}

const ordersOf = async (customer: string) =>
  (await call<OrderList>('GET', `/api/orders?customer_id=${customer}`)).orders;
const line = (page: Page, number: number) => page.getByRole('group', { name: `Line ${number}` });
const hasFocus = async (target: Locator) => (await target.and(target.page().locator(':focus')).count()) === 1;
const total = (page: Page) => page.getByRole('status', { name: 'Total' });

async function choose(
  page: Page,
  { number = 1, product, quantity }: { number?: number; product: string; quantity: number },
) {
  await line(page, number).getByRole('combobox', { name: 'Product' }).fill(product);
  await page.getByRole('option', { name: new RegExp(product) }).click();
  await line(page, number).getByRole('spinbutton', { name: 'Quantity' }).fill(String(quantity));
}

test('an order is created by keyboard only, and its page is shown', async () => {
  const { page } = await browser.open(url('/dashboard/orders'));
  await page.getByRole('link', { name: 'Create order' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Create order' }).waitFor();

  const product = page.getByRole('combobox', { name: 'Product' });
  await product.waitFor();
  const tabTo = async (target: Locator) => {
    for (let presses = 0; presses < 20; presses += 1) {
      if (await hasFocus(target)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error('it cannot be reached with the tabulator key');
  };
  await tabTo(product);
  await page.keyboard.type('blanket');
  await page.getByRole('option', { name: /Wool blanket \(prod-002\) \$49\.50/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await tabTo(line(page, 1).getByRole('spinbutton', { name: 'Quantity' }));
  await page.keyboard.press('ArrowUp');
  await total(page).getByText('$99.00').waitFor();
  await tabTo(page.getByRole('textbox', { name: 'Customer id' }));
  await page.keyboard.type('by-keyboard');
  await tabTo(page.getByRole('textbox', { name: 'Order id' }));
  await page.keyboard.type('keyboard-1');
  await page.keyboard.press('Enter');

  await page.waitForURL(url('/dashboard/orders/keyboard-1'));
  await page.getByText('keyboard-1: $99.00').waitFor();
  expect((await ordersOf('by-keyboard')).map(({ items }) => items[0])).toMatchObject([
    { product_id: 'prod-002', quantity: 2 },
  ]);
});

test('several lines are added and removed, and the total runs along', async () => {
  const { page } = await browser.open(url('/dashboard/create-order'));
  await choose(page, { product: 'prod-001', quantity: 3 });
  await total(page).getByText('$59.97').waitFor();
  await page.getByRole('button', { name: 'Add another product' }).click();
  await choose(page, { number: 2, product: 'SKU-1', quantity: 2 });
  await total(page).getByText('$79.97').waitFor();
  await page.getByRole('textbox', { name: 'Customer id' }).fill('several-lines');
  await showInBothSchemes(page, 'create-order');
  await page.getByRole('button', { name: 'Remove line 1' }).click();
  await total(page).getByText('$20.00').waitFor();
  expect(await line(page, 1).getByRole('combobox', { name: 'Product' }).inputValue()).toContain('SKU-1');
  expect(await line(page, 1).getByRole('spinbutton', { name: 'Quantity' }).inputValue()).toBe('2');
});

test('what the server refuses stands beside its field, in the words of the server', async () => {
  const { page, allow } = await browser.open(url('/dashboard/create-order'));
  allow(/400 \(Bad Request\)/);
  const create = page.getByRole('button', { name: 'Create order' });
  await create.click();
  await page.getByText('customer_id must not be blank').waitFor();
  await line(page, 1).getByText('product_id must be').waitFor();
  await choose(page, { product: 'prod-001', quantity: 1001 });
  await page.getByRole('textbox', { name: 'Customer id' }).fill('refused');
  await create.click();
  const quantity = line(page, 1).getByRole('spinbutton', { name: 'Quantity' });
  await line(page, 1).getByText('quantity must be a whole number from 1 to 1000').waitFor();
  await expect.poll(() => hasFocus(quantity)).toBe(true);

  await quantity.fill('600');
  await page.getByRole('button', { name: 'Add another product' }).click();
  await choose(page, { number: 2, product: 'prod-001', quantity: 600 });
  await page.getByRole('textbox', { name: 'Order id' }).fill('no spaces here');
  await create.click();
  await line(page, 1)
    .getByText('items[0].quantity all lines of prod-001 together: must be a whole number from 1 to 1000')
    .waitFor();
  await page
    .getByText('order_id must be 1 to 64 letters, digits and the signs . _ : - and start with a letter or digit')
    .waitFor();
  await expect.poll(() => hasFocus(quantity)).toBe(true);
  await showInBothSchemes(page, 'create-order-refused');

  await page.getByRole('button', { name: 'Remove line 2' }).click();
  await page.getByRole('textbox', { name: 'Order id' }).fill('');
  await choose(page, { product: 'prod-005', quantity: 1000 });
  await create.click();
  await page.getByText(/^total_amount must be from /).waitFor();
  expect(await ordersOf('refused')).toEqual([]);
});

test('it says before sending that an order waits for approval, or wants more than there is', async () => {
  await call('PUT', '/api/products/prod-004/stock', { available: 8 });
  const { page } = await browser.open(url('/dashboard/create-order'));
  await choose(page, { product: 'prod-004', quantity: 2 });
  await expect.poll(() => page.getByText('Waits for approval').count()).toBe(0);
  await line(page, 1).getByRole('spinbutton', { name: 'Quantity' }).fill('30');
  await page.getByText('Waits for approval').waitFor();
  await page.getByText('The total is above $10,000.00.').waitFor();
  await line(page, 1)
    .getByText(/^More than the 8 available\. The order is accepted all the same/)
    .waitFor();
  await showInBothSchemes(page, 'create-order-warnings');
});

test('stock that others reserve is seen at once', async () => {
  const { page } = await browser.open(url('/dashboard/create-order'));
  await call('PUT', '/api/products/prod-003/stock', { available: 500 });
  await choose(page, { product: 'prod-003', quantity: 1 });
  await line(page, 1).getByText('500 available now').waitFor();
  await call('POST', '/api/orders', { customer_id: 'other', items: [{ product_id: 'prod-003', quantity: 7 }] });
  await line(page, 1).getByText('493 available now').waitFor();
});

test('a double click, and a repeat after a lost answer, make one order', async () => {
  const { page, allow } = await browser.open(url('/dashboard/create-order'));
  await choose(page, { product: 'prod-001', quantity: 1 });
  await page.getByRole('textbox', { name: 'Customer id' }).fill('twice');
  allow(/ERR_FAILED/);
  let sent = 0;
  const clicked = Promise.withResolvers<undefined>();
  await page.route('**/api/orders', async (route) => {
    sent += 1;
    if (sent > 1) return route.continue();
    // The server accepts it, and the answer is lost.
    await route.fetch();
    await clicked.promise;
    return route.abort();
  });
  await page.getByRole('button', { name: 'Create order' }).dblclick();
  clicked.resolve(undefined);
  await page.getByText('No answer yet').waitFor();
  expect(sent).toBe(1);
  await page.getByRole('button', { name: 'Create order' }).click();
  await page.waitForURL(/\/dashboard\/orders\/.+/);
  expect((await ordersOf('twice')).map(({ id }) => url(`/dashboard/orders/${id}`))).toEqual([page.url()]);
});

test('a form that was changed after a lost answer says that the first order was accepted', async () => {
  const { page, allow } = await browser.open(url('/dashboard/create-order'));
  await choose(page, { product: 'prod-001', quantity: 1 });
  await page.getByRole('textbox', { name: 'Customer id' }).fill('changed');
  allow(/ERR_FAILED/);
  await page.route('**/api/orders', async (route) => {
    await route.fetch();
    return route.abort();
  });
  const create = page.getByRole('button', { name: 'Create order', exact: true });
  await create.click();
  await page.getByText('No answer yet').waitFor();
  await page.unroute('**/api/orders');
  allow(/\b4\d\d\b/);
  await line(page, 1).getByRole('spinbutton', { name: 'Quantity' }).fill('2');
  await create.click();
  await page.getByText('An order was accepted already').waitFor();
  expect((await ordersOf('changed')).length).toBe(1);
  await page.getByRole('button', { name: 'Create this order, too' }).click();
  await page.waitForURL(/\/dashboard\/orders\/.+/);
  expect((await ordersOf('changed')).length).toBe(2);
});

test('ordering again begins with the customer and the items of the other order', async () => {
  await call('POST', '/api/orders', {
    order_id: 'again-1',
    customer_id: 'again',
    items: [
      { product_id: 'prod-002', quantity: 4 },
      { product_id: 'SKU-2', quantity: 2 },
    ],
  });
  const { page, allow } = await browser.open(url('/dashboard/create-order?from=again-1'));
  await page.getByRole('heading', { level: 1, name: 'Order again' }).waitFor();
  await total(page).getByText('$211.00').waitFor();
  expect(await page.getByRole('textbox', { name: 'Customer id' }).inputValue()).toBe('again');
  expect(await line(page, 1).getByRole('combobox', { name: 'Product' }).inputValue()).toBe('Wool blanket (prod-002)');
  await page.getByRole('button', { name: 'Create order' }).click();
  await page.waitForURL(/\/dashboard\/orders\/.+/);
  expect((await ordersOf('again')).map(({ items }) => items.map(({ quantity }) => quantity))).toEqual([
    [4, 2],
    [4, 2],
  ]);

  allow(/404 \(Not Found\)/);
  await page.goto(url('/dashboard/create-order?from=unknown-1'));
  await page.getByText('The form begins empty').waitFor();
});
