import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ChangeResult } from '../../db/change.ts';
import { cancelOrder } from '../../db/orders.ts';
import { beginRebuild, findStretch } from '../../db/projection-rebuild.ts';
import { addStretch, STATISTICS_TABLES } from '../../db/projections.ts';
import { reserveStock } from '../../db/stock.ts';
import type { FailureReason } from '../../domain/failure-reason.ts';
import { follow, type Projection } from '../../events/consumer.ts';
import { projections, rebuildProjections } from '../../events/projections.ts';
import { accept, acceptAs, capture, deliver, ship, stockProduct } from '../db/order-fixture.ts';
import { expectStatisticsAddUp, readProjection, type StatisticsRows } from '../db/statistics-fixture.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { beat, silent, START } from './following.ts';

const { db } = await createTestDatabase();
const ORDERS = 20;

/** Follows with small pages until it is stopped, at the latest when the test is finished. */
function startProjections(apply: Projection['apply'] = (...page) => projections.apply(...page)) {
  const stopping = new AbortController();
  const following = follow(
    { ...projections, batchSize: 3, apply },
    { db, waker: beat(), leaseMs: 300, logger: silent, holder: randomUUID(), signal: stopping.signal },
  );
  const stop = async () => {
    stopping.abort();
    await following;
  };
  onTestFinished(stop);
  return { stop };
}

const rebuild = (options: { signal?: AbortSignal; stretch?: number } = {}) =>
  rebuildProjections({ db, holder: randomUUID(), signal: AbortSignal.timeout(60_000), ...options });

/** Waits until the statistics have everything that is in the log now. */
async function caughtUp(): Promise<void> {
  const [end] = await db<{ tx: string }[]>`select pg_current_xact_id()::text as tx`;
  await until('the statistics have everything', async () => {
    const [row] = await db`select from consumers where name = 'projections' and cursor_tx > ${end!.tx}::xid8`;
    return row !== undefined;
  });
}

async function generations(): Promise<number[]> {
  const rows = await Promise.all(
    STATISTICS_TABLES.map((table) => db<{ generation: number }[]>`select distinct generation from ${db(table)}`),
  );
  return [...new Set(rows.flatMap((found) => found.map(({ generation }) => generation)))];
}

const countOrders = ({ customers }: StatisticsRows) =>
  customers!.reduce((sum, { orders }) => sum + (orders as number), 0);

const cancel = (reason: FailureReason) => (id: string) => cancelOrder(db, id, reason, null);
const COMMANDS: Record<string, (id: string) => Promise<ChangeResult>> = {
  reserve: (id) => reserveStock(db, id),
  capture: (id) => capture(db, id),
  ship: (id) => ship(db, id),
  deliver: (id) => deliver(db, id),
  cancel: cancel('CANCELLED_ON_REQUEST'),
  giveUp: cancel('SHIPMENT_UNAVAILABLE'),
};
const WAY = ['reserve', 'capture', 'ship', 'deliver'];
const step = fc.record({
  order: fc.nat(ORDERS - 1),
  command: fc.constantFrom(...WAY, ...WAY, ...Object.keys(COMMANDS)),
});
const sessions = fc.array(fc.array(step, { minLength: 30, maxLength: 60, size: 'max' }), {
  minLength: 3,
  maxLength: 4,
});

/** Orders of three currencies, and commands for any of them from several sessions at once. */
async function run(sequences: readonly (readonly { order: number; command: string }[])[]): Promise<void> {
  const products = await Promise.all(
    ['USD', 'JPY', 'BHD'].map((currency) => stockProduct(db, { available: 30, currency, unitPriceMinor: 1234 })),
  );
  const second = await stockProduct(db, { available: 1000 });
  const ids = await Promise.all(
    Array.from({ length: ORDERS }, (_, place) => {
      const line = { productId: products[place % 3]!, quantity: 1 + (place % 4) };
      const lines = place % 3 === 0 ? [line, { productId: second, quantity: 3 }] : [line];
      return accept(db, { customerId: `customer-${place % 5}`, lines });
    }),
  );
  await Promise.all(
    sequences.map(async (sequence) => {
      for (const { order, command } of sequence) await COMMANDS[command]!(ids[order]!);
    }),
  );
}

