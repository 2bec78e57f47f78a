/** The catalogue: ranking, stock, and the form of a product. */
import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { showInBothSchemes, useBrowser } from './support/browser.ts';
import { useSystem } from './support/system.ts';

const { url, call } = useSystem({ DELIVERY_DELAY: '2s', PAYMENT_DELAY: '3s' });
const browser = useBrowser();

interface Product {
  readonly available: number;
  readonly reserved: number;
  readonly name: string;
  readonly sales: { readonly quantity: number };
}

const product = (id: string) => call<Product>('GET', `/api/products/${id}`);
const put = (id: string, body: object) => call('PUT', `/api/products/${id}`, body);
const order = (productId: string, quantity: number) =>
  call('POST', '/api/orders', { customer_id: 'customer-1', items: [{ product_id: productId, quantity }] });

test('products are filtered and sorted, and the address shows the same view to everybody', async () => {
  await put('cup-1', { name: 'Cheap cup', unit_price: 2, currency: 'USD', available: 3 });
  await put('cup-2', { name: 'Dear cup', unit_price: 90, currency: 'USD', available: 400 });
  await order('cup-2', 2);
  await until('it is counted', async () => (await product('cup-2')).sales.quantity === 2);

  const { page } = await browser.open(url('/dashboard/products'));
  const names = page.getByRole('table').getByRole('link');
  const shown = (expected: string[]) =>
    until(expected.join(', '), async () => JSON.stringify(await names.allTextContents()) === JSON.stringify(expected));
  await until('all are listed, the highest revenue first', async () => (await names.count()) === 9);
  expect((await names.allTextContents())[0]).toBe('Dear cup');
  await showInBothSchemes(page, 'products');

  await page.getByLabel('Product', { exact: true }).fill('CUP');
  await shown(['Dear cup', 'Cheap cup']);
  await page.getByRole('button', { name: 'Price', exact: true }).focus();
  await page.keyboard.press('Enter');
  await shown(['Dear cup', 'Cheap cup']);
  await page.keyboard.press('Enter');
  await shown(['Cheap cup', 'Dear cup']);
  await page.getByLabel('Low stock: available at most').fill('10');
  await shown(['Cheap cup']);

  const shared = await browser.open(page.url());
  await shared.page.getByRole('link', { name: 'Cheap cup' }).waitFor();
  expect(await shared.page.getByRole('table').getByRole('link').allTextContents()).toEqual(['Cheap cup']);

  await page.getByLabel('Product', { exact: true }).fill('nothing of this name');
  await page.getByText('No product matches').waitFor();
  await showInBothSchemes(page, 'products-empty');
  await page.getByRole('button', { name: 'Show all products' }).click();
  await until('all are listed again', async () => (await names.count()) === 9);
});

test('stock is changed by keyboard; a refusal stands at the field in the words of the server', async () => {
  await put('lamp', { name: 'Lamp', unit_price: 20, currency: 'USD', available: 10 });
  const { page, allow } = await browser.open(url('/dashboard/products/lamp'));
  allow(/400/);
  const field = page.getByLabel('Added to what is available');
  await field.fill('-11');
  await page.keyboard.press('Enter');
  const confirmation = page.getByRole('dialog', { name: 'Change the stock of Lamp?' });
  await confirmation.getByText('Available now: 10. Afterwards: -1.').waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('adjust must leave 0 to 2147483647 available; 10 are available now').waitFor();
  expect(await product('lamp')).toMatchObject({ available: 10 });
  await confirmation.waitFor({ state: 'detached' });
  await showInBothSchemes(page, 'product-stock-refused');

  await field.fill('5');
  await page.getByText('10 → 15 available').waitFor();
  await field.press('Enter');
  await confirmation.getByText('Available now: 10. Afterwards: 15.').waitFor();
  await showInBothSchemes(page, 'product-stock-confirm');
  await page.keyboard.press('Enter');
  await page.getByText('15 of lamp are available now.').waitFor();
  expect(await product('lamp')).toMatchObject({ available: 15 });
});

