/** What can be done to an order by hand, in a real browser; nothing moves by itself here. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectAccessible, showInBothSchemes, useBrowser } from './support/browser.ts';
import { useSystem } from './support/system.ts';

const { url, call } = useSystem({ PAYMENT_DELAY: '1h', PREPARATION_DELAY: '1h', DELIVERY_DELAY: '1h' });
const browser = useBrowser();

const place = (order_id: string, quantity = 1) =>
  call('POST', '/api/orders', { customer_id: 'customer-1', order_id, items: [{ product_id: 'prod-001', quantity }] });
const setStatus = (order_id: string, status: string) => call('PUT', `/api/orders/${order_id}/status`, { status });
const open = (order_id: string) => browser.open(url(`/dashboard/orders/${order_id}`));
const status = (page: Page, word: string) => page.getByRole('heading', { level: 1 }).getByText(word, { exact: true });
const history = (page: Page) => page.getByRole('list', { name: 'Events of the order' });
/** Presses the button of an action and gives the dialog that asks. */
const ask = async (page: Page, action: string) => {
  await page.getByRole('button', { name: action }).click();
  const dialog = page.getByRole('dialog', { name: action });
  await dialog.waitFor();
  return dialog;
};

test('an order above the limit is approved', async () => {
  await place('order-approve', 600);
  const { page } = await open('order-approve');
  await page.getByText('Waiting for approval').waitFor();
  await page
    .getByRole('timer')
    .getByText(/to decide/)
    .waitFor();
  await showInBothSchemes(page, 'order-awaiting-approval');
  const dialog = await ask(page, 'Approve order');
  await dialog.getByLabel('Reason').fill('known customer');
  await dialog.getByRole('button', { name: 'Approve order' }).click();
  await page.getByText('The order is approved').waitFor();
  await history(page).getByText('Approved (known customer)').waitFor();
  await page.getByText('Waiting to charge').waitFor();
  await showInBothSchemes(page, 'order-pending');
});

test('an order above the limit is denied with a reason, which the page tells', async () => {
  await place('order-deny', 600);
  const { page } = await open('order-deny');
  const dialog = await ask(page, 'Deny order');
  await dialog.getByLabel('Reason').fill('not a shop of ours');
  await dialog.getByRole('button', { name: 'Deny order' }).click();
  await status(page, 'Cancelled').waitFor();
  const ending = page.getByRole('region', { name: 'Why it ended' });
  await ending.getByText('Cancelled: Approval denied').waitFor();
  await ending.getByText('“not a shop of ours”').waitFor();
});

test('a paid order is cancelled by keyboard, and the refund is seen', async () => {
  await place('order-cancel', 2);
  const { page } = await open('order-cancel');
  await page.getByRole('button', { name: 'Charge now' }).focus();
  await page.keyboard.press('Enter');
  const charging = page.getByRole('dialog', { name: 'Charge now' });
  await charging.getByRole('button', { name: 'Charge now' }).focus();
  await page.keyboard.press('Enter');
  await status(page, 'Processing').waitFor();

  await page.getByRole('button', { name: 'Cancel order' }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Cancel order' });
  await dialog.getByText('$39.98 is refunded').waitFor();
  await page.getByLabel('Reason').and(page.locator(':focus')).waitFor();
  await showInBothSchemes(page, 'order-cancel-dialog');
  await page.keyboard.type('ordered twice');
  await dialog.getByRole('button', { name: 'Cancel order' }).focus();
  await page.keyboard.press('Enter');
  await status(page, 'Cancelled').waitFor();
  await page.getByRole('region', { name: 'Payment' }).getByText('Refunded').waitFor();
  await history(page).getByText('Payment refunded: $39.98').waitFor();
  await page.getByRole('region', { name: 'Why it ended' }).getByText('“ordered twice”').waitFor();
  await showInBothSchemes(page, 'order-cancelled');
});

test('a dialog says at once that the order has moved on meanwhile', async () => {
  await place('order-moved', 600);
  const { page } = await open('order-moved');
  const dialog = await ask(page, 'Approve order');
  await call('PUT', '/api/orders/order-moved/cancel', { reason: 'by somebody else' });
  const alert = dialog.getByRole('alert');
  await alert.getByText('The order has moved on').waitFor();
  await alert.getByText('Cancelled', { exact: true }).waitFor();
  expect(await dialog.getByRole('button', { name: 'Approve order' }).count()).toBe(0);
  await expectAccessible(page);
});

test('an action that is refused because the order moved on unseen says so and shows the new state', async () => {
  await place('order-unseen', 600);
  const { page, allow } = await open('order-unseen');
  allow(/status of 409/);
  await page.getByRole('switch', { name: 'Live updates on or off' }).focus();
  await page.keyboard.press('Space');
  await page.getByText('Live updates are paused').waitFor();
  const dialog = await ask(page, 'Approve order');
  await call('PUT', '/api/orders/order-unseen/cancel', { reason: 'by somebody else' });
  await dialog.getByRole('button', { name: 'Approve order' }).click();
  const alert = dialog.getByRole('alert');
  await alert.getByText('does not wait for approval').waitFor();
  await alert.getByText('Cancelled', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await status(page, 'Cancelled').waitFor();
});

test('news of the carrier is told by hand, and the server refuses at the field', async () => {
  await place('order-news');
  await setStatus('order-news', 'PROCESSING');
  await setStatus('order-news', 'SHIPPED');
  const { page, allow } = await open('order-news');
  allow(/status of 400/);
  const dialog = await ask(page, 'Update location');
  await dialog.getByLabel('Location').fill('x'.repeat(201));
  await dialog.getByRole('button', { name: 'Update location' }).click();
  await dialog.getByText('location must be 1 to 200 printable characters').waitFor();
  await showInBothSchemes(page, 'order-location-refused');
  await dialog.getByLabel('Location').fill('Hub Leipzig');
  await dialog.getByLabel('Status').selectOption({ label: 'Out for delivery' });
  await dialog.getByLabel('Estimated delivery').fill('2031-05-04T12:30');
  await dialog.getByRole('button', { name: 'Update location' }).click();
  const shipment = page.getByRole('region', { name: 'Shipment' });
  await shipment.getByText('Hub Leipzig').waitFor();
  await shipment.getByText('Out for delivery').waitFor();
  await shipment.getByText(/May 4, 2031/).waitFor();
  await history(page).getByText('Out for delivery, now at Hub Leipzig').waitFor();

  const delivering = await ask(page, 'Mark as delivered');
  await delivering.getByRole('button', { name: 'Mark as delivered' }).click();
  await status(page, 'Delivered').waitFor();
  await page.getByText('The order is delivered').waitFor();
});

test('charging late never ships: what was read is what is done', async () => {
  await place('order-late');
  const { page } = await open('order-late');
  const dialog = await ask(page, 'Charge now');
  await setStatus('order-late', 'PROCESSING');
  await dialog.getByRole('alert').getByText('Processing', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await page.getByRole('button', { name: 'Ship now' }).waitFor();
});
