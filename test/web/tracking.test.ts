/** The tracking page on a phone, in a real browser, with a real order. */
import { expect, test } from 'vitest';
import { showInBothSchemes, useBrowser } from './support/browser.ts';
import { useSystem } from './support/system.ts';

const { url, call } = useSystem({ PAYMENT_DELAY: '3s', PREPARATION_DELAY: '3s', DELIVERY_DELAY: '3s' });
const browser = useBrowser();
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

interface Created {
  readonly order_id: string;
  readonly tracking_url: string;
}

const order = () =>
  call<Created>('POST', '/api/orders', {
    customer_id: 'secret-customer',
    items: [{ product_id: 'prod-001', quantity: 2 }],
  });

test('a customer follows an order on a phone until it is delivered, without loading the page again', async () => {
  const { tracking_url: link } = await order();
  const { page } = await browser.open(link, PHONE);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.evaluate('window.wasLoadedOnce = true');
  await showInBothSchemes(page, 'tracking-pending');
  await page.getByText('TRACK-').first().waitFor();
  await showInBothSchemes(page, 'tracking-on-its-way');
  await page.getByRole('heading', { level: 1, name: /delivered/i }).waitFor();
  expect(await page.evaluate('window.wasLoadedOnce')).toBe(true);
  await showInBothSchemes(page, 'tracking-delivered');
  expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  expect(await page.content()).not.toContain('secret-customer');
});

test('without JavaScript the page says the plain facts', async () => {
  const { tracking_url: link } = await order();
  const { page } = await browser.open(link, { ...PHONE, javaScriptEnabled: false });
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByText('Enamel mug').waitFor();
  await page.getByRole('link', { name: /refresh/i }).waitFor();
});

test('a link that was changed shows nothing of the order', async () => {
  const { order_id: id, tracking_url: link } = await order();
  const other = await order();
  const foreign = new URL(link).search;
  const { page, allow } = await browser.open(link, PHONE);
  allow(/404/);
  for (const path of [`/track/${id}`, `/track/${other.order_id}${foreign}`, '/track/nothing?token=1.x']) {
    const answer = await page.goto(url(path));
    expect([path, answer?.status()]).toEqual([path, 404]);
    expect(await page.content()).not.toContain('Enamel mug');
  }
  await showInBothSchemes(page, 'tracking-not-found');
});
