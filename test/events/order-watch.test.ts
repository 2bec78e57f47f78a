import { afterAll, describe, expect, it } from 'vitest';
import { cancelOrder } from '../../db/orders.ts';
import { reserveStock } from '../../db/stock.ts';
import { findEvents } from '../../db/order-reads.ts';
import { openLiveLog } from '../../events/live-log.ts';
import { createWatchOrder, type StatusChange, type WatchOptions } from '../../events/order-watch.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { accept, acceptAs, capture, deliver, ship } from '../db/order-fixture.ts';
import { beat, silent } from './following.ts';

const { db } = await createTestDatabase();
const liveLog = openLiveLog({ db, waker: beat(), logger: silent });
afterAll(() => liveLog.close());
const watchOrder = createWatchOrder({ db, liveLog });
const never = new AbortController().signal;

/** Watches in the background; `changes` grows. */
function watch(id: string, options: Partial<WatchOptions> = {}): { changes: StatusChange[]; ended: Promise<void> } {
  const changes: StatusChange[] = [];
  const collect = async () => {
    for await (const change of watchOrder(id, { signal: never, ...options })) changes.push(change);
  };
  return { changes, ended: collect() };
}

const statusesOf = (changes: readonly StatusChange[]) => changes.map(({ status }) => status);

describe('somebody who watches an order', () => {
  it('gets its status now, then each change with the one before, and the stream ends with the delivery', async () => {
    const id = await acceptAs(db, 'RESERVED');
    const { changes, ended } = watch(id);
    await until('the first has come', () => changes.length === 1);
    for (const change of [capture, ship, deliver]) await change(db, id);
    await ended;
    expect(changes.map(({ previousStatus, status, version }) => [previousStatus, status, version])).toEqual([
      [null, 'PENDING', 2],
      ['PENDING', 'PROCESSING', 3],
      ['PROCESSING', 'SHIPPED', 4],
      ['SHIPPED', 'DELIVERED', 5],
    ]);
    const events = await findEvents(db, id);
    expect(changes.slice(1).map(({ occurredAt }) => occurredAt)).toEqual(
      events.slice(2).map(({ occurredAt }) => occurredAt),
    );
  });

  it('is told why it was cancelled, and the stream ends', async () => {
    const id = await accept(db);
    const { changes, ended } = watch(id);
    await until('the first has come', () => changes.length === 1);
    await cancelOrder(db, id, 'CANCELLED_ON_REQUEST', 'changed my mind');
    await ended;
    expect(changes.at(-1)).toMatchObject({
      orderId: id,
      status: 'CANCELLED',
      previousStatus: 'PENDING',
      failureReason: 'CANCELLED_ON_REQUEST',
      statusDetails: 'changed my mind',
    });
  });

  it('gets one status where the order is settled already', async () => {
    const { changes, ended } = watch(await acceptAs(db, 'DELIVERED'));
    await ended;
    expect(statusesOf(changes)).toEqual(['DELIVERED']);
  });

  it('is answered NOT_FOUND where there is no such order', async () => {
    await expect(watch('no-such-order').ended).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('goes away by an abort, at once or while nothing happens', async () => {
    const id = await accept(db);
    const stopping = new AbortController();
    const { changes, ended } = watch(id, { signal: stopping.signal });
    await until('the first has come', () => changes.length === 1);
    stopping.abort();
    await ended;
    await watch(id, { signal: stopping.signal }).ended;
  });
});

describe('somebody who resumes after a version', () => {
  it.each([0, 1, 2, 3, 4, 5])('%d gets each later change, without a gap and without a repeat', async (afterVersion) => {
    const id = await acceptAs(db, 'PROCESSING');
    const { changes, ended } = watch(id, { afterVersion });
    await ship(db, id);
    await deliver(db, id);
    const expected = [
      [1, 'PENDING'],
      [3, 'PROCESSING'],
      [4, 'SHIPPED'],
      [5, 'DELIVERED'],
    ].filter(([version]) => Number(version) > afterVersion);
    await ended;
    expect(changes.map(({ version, status }) => [version, status])).toEqual(expected);
  });

  it('wherever the stream broke off, has seen every change once', async () => {
    const id = await acceptAs(db, 'RESERVED');
    const seen: StatusChange[] = [];
    const rest = [capture, ship, deliver];
    for (let afterVersion: number | undefined; seen.at(-1)?.status !== 'DELIVERED';) {
      for await (const change of watchOrder(id, { afterVersion, signal: never })) {
        seen.push(change);
        afterVersion = change.version;
        await rest.shift()?.(db, id);
        break;
      }
    }
    expect(statusesOf(seen)).toEqual(['PENDING', 'PROCESSING', 'SHIPPED', 'DELIVERED']);
  });
});

describe('200 who watch orders that change at the same time', () => {
  it('each get every change of their order, in order', async () => {
    const ids = await Promise.all(Array.from({ length: 50 }, () => accept(db)));
    const watchers = Array.from({ length: 200 }, (_, place) => watch(ids[place % ids.length]!));
    await until('all watch', () => watchers.every(({ changes }) => changes.length > 0));
    await Promise.all(
      ids.map(async (id, place) => {
        await reserveStock(db, id);
        await capture(db, id);
        if (place % 5 === 0) return cancelOrder(db, id, 'CANCELLED_ON_REQUEST', null);
        await ship(db, id);
        return deliver(db, id);
      }),
    );
    await Promise.all(watchers.map(({ ended }) => ended));
    watchers.forEach(({ changes }, place) => {
      const isCancelled = (place % ids.length) % 5 === 0;
      expect(statusesOf(changes)).toEqual(
        isCancelled ? ['PENDING', 'PROCESSING', 'CANCELLED'] : ['PENDING', 'PROCESSING', 'SHIPPED', 'DELIVERED'],
      );
    });
  });

  it('lose nothing where they come while the orders change', async () => {
    const ids = await Promise.all(Array.from({ length: 50 }, () => accept(db)));
    const changing = ids.map(async (id) => {
      await reserveStock(db, id);
      for (const change of [capture, ship, deliver]) await change(db, id);
    });
    const watchers = ids.flatMap((id) => [watch(id, { afterVersion: 0 }), watch(id)]);
    await Promise.all([...changing, ...watchers.map(({ ended }) => ended)]);
    const all = ['PENDING', 'PROCESSING', 'SHIPPED', 'DELIVERED'];
    watchers.forEach(({ changes }, place) => {
      expect(statusesOf(changes)).toEqual(place % 2 ? all.slice(-changes.length) : all);
    });
  });
});
