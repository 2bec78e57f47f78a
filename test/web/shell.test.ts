/** What stands around every page, in a real browser. */
import { expect, test } from 'vitest';
import { showInBothSchemes, useBrowser } from './support/browser.ts';
import { useSystem } from './support/system.ts';

const { url } = useSystem();
const browser = useBrowser();

test('every page can be reached from the navigation, and its address shows the same page again', async () => {
  const { page } = await browser.open(url());
  for (const name of ['Orders', 'Customers', 'Products', 'Processors', 'Dead letters', 'Webhooks', 'Overview']) {
    await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
    await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  }
});

test('the connection to the log is shown, and can be switched off and on', async () => {
  const { page } = await browser.open(url());
  const state = page.getByRole('status', { name: 'Live updates' });
  await state.getByText('Live').waitFor();
  const toggle = page.getByRole('switch', { name: 'Live updates on or off' });
  await toggle.focus();
  await page.keyboard.press('Space');
  await state.getByText('Paused').waitFor();
  await page.reload();
  await state.getByText('Paused').waitFor();
  await toggle.focus();
  await page.keyboard.press('Space');
  await state.getByText('Live').waitFor();
});

test('an address without a page says so', async () => {
  const { page } = await browser.open(url('/dashboard/nothing-here'));
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  await showInBothSchemes(page, 'not-found');
});

test('the content security policy allows nothing but the own server', async () => {
  const { headers } = await fetch(url());
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toContain('unsafe');
});