test('a count that somebody else has changed meanwhile is not overwritten, and the form says so', async () => {
  await put('vase', { name: 'Vase', unit_price: 20, currency: 'USD', available: 10 });
  const { page, allow } = await browser.open(url('/dashboard/products/vase'));
  allow(/409/);
  await page.getByText('Set to a count').click();
  await page.getByLabel('Available from now on').fill('50');
  await page.keyboard.press('Enter');
  await page.getByText('Available now: 10. Afterwards: 50.').waitFor();
  await call('PUT', '/api/products/vase/stock', { available: 7 });
  await page.getByRole('button', { name: 'Change stock', exact: true }).click();
  await page.getByText('7 of vase are available now, not 10. Nothing was changed.').waitFor();
  await page.getByText('7 → 50 available').waitFor();
  expect(await product('vase')).toMatchObject({ available: 7 });

  await page.getByRole('button', { name: 'Change stock…' }).click();
  await page.getByRole('button', { name: 'Change stock', exact: true }).click();
  await page.getByText('50 of vase are available now.').waitFor();
});

test('stock and sales change on the page as orders reserve, ship and are counted', async () => {
  await put('bell', { name: 'Bell', unit_price: 20, currency: 'USD', available: 10 });
  const { page } = await browser.open(url('/dashboard/products/bell'));
  const stock = (available: number, reserved: number) =>
    page.getByRole('img', { name: `${available} available and ${reserved} reserved` }).waitFor();
  await stock(10, 0);
  await page.getByText('Nothing was ordered in the last 30 days.').waitFor();
  await page.getByRole('status', { name: 'Live updates' }).getByText('Live').waitFor();
  await order('bell', 4);
  await stock(6, 4);
  await page.getByRole('img', { name: /^Quantity of Bell sold: 4 in 30 days/ }).waitFor();
  await stock(6, 0);
  await page.getByRole('radiogroup', { name: 'Measure' }).getByText('Revenue').click();
  await page.getByRole('img', { name: /^Revenue of Bell in USD: \$80\.00 in 30 days/ }).waitFor();
  await showInBothSchemes(page, 'product');
});

test('a product is added with the words of the server at each field, and edited unless it changed meanwhile', async () => {
  const { page, allow } = await browser.open(url('/dashboard/products'));
  allow(/400|409/);
  await page.getByRole('button', { name: 'Add product' }).click();
  const form = page.getByRole('dialog', { name: 'Add a product' });
  await form.getByLabel('Product id').fill('a b');
  await form.getByLabel('Price').fill('0');
  await form.getByRole('button', { name: 'Add product' }).click();
  await form.getByText(/product_id must be 1 to 64 letters/).waitFor();
  await form.getByText(/name must be 1 to 200 printable/).waitFor();
  await form.getByText(/unit_price must be more than 0/).waitFor();
  await showInBothSchemes(page, 'product-form-refused');

  await form.getByLabel('Name').fill('Wind chime');
  await form.getByLabel('Price').fill('12.5');
  await form.getByLabel('Available').fill('8');
  await form.getByLabel('Product id').fill('prod-001');
  await form.getByRole('button', { name: 'Add product' }).click();
  await form.getByText('Product prod-001 exists: it is called Enamel mug').waitFor();
  await form.getByLabel('Product id').fill('chime');
  await form.getByRole('button', { name: 'Add product' }).click();
  await page.getByRole('heading', { level: 1, name: 'Wind chime' }).waitFor();
  expect(await product('chime')).toMatchObject({ available: 8, unit_price: 12.5 });

  const edit = page.getByRole('dialog', { name: 'Edit Wind chime' });
  await page.getByRole('button', { name: 'Edit product' }).click();
  await edit.getByLabel('Price').fill('14');
  await put('chime', { name: 'Wind chime', unit_price: 13, currency: 'USD' });
  await edit.getByRole('button', { name: 'Save product' }).click();
  await edit.getByText('it is called Wind chime and costs 13.00 USD now').waitFor();
  await page.keyboard.press('Escape');
  await edit.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Edit product' }).click();
  await edit.getByLabel('Price').fill('14');
  await edit.getByRole('button', { name: 'Save product' }).click();
  await page.getByRole('list', { name: 'Figures of Wind chime' }).getByText('$14.00').waitFor();
});

test('an unknown product has a page that says so', async () => {
  const { page, allow } = await browser.open(url('/dashboard/products'));
  allow(/404/);
  await page.goto(url('/dashboard/products/nothing'));
  await page.getByRole('heading', { name: 'There is no such product' }).waitFor();
  await showInBothSchemes(page, 'product-unknown');
});