describe('statistics', () => {
  it('are what the orders add up to, however often their followers are killed, robbed and doubled', async () => {
    await fc.assert(
      fc.asyncProperty(
        sessions,
        fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }),
        async (sequences, accidents) => {
          let failures = 0;
          const followers = [startProjections(), startProjections()];
          const work = run(sequences);
          for (const accident of accidents) {
            await sleep(10);
            if (accident === 0) await followers.shift()?.stop();
            if (accident === 1)
              await db`update consumers set lease_holder = 'thief', lease_until = now() + interval '30 milliseconds'
                     where name = 'projections'`;
            const isLostBefore = accident === 2;
            // Dies before its statement, or after it without having heard that it was done.
            followers.push(
              startProjections(async (...page) => {
                failures += 1;
                if (isLostBefore && failures % 3 === 0) throw new Error('died before');
                const isMoved = await projections.apply(...page);
                if (accident === 3 && failures % 2 === 0) throw new Error('died after');
                return isMoved;
              }),
            );
          }
          await work;
          await caughtUp();
          await expectStatisticsAddUp(db);
          await Promise.all(followers.map(({ stop }) => stop()));
        },
      ),
      { numRuns: 4 },
    );
  });

  it('are the same when they are added up by hand twice: the second time nothing is added', async () => {
    await startProjections().stop();
    await db`delete from consumers where name = 'projections'`;
    await db`insert into consumers (name, lease_holder, lease_until, generation)
             values ('projections', 'me', now() + interval '1 hour', -1)`;
    await acceptAs(db, 'SHIPPED');
    const to = await until('nothing is held up', async () => {
      const stretch = await findStretch(db, START, 10_000);
      const [behind] = await db`select from order_events where tx >= ${stretch.to.tx}::xid8`;
      return !behind && stretch.to;
    });
    const move = { name: 'projections', holder: 'me', from: START, to, processed: 1 };
    expect(await Promise.all([1, 2, 3].map(() => addStretch(db, move, 10_000)))).toEqual(
      expect.arrayContaining([true, false, false]),
    );
    expect(await addStretch(db, { ...move, holder: 'another' }, 10_000)).toBe(false);
    await expectStatisticsAddUp(db);
    await db`update consumers set lease_holder = null where name = 'projections'`;
  });
});

describe('a rebuild', () => {
  it('adds up the same, again and again, and removes what was before', async () => {
    await acceptAs(db, 'DELIVERED');
    for (let times = 0; times < 3; times += 1) {
      const result = await rebuild({ stretch: 50 });
      const [truth] = await db`select count(*) as orders from orders`;
      expect(result).toMatchObject(truth!);
      await expectStatisticsAddUp(db);
      expect(await generations()).toHaveLength(1);
    }
  });

  it('takes place while orders change and followers go on, and nobody ever reads half of it', async () => {
    const products = [await stockProduct(db, { available: 1000 })];
    for (let place = 0; place < 10; place += 1)
      await accept(db, { lines: [{ productId: products[0]!, quantity: 1 }], customerId: `before-${place}` });
    await rebuild();
    const before = countOrders(await readProjection(db));
    // Slow, so that the rebuild overtakes them.
    const slowly: Projection['apply'] = async (...page) => {
      await sleep(10);
      return projections.apply(...page);
    };
    startProjections(slowly);
    startProjections(slowly);
    await fc.assert(
      fc.asyncProperty(sessions, async (sequences) => {
        const state = { isRebuilt: false };
        const rebuilding = rebuild({ stretch: 40 }).then((result) => {
          expect(result).toBeDefined();
          state.isRebuilt = true;
        });
        const reading = (async () => {
          while (!state.isRebuilt) expect(countOrders(await readProjection(db))).toBeGreaterThanOrEqual(before);
        })();
        do await run(sequences);
        while (!state.isRebuilt);
        await Promise.all([rebuilding, reading]);
        await caughtUp();
        await expectStatisticsAddUp(db);
      }),
      { numRuns: 3 },
    );
  });

  it('goes on alone: another one is told so and does nothing', async () => {
    const results = await Promise.all([rebuild({ stretch: 20 }), rebuild({ stretch: 20 }), rebuild({ stretch: 20 })]);
    expect(results.filter((result) => result !== undefined)).toHaveLength(1);
    await expectStatisticsAddUp(db);
  });

  it('that is stopped midway changes nothing, and the next one is not in its way', async () => {
    const before = await readProjection(db);
    const stopping = new AbortController();
    const stopped = rebuild({ stretch: 1, signal: stopping.signal });
    await until('it has begun', async () => {
      const [row] = await db`select from consumers where name = 'projections-rebuild' and processed > 3`;
      return row !== undefined;
    });
    stopping.abort();
    await expect(stopped).rejects.toThrow();
    expect(await readProjection(db)).toEqual(before);
    expect(await rebuild()).toBeDefined();
    await expectStatisticsAddUp(db);
    expect(await generations()).toHaveLength(1);
  });

  it('that died leaves nothing behind once its lease has ended, and cannot come back', async () => {
    const generation = await beginRebuild(db, 'dead', 1);
    const { to, events } = await findStretch(db, START, 20);
    const move = { name: 'projections-rebuild', holder: 'dead', from: START, to, processed: events };
    expect(await addStretch(db, move, events)).toBe(true);
    expect(await generations()).toContain(generation);
    expect(await until('its lease has ended', () => rebuild())).toBeDefined();
    await expectStatisticsAddUp(db);
    expect(await generations()).toHaveLength(1);
    expect(await addStretch(db, { ...move, from: to, to: { tx: '9999999', position: 0 } }, 1000)).toBe(false);
    await expectStatisticsAddUp(db);
  });

  it('begins the statistics of a system that has none yet', async () => {
    await db`delete from consumers where name = 'projections'`;
    expect(await rebuild()).toBeDefined();
    startProjections();
    await acceptAs(db, 'PROCESSING');
    await caughtUp();
    await expectStatisticsAddUp(db);
  });
});
