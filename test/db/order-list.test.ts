import { describe, expect, it } from 'vitest';
import type { OrderFilter } from '../../db/order-filter.ts';
import { listOrders, NEWEST_FIRST, type OrderSort, placeOf, SORT_FIELDS } from '../../db/order-list.ts';
import { findOrder } from '../../db/order-reads.ts';
import { acceptOrders, cancelOrder } from '../../db/orders.ts';
import type { Order } from '../../domain/order.ts';
import { createTestDatabase } from '../support/database.ts';
import { accept, makeOrder } from './order-fixture.ts';

const { db } = await createTestDatabase();

/** All pages of a list, one after the other. */
async function allPages(filter: OrderFilter, limit: number, sort: OrderSort = NEWEST_FIRST): Promise<Order[]> {
  const all: Order[] = [];
  for (;;) {
    const last = all.at(-1);
    const page = await listOrders(db, filter, { sort, limit, after: last && placeOf(last, sort) });
    all.push(...page);
    if (page.length < limit) return all;
  }
}

const idsOf = (orders: readonly Order[]) => orders.map(({ id }) => id).sort();

describe('a list of orders', async () => {
  // One set has one timestamp; the orders after it are newer.
  const set = Array.from({ length: 25 }, (_, place) => makeOrder({ customerId: place % 5 ? 'many' : 'few' }));
  await acceptOrders(db, set);
  const later = [await accept(db, { customerId: 'few' }), await accept(db, { customerId: 'many' })];
  await cancelOrder(db, later[0]!, 'CANCELLED_ON_REQUEST', null);
  const ids = [...set.map(({ orderId }) => orderId), ...later];

  it.each([1, 2, 7, 27, 100])('has each order once over pages of %d, though timestamps are equal', async (limit) => {
    expect(idsOf(await allPages({}, limit))).toEqual(ids.toSorted());
  });

  it('has the newest first', async () => {
    const all = await allPages({}, 10);
    const order = ({ createdAt, id }: Order) => `${createdAt} ${id}`;
    expect(all.map(order)).toEqual(all.map(order).sort().reverse());
  });

  it('is complete over pages of one customer, or of some statuses', async () => {
    expect(await allPages({ customerId: 'few' }, 2)).toHaveLength(6);
    expect(await allPages({ statuses: ['CANCELLED'] }, 2)).toHaveLength(1);
    expect(await allPages({ statuses: ['CANCELLED', 'PENDING'] }, 4)).toHaveLength(27);
    expect(await allPages({ statuses: ['DELIVERED'] }, 4)).toEqual([]);
    expect(await allPages({ customerId: 'many', statuses: ['PENDING'] }, 3)).toHaveLength(21);
  });

  it('reaches from a moment, which it includes, to a moment, which it does not', async () => {
    const moment = (await findOrder(db, later[0]!))!.createdAt;
    for (const field of SORT_FIELDS) {
      const sort = { field, isDescending: true };
      const from = await allPages({ createdFrom: moment }, 3, sort);
      const to = await allPages({ createdTo: moment }, 3, sort);
      expect(from.every(({ createdAt }) => createdAt >= moment)).toBe(true);
      expect(to.every(({ createdAt }) => createdAt < moment)).toBe(true);
      expect(idsOf([...from, ...to])).toEqual(ids.toSorted());
    }
  });

  it('stays complete while new orders come in', async () => {
    const first = await listOrders(db, {}, { limit: 10 });
    await accept(db, { customerId: 'late' });
    const rest = await listOrders(db, {}, { limit: 100, after: placeOf(first.at(-1)!, NEWEST_FIRST) });
    expect(rest.length + first.length).toBe(ids.length);
    expect(new Set([...first, ...rest].map(({ id }) => id))).toEqual(new Set(ids));
  });
});
