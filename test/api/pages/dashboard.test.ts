/** How the server gives out the dashboard. */
import { expect, it } from 'vitest';
import { createTestDatabase } from '../../support/database.ts';
import { startApi } from '../support.ts';

const { url: databaseUrl } = await createTestDatabase();
const api = await startApi({ databaseUrl });

const assetsOf = (page: string) => [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address);

it('the same page answers at / and wherever the dashboard has pages', async () => {
  const paths = ['/', '/dashboard', '/dashboard/orders', '/dashboard/orders/order-1', '/dashboard/orders?sort=-total'];
  for (const path of paths) {
    const { status, headers, text } = await api.request('GET', path);
    expect([path, status]).toEqual([path, 200]);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).toContain('<div id="root">');
  }
});

it('each answer has a nonce of its own, in the page and in the policy', async () => {
  const nonces = await Promise.all(
    ['/', '/'].map(async (path) => {
      const { headers, text } = await api.request('GET', path);
      const nonce = /name="style-nonce" content="([^"]+)"/.exec(text)?.[1];
      expect(headers.get('content-security-policy')).toContain(`style-src 'self' 'nonce-${nonce}'`);
      return nonce;
    }),
  );
  expect(new Set(nonces).size).toBe(2);
});

it('everything that the page loads comes from this server, compressed, and bundles are kept for ever', async () => {
  const { text } = await api.request('GET', '/');
  const assets = assetsOf(text);
  expect(assets.length).toBeGreaterThan(3);
  for (const address of assets) {
    expect(address).toMatch(/^\/dashboard\/static\//);
    const { status, headers } = await api.request('GET', address, { headers: { 'accept-encoding': 'br' } });
    expect([address, status, headers.get('content-encoding')]).toEqual([address, 200, 'br']);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    const caching = address.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    expect([address, headers.get('cache-control')]).toEqual([address, caching]);
  }
});

it('the page as a file loads nothing and stands in no frame', async () => {
  const { headers } = await api.request('GET', '/dashboard/static/index.html');
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; ?frame-ancestors 'none'$/);
});

it('files that are not there, and files outside of the dashboard, are not found', async () => {
  for (const path of ['/dashboard/static/nothing.js', '/dashboard/static/..%2f..%2fpackage.json', '/dashboard/a/b/c']) {
    const { status, headers } = await api.request('GET', path);
    expect([path, status]).toEqual([path, 404]);
    expect(headers.get('content-type')).toContain('application/problem+json');
  }
});

it('what the first view loads stays within 350 kB of compressed JavaScript', async () => {
  const { text } = await api.request('GET', '/');
  const scripts = assetsOf(text).filter((address) => address.endsWith('.js'));
  const sizes = await Promise.all(
    scripts.map(async (address) => {
      const { headers } = await api.request('GET', address, { headers: { 'accept-encoding': 'gzip' } });
      return Number(headers.get('content-length'));
    }),
  );
  expect(sizes.every((size) => size > 0)).toBe(true);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(350_000);
});
