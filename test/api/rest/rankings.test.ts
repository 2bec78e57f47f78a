/** Lists of customers and products by what was ordered, and how that went day by day. */
import { beforeAll, describe, expect, it } from 'vitest';
import { cancelOrder } from '../../../db/orders.ts';
import { accept, acceptAs } from '../../db/order-fixture.ts';
import { createTestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';
import { NOBODY, startApi, type TestApi } from '../support.ts';

let api: TestApi;
const { url, db } = await createTestDatabase();
const today = () => new Date().toISOString().slice(0, 10);

interface Body {
  readonly currency?: string;
  readonly currencies: readonly string[];
  readonly customers: readonly { readonly customer_id: string; readonly total_spent: number }[];
  readonly products: readonly { readonly id: string }[];
  readonly next_page_token: string;
}

const get = async <Answer = Body>(path: string) => {
  const { status, body } = await api.request<Answer>('GET', path);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
};
const customers = async (query = '') =>
  (await get(`/api/customers?${query}`)).customers.map(({ customer_id }) => customer_id);
const products = async (query = '') => (await get(`/api/products?${query}`)).products.map(({ id }) => id);

/** Every entry of a list, page by page. */
async function pages(path: string, read: (body: Body) => readonly string[]): Promise<string[]> {
  const seen: string[] = [];
  let token = '';
  do {
    const body = await get(`${path}&page_size=2&page_token=${token}`);
    seen.push(...read(body));
    token = body.next_page_token;
  } while (token !== '');
  return seen;
}

beforeAll(async () => {
  api = await startApi({ databaseUrl: url, temporalAddress: NOBODY });
  const put = (id: string, body: object) => api.request('PUT', `/api/products/${id}`, { body });
  await put('tea', { name: 'Green tea', unit_price: 500, currency: 'JPY', available: 100 });
  await put('rare', { name: 'A rare thing', unit_price: 50, currency: 'USD', available: 3 });
  const order = (customerId: string, quantity: number, productId = 'SKU-1') =>
    accept(db, { customerId, lines: [{ productId, quantity }] });
  // SKU-1 costs 10.00 USD. Zoe spent 100 in one order, Abe 60 in three of which one was cancelled, Ann and Mia 20 each.
  await order('Zoe', 10);
  await order('Ann', 2);
  await order('Mia', 2);
  await acceptAs(db, 'DELIVERED', { customerId: 'Abe', lines: [{ productId: 'SKU-1', quantity: 3 }] });
  await order('Abe', 3);
  await cancelOrder(db, await order('Abe', 50), 'PAYMENT_DECLINED', null);
  await order('Ann', 4, 'tea');
  await order('Ken', 1, 'tea');
  await until('all orders are counted', async () => {
    const { body } = await api.request<{ orders: number }>('POST', '/api/projections/rebuild');
    return body.orders === 8;
  });
});

describe('customers', () => {
  it('stand in one currency, the one most ordered in first, who spent most first', async () => {
    expect(await get('/api/customers')).toMatchObject({
      currency: 'USD',
      currencies: ['USD', 'JPY'],
      customers: [
        { customer_id: 'Zoe', total_spent: 100, orders: 1, currency: 'USD' },
        { customer_id: 'Abe', total_spent: 60, orders: 3, delivered: 1, cancelled: 1, cancelled_value: 500 },
        { customer_id: 'Mia', total_spent: 20 },
        { customer_id: 'Ann', total_spent: 20 },
      ],
      next_page_token: '',
    });
    expect(await customers('currency=JPY')).toEqual(['Ann', 'Ken']);
    expect(await customers('currency=EUR')).toEqual([]);
  });

  it.each([
    ['spent', ['Ann', 'Mia', 'Abe', 'Zoe']],
    ['-orders', ['Abe', 'Zoe', 'Mia', 'Ann']],
    ['orders', ['Ann', 'Mia', 'Zoe', 'Abe']],
    ['-last_order_at', ['Abe', 'Mia', 'Ann', 'Zoe']],
    ['last_order_at', ['Zoe', 'Ann', 'Mia', 'Abe']],
    ['customer_id', ['Abe', 'Ann', 'Mia', 'Zoe']],
    ['-customer_id', ['Zoe', 'Mia', 'Ann', 'Abe']],
  ])('are sorted by %s, and every one of them is on one page', async (sort, sorted) => {
    expect(await customers(`sort=${sort}`)).toEqual(sorted);
    expect(
      await pages(`/api/customers?sort=${sort}`, (body) => body.customers.map(({ customer_id }) => customer_id)),
    ).toEqual(sorted);
  });

  it('are filtered by how the id begins, by money, orders and last order, all together', async () => {
    expect(await customers('search=aN')).toEqual(['Ann']);
    expect(await customers('min_spent=20.01')).toEqual(['Zoe', 'Abe']);
    expect(await customers('min_orders=2')).toEqual(['Abe']);
    expect(await customers('search=a&min_spent=60.00&min_orders=3&sort=customer_id')).toEqual(['Abe']);
    expect(await customers(`last_order_to=${today()}T00:00:00Z`)).toEqual([]);
    expect(await customers('last_order_from=2026-01-01T00:00:00Z')).toHaveLength(4);
    expect(await customers('currency=JPY&min_spent=1000')).toEqual(['Ann']);
  });

  it('tell what they ordered of late, day by day and by status', async () => {
    expect(await get('/api/customers/Abe/activity?days=2')).toMatchObject({
      orders: 3,
      is_partial: false,
      by_status: [
        { status: 'PENDING', orders: 1 },
        { status: 'PROCESSING', orders: 0 },
        { status: 'SHIPPED', orders: 0 },
        { status: 'DELIVERED', orders: 1 },
        { status: 'CANCELLED', orders: 1 },
      ],
      days: [{ currency: 'USD', orders: 3, cancelled: 1, total_spent: 60, total_spent_minor: 6000 }],
    });
    expect((await api.request('GET', '/api/customers/nobody/activity')).status).toBe(404);
  });
});

describe('products', () => {
  it('come with their sales, by id where nothing else is asked for', async () => {
    const all = await products();
    expect(all).toEqual([...all].sort());
    expect((await get('/api/products?search=sku-1')).products).toMatchObject([
      {
        id: 'SKU-1',
        available: 999_997,
        sales: { quantity: 20, order_count: 6, average_quantity: 4, revenue: [{ currency: 'USD', amount: 200 }] },
      },
    ]);
  });

  it.each([
    ['-quantity', 'SKU-1'],
    ['-revenue', 'tea'],
    ['-orders', 'SKU-1'],
    ['-average_quantity', 'SKU-1'],
    ['-price', 'prod-005'],
    ['-id', 'tea'],
    ['name', 'rare'],
    ['available', 'rare'],
    ['-reserved', 'prod-001'],
  ])('are sorted by %s, and every one of them is on one page', async (sort, first) => {
    const sorted = await products(`sort=${sort}`);
    if (sort !== '-reserved') expect(sorted[0]).toBe(first);
    expect(new Set(sorted).size).toBe(9);
    expect(await pages(`/api/products?sort=${sort}`, (body) => body.products.map(({ id }) => id))).toEqual(sorted);
  });

  it('are filtered by words, by what is left of them and by currency, all together', async () => {
    expect(await products('search=TEA')).toEqual(['tea']);
    expect(await products('max_available=5')).toEqual(['prod-005', 'rare']);
    expect(await products('max_available=5&search=rare')).toEqual(['rare']);
    expect(await products('currency=JPY')).toEqual(['tea']);
  });

  it('tell what was sold day by day', async () => {
    expect(await get('/api/products/SKU-1/days?days=2')).toMatchObject({
      days: [{ currency: 'USD', order_count: 6, cancelled: 1, quantity: 20, revenue: 200, revenue_minor: 20_000 }],
    });
    expect(await get('/api/products/rare/days')).toMatchObject({ days: [] });
    expect((await api.request('GET', '/api/products/nothing/days')).status).toBe(404);
  });
});

describe('a change of a product that somebody else has changed meanwhile is refused', () => {
  const put = (path: string, body: object) => api.request('PUT', `/api/products/${path}`, { body });
  const drum = { name: 'Drum', unit_price_minor: 9000, currency: 'USD' };

  it('where it should not exist yet, or has another name or price by now', async () => {
    expect((await put('drum', { ...drum, expected: drum })).status).toBe(404);
    expect((await put('drum', { ...drum, expected: null })).status).toBe(200);
    expect(await put('drum', { ...drum, expected: null })).toMatchObject({
      status: 409,
      body: { code: 'PRODUCT_CHANGED', detail: 'Product drum exists: it is called Drum and costs 90.00 USD now.' },
    });
    const louder = { ...drum, name: 'Loud drum' };
    expect((await put('drum', { ...louder, expected: { ...drum, unit_price_minor: 1 } })).status).toBe(409);
    expect(await put('drum', { ...louder, expected: drum })).toMatchObject({
      status: 200,
      body: { name: 'Loud drum' },
    });
  });

  it('where something else is available by now', async () => {
    await put('horn', { ...drum, name: 'Horn', available: 7 });
    expect(await put('horn/stock', { available: 20, expected_available: 9 })).toMatchObject({
      status: 409,
      body: { code: 'PRODUCT_CHANGED', detail: '7 of horn are available now, not 9. Nothing was changed.' },
    });
    expect(await put('horn/stock', { available: 20, expected_available: 7 })).toMatchObject({
      status: 200,
      body: { available: 20 },
    });
  });
});

describe('bad input is refused, naming the field', () => {
  it.each([
    ['/api/customers?sort=height', 'sort'],
    ['/api/customers?currency=dollars', 'currency'],
    ['/api/customers?min_spent=-1', 'min_spent'],
    ['/api/customers?min_orders=1.5', 'min_orders'],
    ['/api/customers?last_order_from=yesterday', 'last_order_from'],
    ['/api/customers?search=', 'search'],
    ['/api/customers?page_token=AAAA', 'page_token'],
    ['/api/customers?page_size=501', 'page_size'],
    ['/api/customers?colour=red', 'colour'],
    ['/api/customers/Abe/activity?days=0', 'days'],
    ['/api/products?sort=spent', 'sort'],
    ['/api/products?max_available=-1', 'max_available'],
    ['/api/products?currency=x', 'currency'],
    ['/api/products?page_token=x', 'page_token'],
    ['/api/products/tea/days?days=367', 'days'],
  ])('%s', async (path, field) => {
    expect(await api.request('GET', path)).toMatchObject({ status: 400, body: { violations: [{ field }] } });
  });

  it.each([
    ['/api/customers?sort=spent', '1.5'],
    ['/api/customers?sort=orders', '1.5'],
    ['/api/customers?sort=last_order_at', '2026-02-30T00:00:00.000Z'],
    ['/api/customers?sort=last_order_at', '0000-01-01T00:00:00.000Z'],
    ['/api/products?sort=available', '1.5'],
    ['/api/products?sort=reserved', '1.5'],
  ])('a token of %s with the place %s', async (path, key) => {
    const { next_page_token } = await get(`${path}&page_size=1`);
    const [list, , id] = JSON.parse(Buffer.from(next_page_token, 'base64url').toString()) as string[];
    const token = Buffer.from(JSON.stringify([list, key, id])).toString('base64url');
    expect(await api.request('GET', `${path}&page_token=${token}`)).toMatchObject({
      status: 400,
      body: { violations: [{ field: 'page_token' }] },
    });
  });

  it('a token of a list with another sort', async () => {
    const { next_page_token: token } = await get('/api/products?sort=-revenue&page_size=2');
    expect(await api.request('GET', `/api/products?sort=revenue&page_token=${token}`)).toMatchObject({
      status: 400,
      body: { violations: [{ field: 'page_token' }] },
    });
  });

  it.each([
    [{ unit_price_minor: 1.5 }, 'expected.unit_price_minor'],
    [{ unit_price_minor: 99_999_999_999 }, 'expected.unit_price_minor'],
    [{ currency: '\u0007' }, 'expected.currency'],
  ])('a product that is expected with %j', async (part, field) => {
    const tea = { name: 'Tea', unit_price_minor: 500, currency: 'USD' };
    const body = { ...tea, expected: { ...tea, ...part } };
    expect(await api.request('PUT', '/api/products/tea', { body })).toMatchObject({
      status: 400,
      body: { violations: [{ field }] },
    });
  });

  it.each([
    [{ adjust: 1, expected_available: 1 }, 'expected_available'],
    [{ available: 1, expected_available: -1 }, 'expected_available'],
  ])('%j', async (body, field) => {
    expect(await api.request('PUT', '/api/products/tea/stock', { body })).toMatchObject({
      status: 400,
      body: { violations: [{ field }] },
    });
  });
});
