/** Signing in to the dashboard, and out again, in a real browser. */
import { expect, test } from 'vitest';
import { showInBothSchemes, useBrowser } from './support/browser.ts';
import { useSystem } from './support/system.ts';

const ADMIN_KEY = 'the-key-of-an-admin-that-is-long-enough';
const { url } = useSystem({ ADMIN_API_KEY: ADMIN_KEY });
const browser = useBrowser();

/** Makes a key of a role, as an admin does; answers it and its id. */
async function makeKey(role: string): Promise<{ key: string; id: string }> {
  const response = await fetch(url('/api/keys'), {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      name: `a key of the role ${role}`,
      role,
      ...(role === 'customer' && { customer_id: 'ada' }),
    }),
  });
  expect(response.status).toBe(201);
  return (await response.json()) as { key: string; id: string };
}

test('who is not signed in sees nothing; with a key one is where one wanted to be, until one signs out', async () => {
  const { page, allow } = await browser.open(url('/dashboard/products?search=mug'));
  allow(/status of 401/);
  const field = page.getByLabel('API key or token', { exact: true });
  await field.waitFor();
  await showInBothSchemes(page, 'sign-in');
  await field.fill('sk_of-nobody');
  await page.keyboard.press('Enter');
  await page.getByText('These credentials are neither an API key nor a token that is taken here.').waitFor();
  await showInBothSchemes(page, 'sign-in-refused');
  await field.fill(ADMIN_KEY);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Products' }).waitFor();
  expect(new URL(page.url()).searchParams.get('search')).toBe('mug');
  await page.getByRole('status', { name: 'Live updates' }).getByText('Live').waitFor();
  await page.getByRole('button', { name: 'Add product' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Products' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await field.waitFor();
  await page.reload();
  await field.waitFor();
});

test('an operator is not offered what only admins may do, and is led to the sign-in when the key is revoked', async () => {
  const { key, id } = await makeKey('operator');
  const { page, allow } = await browser.open(url('/dashboard/products/prod-001'));
  allow(/status of 401|ERR_ABORTED/);
  const field = page.getByLabel('API key or token', { exact: true });
  await field.fill(key);
  await page.keyboard.press('Enter');
  await page.getByText('Only admins change the stock.').waitFor();
  expect(await page.getByRole('button', { name: 'Edit product' }).count()).toBe(0);
  await showInBothSchemes(page, 'product-for-operators');
  const revoked = await fetch(url(`/api/keys/${id}`), {
    method: 'DELETE',
    headers: { authorization: `Bearer ${ADMIN_KEY}` },
  });
  expect(revoked.ok).toBe(true);
  await field.waitFor();
});

test('a customer is told that these pages are not for them', async () => {
  const { key } = await makeKey('customer');
  const { page } = await browser.open(url());
  await page.getByLabel('API key or token', { exact: true }).fill(key);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'These pages are for operators' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('API key or token', { exact: true }).waitFor();
});
