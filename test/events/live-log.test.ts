import { afterAll, describe, expect, it } from 'vitest';
import type { Database } from '../../db/client.ts';
import type { LoggedEvent } from '../../db/log.ts';
import { openLiveLog } from '../../events/live-log.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { accept, acceptAs, capture, deliver, ship } from '../db/order-fixture.ts';
import { append, beat, nameOf, openSession, silent } from './following.ts';

const { db, url } = await createTestDatabase();
const liveLog = openLiveLog({ db, waker: beat(), logger: silent });
afterAll(() => liveLog.close());

const listen = async (id: string, log = liveLog) => {
  const seen: LoggedEvent[] = [];
  const { leave } = await log.subscribe({ orderId: id }, (event) => seen.push(event));
  return { seen, unsubscribe: leave };
};

/** The names of what was seen, each once: a little of what came before may be seen again. */
const namesOf = (seen: readonly LoggedEvent[]) => [...new Set(seen.map(nameOf))];

describe('those who listen to an order', () => {
  it('get each of its events in order, and none of another', async () => {
    const id = await acceptAs(db, 'RESERVED');
    const [one, other] = await Promise.all([listen(id), listen(id)]);
    const stranger = await listen(await accept(db));
    for (const change of [capture, ship, deliver]) await change(db, id);
    const expected = [3, 4, 5].map((version) => `${id} ${version}`);
    for (const { seen } of [one, other]) {
      await until('it has seen the last', () => seen.at(-1)?.type === 'OrderDelivered');
      expect(namesOf(seen).slice(-3)).toEqual(expected);
    }
    expect(stranger.seen.filter(({ orderId }) => orderId === id)).toEqual([]);
    for (const { unsubscribe } of [one, other, stranger]) unsubscribe();
  });

  it('get nothing more once they have left, while the others go on', async () => {
    const id = await acceptAs(db, 'RESERVED');
    const [gone, staying] = await Promise.all([listen(id), listen(id)]);
    gone.unsubscribe();
    const before = gone.seen.length;
    await capture(db, id);
    await until('the other has seen it', () => staying.seen.at(-1)?.type === 'PaymentAuthorized');
    expect(gone.seen.length).toBe(before);
    staying.unsubscribe();
  });

  it('get what a transaction commits that was open when they came', async () => {
    const id = await accept(db);
    const session = await openSession(url);
    await session`begin`;
    await append(session, id, 2);
    const { seen, unsubscribe } = await listen(id);
    await session`commit`;
    await until('it has come', () => namesOf(seen).includes(`${id} 2`));
    unsubscribe();
  });

  it('get what is written after all had left and somebody comes again', async () => {
    const id = await acceptAs(db, 'PROCESSING');
    for (const change of [ship, deliver]) {
      const { seen, unsubscribe } = await listen(id);
      await change(db, id);
      const type = change === ship ? 'ShippingScheduled' : 'OrderDelivered';
      await until('it has come', () => seen.some((event) => event.type === type));
      unsubscribe();
    }
  });
});

describe('a database that fails now and then', () => {
  it('costs those who listen no event', async () => {
    let failures = 3;
    const unreliable = new Proxy(db, {
      apply: (target, self, args: Parameters<Database>) => {
        const isPage = String(args[0]).includes('horizon as materialized');
        if (isPage && failures > 0) {
          failures -= 1;
          throw new Error('away');
        }
        return Reflect.apply(target, self, args) as unknown;
      },
    });
    const log = openLiveLog({ db: unreliable, waker: beat(), logger: silent });
    const id = await acceptAs(db, 'RESERVED');
    const { seen } = await listen(id, log);
    await capture(db, id);
    await until('it has come', () => seen.at(-1)?.type === 'PaymentAuthorized');
    expect(failures).toBe(0);
    await log.close();
  });
});
