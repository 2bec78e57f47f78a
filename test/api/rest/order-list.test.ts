import { beforeAll, describe, expect, it } from 'vitest';
import { cancelOrder } from '../../../db/orders.ts';
import { acceptAs } from '../../db/order-fixture.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startApi, type TestApi } from '../support.ts';

interface Page {
  readonly orders: readonly { readonly id: string }[];
  readonly next_page_token: string;
  readonly total?: number;
  readonly total_is_partial?: boolean;
}

const { db, url } = await createTestDatabase();
let api: TestApi;

beforeAll(async () => {
  api = await startApi({ databaseUrl: url });
  for (const [place, quantity] of [5, 1, 4, 2, 3].entries())
    await acceptAs(db, place === 1 ? 'DELIVERED' : 'RESERVED', {
      orderId: `order-${quantity}`,
      customerId: quantity > 2 ? 'large' : 'small',
      lines: [{ productId: 'prod-001', quantity }],
    });
  await cancelOrder(db, 'order-4', 'PAYMENT_DECLINED', null);
});

const list = async (query: string) => (await api.request<Page>('GET', `/api/orders?${query}`)).body;
const ids = (page: Page) => page.orders.map(({ id }) => id.slice(-1)).join('');

it.each([
  ['', '32415'],
  ['sort=created_at', '51423'],
  ['sort=total', '12345'],
  ['sort=-total', '54321'],
  ['sort=-updated_at', '43215'],
  ['sort=-total&failure_reason=payment_declined', '4'],
  ['sort=total&status=pending,cancelled&min_total=39.98&max_total=80', '234'],
  ['search=order-&sort=total&approval=not_required', '12345'],
  ['search=small&sort=total', '12'],
  ['search=order-3', '3'],
  ['approval=AWAITING_APPROVAL', ''],
])('the list with %s is %s', async (query, expected) => {
  expect(ids(await list(query))).toBe(expected);
});

it('goes on over pages in its sort', async () => {
  const query = 'sort=-total&page_size=2&customer_id=large';
  const first = await list(query);
  expect(ids(first)).toBe('54');
  expect(await list(`${query}&page_token=${first.next_page_token}`)).toMatchObject({
    orders: [{ id: 'order-3' }],
    next_page_token: '',
  });
});

it('takes the token of a page with its filter in another order, but not with another sort or filter', async () => {
  const query = 'sort=total&status=pending&status=delivered&page_size=1';
  const { next_page_token } = await list(query);
  const reordered = await list(`sort=total&status=delivered,PENDING&page_size=2&page_token=${next_page_token}`);
  expect(ids(reordered)).toBe('23');
  for (const other of ['sort=-total&status=pending,delivered', 'sort=total&status=pending', 'sort=total', ''])
    expect(await api.request('GET', `/api/orders?${other}&page_token=${next_page_token}`)).toMatchObject({
      status: 400,
      body: {
        violations: [{ field: 'page_token', rule: 'page', message: expect.stringContaining('another sort') as string }],
      },
    });
});

it('is counted where that is asked for', async () => {
  expect(await list('count=true&page_size=2')).toMatchObject({ total: 5, total_is_partial: false });
  expect(await list('count=true&status=cancelled')).toMatchObject({ total: 1 });
  expect(await list('page_size=2')).not.toHaveProperty('total');
});

describe('the list is refused', () => {
  it.each([
    ['sort=price', 'sort'],
    ['sort=', 'sort'],
    ['failure_reason=BORED', 'failure_reason'],
    ['approval=MAYBE', 'approval'],
    ['search=', 'search'],
    ['search=%00', 'search'],
    ['min_total=-1', 'min_total'],
    ['max_total=1e3', 'max_total'],
    ['max_total=0.12345', 'max_total'],
    ['created_from=2026-02-30T00:00:00Z', 'created_from'],
    ['created_to=2026-11-31T00:00:00%2B01:00', 'created_to'],
    ['page_size=', 'page_size'],
    ['page_size=0x10', 'page_size'],
  ])('for %s', async (query, field) => {
    expect(await api.request('GET', `/api/orders?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST', violations: [{ field }] },
    });
  });

  it.each(['0000-01-01T00:00:00.000Z', '2026-02-30T00:00:00.000Z'])(
    'for a token with the moment %s',
    async (moment) => {
      const { next_page_token } = await list('page_size=1');
      const [fingerprint = '', , id = ''] = Buffer.from(next_page_token, 'base64url').toString().split('|');
      const token = Buffer.from([fingerprint, moment, id].join('|')).toString('base64url');
      expect(await api.request('GET', `/api/orders?page_token=${token}`)).toMatchObject({
        status: 400,
        body: { violations: [{ field: 'page_token' }] },
      });
    },
  );

  it('for a token that was made up', async () => {
    const token = Buffer.from('00000000|2026-99-99T00:00:00.000Z|order-1').toString('base64url');
    expect(await api.request('GET', `/api/orders?page_token=${token}`)).toMatchObject({ status: 400 });
  });
});
