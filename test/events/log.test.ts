import { describe, expect, it } from 'vitest';
import { type Cursor, endOfLog, type LoggedEvent, readLog } from '../../db/log.ts';
import { acceptOrders } from '../../db/orders.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { accept, acceptAs, makeOrder } from '../db/order-fixture.ts';
import { append, nameOf, openSession, readAll, START, startFollower } from './following.ts';

const { db, url } = await createTestDatabase();

describe('a transaction that is open while later ones commit', () => {
  it('holds the log up; then each event is seen once and in order, while a poller by position loses one', async () => {
    const late = await accept(db);
    await readAll(db, [late]);
    const seen: string[] = [];
    startFollower(db, {
      handle: (events) => {
        seen.push(...events.map(nameOf));
        return Promise.resolve();
      },
    });
    await until('the follower is there', () => seen.includes(`${late} 1`));
    const polled: string[] = [];
    let position = 0;
    const poll = async () => {
      const rows = await db<{ orderId: string; version: number; position: number }[]>`
        select order_id as "orderId", version, position from order_events where position > ${position} order by position`;
      polled.push(...rows.map(nameOf));
      position = rows.at(-1)?.position ?? position;
    };
    await poll();

    const session = await openSession(url);
    await session`begin`;
    await append(session, late, 2);
    const early = [await accept(db), await accept(db)];
    await poll();
    const between = await readLog(db, START, { limit: 1000 });
    expect(between.events.map(nameOf)).toEqual([`${late} 1`]);
    expect(seen).toEqual([`${late} 1`]);
    await session`commit`;

    const all = [`${late} 1`, `${late} 2`, `${early[0]!} 1`, `${early[1]!} 1`];
    await until('the follower has seen all', () => seen.length >= all.length);
    expect(seen).toEqual(all);
    await poll();
    expect(polled).toEqual(all.filter((name) => name !== `${late} 2`));
  });

  it('leaves no gap where it is rolled back', async () => {
    const id = await accept(db);
    const session = await openSession(url);
    await session`begin`;
    await append(session, id, 2);
    const other = await accept(db);
    await session`rollback`;
    const names = (await readAll(db, [id, other])).map(nameOf);
    expect(names.slice(-2)).toEqual([`${id} 1`, `${other} 1`]);
  });
});

describe('the pages of the log', () => {
  it.each([1, 3, 7])('of %d events hold every event once and in order', async (limit) => {
    const set = Array.from({ length: 9 }, () => makeOrder());
    await acceptOrders(db, set);
    const shipped = await acceptAs(db, 'SHIPPED');
    const all = await readAll(db, [...set.map(({ orderId }) => orderId), shipped]);

    const paged: LoggedEvent[] = [];
    let cursor: Cursor = START;
    for (let more = true; more;) {
      const page = await readLog(db, cursor, { limit });
      expect(page.events.length).toBeLessThanOrEqual(limit);
      paged.push(...page.events);
      ({ next: cursor, more } = page);
    }
    expect(paged).toEqual(all);
    expect(new Set(paged.map(nameOf)).size).toBe(paged.length);
    expect((await readLog(db, cursor, { limit })).events).toEqual([]);
  });

  it('hold only the types that are asked for, and pass over the others for good', async () => {
    const from = await endOfLog(db);
    const id = await acceptAs(db, 'DELIVERED');
    await readAll(db, [id], from);
    const types = ['PaymentAuthorized', 'OrderDelivered'] as const;
    const first = await readLog(db, from, { limit: 1, types });
    expect(first.events.map(({ type }) => type)).toEqual(['PaymentAuthorized']);
    expect(first.more).toBe(true);
    const second = await readLog(db, first.next, { limit: 10, types });
    expect(second.events.map(({ type }) => type)).toEqual(['OrderDelivered']);
    expect(second.more).toBe(false);
    expect((await readLog(db, second.next, { limit: 10 })).events).toEqual([]);
  });

  it('carry the trace context of the request', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const id = await acceptAs(db, 'PROCESSING', { traceparent });
    const events = (await readAll(db, [id])).filter(({ orderId }) => orderId === id);
    expect(events.map(({ type }) => type)).toEqual(['OrderCreated', 'StockReserved', 'PaymentAuthorized']);
    for (const event of events) expect(event.traceparent).toBe(traceparent);
  });
});

describe('the end of the log', () => {
  it('lies before everything that comes later, also before what is open now', async () => {
    const id = await accept(db);
    await readAll(db, [id]);
    const session = await openSession(url);
    await session`begin`;
    await append(session, id, 2);
    const end = await endOfLog(db);
    await session`commit`;
    const other = await accept(db);
    const names = (await readAll(db, [other], end)).map(nameOf);
    expect(names).toEqual(expect.arrayContaining([`${id} 2`, `${other} 1`]));
  });
});
