/** Webhooks from the form to the receiver, in a real browser, with a real receiver. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { startReceiver, status } from '../events/webhooks/receiver.ts';
import { until } from '../support/until.ts';
import { showInBothSchemes, useBrowser } from './support/browser.ts';
import { useSystem } from './support/system.ts';

const { url, call } = useSystem({ WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_RETRIES: '200ms' });
const browser = useBrowser();

const add = async (page: Page, address: string) => {
  await page.getByRole('button', { name: 'Add webhook' }).click();
  const form = page.getByRole('dialog', { name: 'Add a webhook' });
  await form.getByLabel('Address').fill(address);
  return form;
};
const order = () =>
  call<{ order: { id: string } }>('POST', '/api/orders', {
    customer_id: 'c-1',
    items: [{ product_id: 'SKU-1', quantity: 1 }],
  });
const secretIn = (page: Page, name: string) =>
  page.getByRole('dialog', { name }).getByRole('group', { name: 'Secret' }).innerText();

test('a webhook is added in the form, its secret shown once, and a test arrives', async () => {
  const receiver = await startReceiver();
  const { page } = await browser.open(url('/dashboard/webhooks'));
  await page.getByText('No webhook yet').waitFor();
  const form = await add(page, receiver.url);
  await form.getByLabel('Every event').click();
  await form.getByRole('combobox', { name: 'Types of events' }).click();
  await page.getByRole('option', { name: 'order.created.v1' }).click();
  await page.keyboard.press('Tab');
  await showInBothSchemes(page, 'webhook-form');
  await form.getByRole('button', { name: 'Add webhook' }).click();
  const secret = await secretIn(page, 'Webhook added');
  expect(secret).toMatch(/^whsec_/);
  await page.getByRole('button', { name: 'I have stored it' }).click();

  await page.getByRole('link', { name: receiver.url }).click();
  await page.getByRole('button', { name: 'Send test' }).click();
  await page.getByText('It arrived').waitFor();
  await page.getByText(/^Answered 200 after/).waitFor();
  expect(JSON.parse(receiver.received[0]!.body)).toMatchObject({ type: 'webhook.test.v1' });
  expect(await page.content()).not.toContain(secret);
});

test('a secret is rotated, and shown once again', async () => {
  const { id, secret } = await call<{ id: string; secret: string }>('POST', '/api/webhooks', {
    url: 'http://127.0.0.1:9/rotated',
    event_types: ['order.denied.v1'],
  });
  const { page } = await browser.open(url(`/dashboard/webhooks/${id}`));
  await page.getByRole('button', { name: 'Rotate secret' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate secret' }).click();
  await page.getByRole('dialog', { name: 'New secret' }).waitFor();
  expect(await secretIn(page, 'New secret')).not.toBe(secret);
  await page.getByRole('button', { name: 'I have stored it' }).click();
});

test('what was sent is shown as it arrives, and counts for the success rate', async () => {
  const receiver = await startReceiver();
  const { id } = await call<{ id: string }>('POST', '/api/webhooks', {
    url: receiver.url,
    event_types: ['order.created.v1'],
  });
  const { page } = await browser.open(url(`/dashboard/webhooks/${id}`));
  await page.getByText('Nothing was sent yet').waitFor();
  const created = await order();
  await page.getByRole('row', { name: /order\.created\.v1.*Arrived/ }).waitFor();
  await page.getByText('100 % of its latest deliveries arrived').waitFor();
  await showInBothSchemes(page, 'webhook');
  await page.goto(url('/dashboard/webhooks'));
  await page.getByRole('row', { name: new RegExp(`${receiver.url}.*Active.*100 %`) }).waitFor();
  await showInBothSchemes(page, 'webhooks');
  expect(receiver.received.at(-1)?.body).toContain(created.order.id);
});

test('a delivery that was given up is found, explained and sent again from the page', async () => {
  let answer = 500;
  const receiver = await startReceiver((...of) => {
    status(answer)(...of);
  });
  const { id } = await call<{ id: string }>('POST', '/api/webhooks', {
    url: receiver.url,
    event_types: ['order.created.v1'],
  });
  const { page } = await browser.open(url(`/dashboard/webhooks/${id}`));
  const { order: created } = await order();
  await page.getByRole('row', { name: /order\.created\.v1.*Given up.*500/ }).waitFor();
  await page.getByRole('combobox', { name: 'Outcome' }).click();
  await page.getByRole('option', { name: 'Given up' }).click();
  await page.getByLabel('Order', { exact: true }).fill(created.id);
  await page.getByLabel('Order', { exact: true }).press('Enter');
  await page.waitForURL(new RegExp(`status=FAILED.*order_id=${created.id}`));
  await page.reload();
  await page.getByRole('button', { name: `Details of order.created.v1 of ${created.id}` }).click();
  const drawer = page.getByRole('dialog', { name: 'Delivery' });
  await drawer.getByRole('table', { name: 'Attempts' }).getByRole('row').nth(2).waitFor();
  await drawer.getByText('thank you').first().waitFor();
  await showInBothSchemes(page, 'webhook-delivery');
  answer = 204;
  await drawer.getByRole('button', { name: 'Send again' }).click();
  await drawer.getByText('Arrived').waitFor();
  expect(receiver.received.at(-1)?.id).toBe(receiver.received[0]?.id);
});

test('the server says at the field what is wrong with it', async () => {
  const { page, allow } = await browser.open(url('/dashboard/webhooks'));
  allow(/status of 4\d\d/);
  const form = await add(page, 'ftp://example.com');
  await form.getByRole('button', { name: 'Add webhook' }).click();
  await until('the field says what is wrong', async () => {
    const field = form.getByLabel('Address');
    return (await field.getAttribute('aria-invalid')) === 'true' && (await form.innerText()).includes('http');
  });
  await form.getByLabel('Every event').click();
  await form.getByRole('button', { name: 'Add webhook' }).click();
  await form.getByText('Choose at least one, or every event.').waitFor();
  await form.getByLabel('Every event').click();
  await form.getByLabel('Address').fill('https://example.com/hooks');
  await form.getByRole('textbox', { name: 'Secret' }).fill('short');
  await form.getByRole('button', { name: 'Add webhook' }).click();
  await form.getByText(/8 to 128 printable/).waitFor();
});

test('a webhook is changed, disabled, enabled and deleted', async () => {
  const { id } = await call<{ id: string }>('POST', '/api/webhooks', { url: 'http://127.0.0.1:9/before' });
  const { page, allow } = await browser.open(url(`/dashboard/webhooks/${id}`));
  allow(/status of 404/);
  await page.getByRole('button', { name: 'Change…' }).click();
  const form = page.getByRole('dialog', { name: 'Change the webhook' });
  await form.getByLabel('Address').fill('http://127.0.0.1:9/after');
  await form.getByRole('button', { name: 'Save changes' }).click();
  await page.getByRole('heading', { level: 1, name: 'http://127.0.0.1:9/after' }).waitFor();

  await page.getByRole('button', { name: 'Disable' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disable webhook' }).click();
  await page.getByText('Somebody switched it off.').waitFor();
  await page.getByRole('button', { name: 'Enable', exact: true }).click();
  await page.getByText('Somebody switched it off.').waitFor({ state: 'hidden' });

  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete webhook' }).click();
  await page.getByRole('heading', { level: 1, name: 'Webhooks', exact: true }).waitFor();
  await page.goto(url(`/dashboard/webhooks/${id}`));
  await page.getByRole('heading', { name: 'There is no such webhook' }).waitFor();
});
