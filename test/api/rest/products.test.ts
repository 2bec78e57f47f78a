import { beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../support/database.ts';
import { NOBODY, startApi, type TestApi } from '../support.ts';

interface ProductPage {
  readonly products: { readonly id: string }[];
  readonly next_page_token: string;
}

let api: TestApi;

beforeAll(async () => {
  const { url } = await createTestDatabase();
  api = await startApi({ databaseUrl: url, temporalAddress: NOBODY });
});

const lamp = { name: 'Lamp', unit_price: 12.5, currency: 'EUR' };
const put = (path: string, body: object) => api.request('PUT', `/api/products/${path}`, { body });

it('products are listed a page at a time', async () => {
  const seen: string[] = [];
  let token = '';
  do {
    const { body } = await api.request<ProductPage>('GET', `/api/products?page_size=3&page_token=${token}`);
    seen.push(...body.products.map(({ id }) => id));
    token = body.next_page_token;
  } while (token !== '');
  expect(seen).toEqual(expect.arrayContaining(['prod-001', 'prod-002', 'SKU-1']));
  expect(new Set(seen).size).toBe(seen.length);
});

it('a product is added, and changed without touching its stock', async () => {
  expect(await put('lamp', { ...lamp, available: 7 })).toMatchObject({
    status: 200,
    body: { id: 'lamp', unit_price: 12.5, unit_price_minor: 1250, currency: 'EUR', available: 7, reserved: 0 },
  });
  await put('lamp', { name: 'Lamp', unit_price_minor: 999, currency: 'EUR' });
  expect(await api.request('GET', '/api/products/lamp')).toMatchObject({
    status: 200,
    body: { unit_price: 9.99, available: 7 },
  });
});

it('the decimals of a currency count: JPY has none', async () => {
  expect(await put('tea', { name: 'Tea', unit_price: 500, currency: 'JPY' })).toMatchObject({
    body: { unit_price_minor: 500 },
  });
});

it.each(['search', 'top'])('a product is not called %s, where it could not be read', async (id) => {
  expect(await put(id, lamp)).toMatchObject({
    status: 400,
    body: { violations: [{ field: 'product_id', value: id }] },
  });
});

it('an unknown product is not found', async () => {
  for (const answer of [
    await api.request('GET', '/api/products/nothing'),
    await put('nothing/stock', { available: 1 }),
    await put('nothing/stock', { adjust: 1 }),
  ])
    expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
});

describe('stock', () => {
  it('is set and adjusted, and never falls below zero', async () => {
    await put('vase', { name: 'Vase', unit_price: 5, currency: 'EUR' });
    expect(await put('vase/stock', { available: 3 })).toMatchObject({ body: { available: 3 } });
    expect(await put('vase/stock', { adjust: -2 })).toMatchObject({ body: { available: 1 } });
    expect(await put('vase/stock', { adjust: -2 })).toMatchObject({
      status: 400,
      body: { violations: [{ field: 'adjust', value: -2, rule: 'stock' }] },
    });
    expect(await api.request('GET', '/api/products/vase')).toMatchObject({ body: { available: 1 } });
  });

  it.each([
    {},
    { available: 1, adjust: 1 },
    { available: -1 },
    { available: 1.5 },
    { available: 2 ** 31 },
    { adjust: '1' },
  ])('is refused for %j', async (body) => {
    expect(await put('prod-001/stock', body)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
  });
});

describe('a product is refused', () => {
  it.each([
    ['without a price', { name: 'x', currency: 'EUR' }, 'unit_price_minor'],
    ['with two prices', { ...lamp, unit_price_minor: 1250 }, 'unit_price_minor'],
    ['for a price of 0', { ...lamp, unit_price: 0 }, 'unit_price'],
    ['for a third decimal', { ...lamp, unit_price: 1.005 }, 'unit_price'],
    ['for half a cent', { name: 'x', currency: 'EUR', unit_price_minor: 0.5 }, 'unit_price_minor'],
    ['for a price beyond every order', { ...lamp, unit_price: 100_000.01 }, 'unit_price'],
    ['for an unknown currency', { ...lamp, currency: 'EURO' }, 'currency'],
    ['for a blank name', { ...lamp, name: ' ' }, 'name'],
    ['for negative stock', { ...lamp, available: -1 }, 'available'],
    ['for an unknown field', { ...lamp, colour: 'red' }, 'colour'],
  ])('%s', async (_why, body, field) => {
    expect(await put('lamp2', body)).toMatchObject({ status: 400, body: { violations: [{ field }] } });
    expect((await api.request('GET', '/api/products/lamp2')).status).toBe(404);
  });

  it('for an id that it cannot have', async () => {
    expect(await put('a%20b', lamp)).toMatchObject({ status: 400, body: { violations: [{ field: 'product_id' }] } });
  });
});
