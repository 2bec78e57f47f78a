import { beforeAll, expect, it } from 'vitest';
import { type EventFilter, readFilteredLog } from '../../db/filtered-log.ts';
import { type Cursor, endOfLog, type LoggedEvent } from '../../db/log.ts';
import { append, nameOf, openSession, readAll, START } from '../events/following.ts';
import { createTestDatabase } from '../support/database.ts';
import { accept, acceptAs } from './order-fixture.ts';

const { db, url } = await createTestDatabase();
let all: LoggedEvent[];
let orders: string[];

beforeAll(async () => {
  const customers = ['often', 'seldom', 'often', 'never'];
  orders = await Promise.all(
    Array.from({ length: 60 }, (_, place) => acceptAs(db, 'DELIVERED', { customerId: customers[place % 4]! })),
  );
  all = await readAll(db, orders);
});

/** Reads page by page to the end; answers the pages. */
async function readPages(filter: EventFilter, options: { limit: number; stretch: number }) {
  const pages: LoggedEvent[][] = [];
  for (let cursor = START; ;) {
    const page = await readFilteredLog(db, cursor, { filter, ...options });
    pages.push(page.events);
    if (!page.more) return pages;
    cursor = page.next;
  }
}

const FILTERS: readonly [string, () => EventFilter, (event: LoggedEvent) => boolean][] = [
  ['no filter', () => ({}), () => true],
  ['an order', () => ({ orderId: orders[3]! }), (event) => event.orderId === orders[3]],
  ['a customer', () => ({ customerId: 'seldom' }), (event) => event.customerId === 'seldom'],
  ['types', () => ({ types: ['OrderCreated', 'OrderDelivered'] }), ({ type }) => /Created|Delivered/.test(type)],
  ['a type that never comes', () => ({ types: ['OrderDenied'] }), () => false],
  [
    'a customer and a type',
    () => ({ customerId: 'often', types: ['ShippingScheduled'] }),
    (event) => event.customerId === 'often' && event.type === 'ShippingScheduled',
  ],
  [
    'an order and a type',
    () => ({ orderId: orders[3]!, types: ['OrderDelivered'] }),
    (event) => event.orderId === orders[3] && event.type === 'OrderDelivered',
  ],
  ['an order of another customer', () => ({ orderId: orders[3]!, customerId: 'often' }), () => false],
];

it.each(FILTERS)(
  '%s lets the same events pass, whatever the size of pages and stretches',
  async (_name, filter, is) => {
    const expected = all.filter(is);
    for (const options of [
      { limit: 50, stretch: 5000 },
      { limit: 3, stretch: 7 },
      { limit: 7, stretch: 7 },
      { limit: 10, stretch: 3 },
      { limit: 1, stretch: 1 },
    ]) {
      const pages = await readPages(filter(), options);
      expect(pages.flat()).toEqual(expected);
      expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(options.limit);
    }
  },
);

it('a page without a match ends with the stretch that was looked at, so that each read costs the same', async () => {
  const options = { filter: { types: ['OrderDenied' as const] }, limit: 50, stretch: 20 };
  const page = await readFilteredLog(db, START, options);
  expect(page).toMatchObject({ events: [], more: true, next: all[19]!.cursor });
});

it('an order is found by its own index, however long the log is', async () => {
  const page = await readFilteredLog(db, START, { filter: { orderId: orders[0]! }, limit: 50, stretch: 1 });
  expect(page.events.map(nameOf)).toEqual([1, 2, 3, 4, 5].map((version) => `${orders[0]} ${version}`));
  expect(page.more).toBe(false);
});

it.each(['order', 'customer'])(
  'what comes after a transaction that is open is not told before it, by %s',
  async (by) => {
    const early = await accept(db, { customerId: `open-${by}` });
    await readAll(db, [early]);
    const filter = by === 'order' ? { orderId: early } : { customerId: `open-${by}` };
    const session = await openSession(url);
    await session`begin`;
    await append(session, early, 2);
    const later = await accept(db, { customerId: `open-${by}` });
    const read = async (after: Cursor) => readFilteredLog(db, after, { filter, limit: 50 });
    const page = await read(START);
    expect(page.events.map(nameOf)).toEqual([`${early} 1`]);
    expect(page.isHeldUp).toBe(true);
    await session`commit`;
    await readAll(db, [early, later]);
    const rest = await read(page.next);
    const expected = by === 'order' ? [`${early} 2`] : [`${early} 2`, `${later} 1`];
    expect(rest.events.map(nameOf)).toEqual(expected);
    expect(BigInt(rest.next.tx)).toBeLessThanOrEqual(BigInt((await endOfLog(db)).tx));
  },
);
