import { describe, expect, it } from 'vitest';
import type { OrderFilter } from '../../db/order-filter.ts';
import { countOrders, listOrders, type OrderSort, placeOf, SORT_FIELDS } from '../../db/order-list.ts';
import { cancelOrder, decideApproval, requestApproval } from '../../db/orders.ts';
import { toMajor } from '../../domain/money.ts';
import type { Order } from '../../domain/order.ts';
import { createTestDatabase } from '../support/database.ts';
import { accept, acceptAs, stockProduct } from './order-fixture.ts';

const { db } = await createTestDatabase();

/** All pages of a list, one after the other. */
async function allPages(filter: OrderFilter, limit: number, sort: OrderSort): Promise<Order[]> {
  const all: Order[] = [];
  for (;;) {
    const last = all.at(-1);
    const page = await listOrders(db, filter, { sort, limit, after: last && placeOf(last, sort) });
    all.push(...page);
    if (page.length < limit) return all;
  }
}

const idsOf = (orders: readonly Order[]) => orders.map(({ id }) => id).sort();

describe('a list that is sorted and filtered', async () => {
  const yen = await stockProduct(db, { unitPriceMinor: 500, currency: 'JPY', available: 1000 });
  const dear = await stockProduct(db, { unitPriceMinor: 25_000, available: 1000 });
  const customerId = 'sorted';
  const of = (productId: string, quantity: number, orderId?: string) => ({
    customerId,
    lines: [{ productId, quantity }],
    ...(orderId === undefined ? {} : { orderId }),
  });
  const ids = {
    delivered: await acceptAs(db, 'DELIVERED', of('prod-001', 1)),
    alike: await acceptAs(db, 'DELIVERED', of('prod-001', 1)),
    yen: await acceptAs(db, 'SHIPPED', of(yen, 3, 'Shop-1')),
    dear: await accept(db, of(dear, 2, 'Shop-11')),
    denied: await accept(db, of(dear, 1, 'Shop-2')),
    short: await accept(db, of('prod-001', 3)),
  };
  await requestApproval(db, ids.denied, { limit: 1, expires_at: '2999-01-01T00:00:00.000Z' });
  await decideApproval(db, ids.denied, 'DENIED', null);
  await cancelOrder(db, ids.denied, 'APPROVAL_DENIED', null);
  await cancelOrder(db, ids.short, 'OUT_OF_STOCK', null);
  const mine = { customerId };

  it.each(SORT_FIELDS.flatMap((field) => [true, false].map((isDescending) => ({ field, isDescending }))))(
    'goes by $field, descending: $isDescending, each order once whatever the pages are',
    async (sort) => {
      const value = (order: Order): string | number => {
        if (sort.field === 'total') return toMajor(order.totalMinor, order.currency);
        return sort.field === 'created_at' ? order.createdAt : order.updatedAt;
      };
      for (const limit of [1, 2, 5, 50]) {
        const all = await allPages(mine, limit, sort);
        expect(idsOf(all)).toEqual(Object.values(ids).sort());
        const inOrder = all.toSorted((one, other) => {
          const [a, b] = [value(one), value(other)];
          const ascending = a === b ? (one.id < other.id ? -1 : 1) : a < b ? -1 : 1;
          return sort.isDescending ? -ascending : ascending;
        });
        expect(all.map(({ id }) => id)).toEqual(inOrder.map(({ id }) => id));
      }
    },
  );

  const cases: [string, OrderFilter, string[]][] = [
    ['a failure reason', { failureReasons: ['OUT_OF_STOCK'] }, [ids.short]],
    ['failure reasons', { failureReasons: ['OUT_OF_STOCK', 'APPROVAL_DENIED'] }, [ids.short, ids.denied]],
    ['a failure reason and a status that has none', { failureReasons: ['OUT_OF_STOCK'], statuses: ['SHIPPED'] }, []],
    ['an approval', { approvals: ['DENIED'] }, [ids.denied]],
    ['a total from, exactly', { minTotal: '500' }, [ids.yen, ids.dear]],
    ['a total to, exactly', { maxTotal: '59.97' }, [ids.delivered, ids.alike, ids.short]],
    ['a total to, just below', { maxTotal: '59.969' }, [ids.delivered, ids.alike]],
    ['totals of both', { minTotal: '1500', maxTotal: '1500.00' }, [ids.yen]],
    ['what the id begins with', { search: 'Shop-1' }, [ids.yen, ids.dear]],
    ['an id', { search: 'Shop-11' }, [ids.dear]],
    ['what the id begins with in other letter case', { search: 'shop-1' }, []],
    ['a customer', { search: customerId }, Object.values(ids)],
    ['what a customer begins with', { search: 'sorte' }, []],
    ['signs that mean something in patterns', { search: 'Shop_1%' }, []],
    [
      'everything at once',
      { search: 'Shop', approvals: ['NOT_REQUIRED'], statuses: ['PENDING', 'SHIPPED'] },
      [ids.yen, ids.dear],
    ],
  ];
  it.each(cases)('is narrowed by %s, and counted alike', async (_name, filter, expected) => {
    const own = { ...mine, ...filter };
    for (const field of SORT_FIELDS)
      expect(idsOf(await allPages(own, 2, { field, isDescending: false }))).toEqual(expected.toSorted());
    expect(await countOrders(db, own, 100)).toBe(expected.length);
  });

  it('is counted no further than asked for', async () => {
    expect(await countOrders(db, mine, 4)).toBe(4);
  });
});
