import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { holdLease, type LoggedEvent, releaseLease } from '../../db/log.ts';
import { findEvents } from '../../db/order-reads.ts';
import { cancelOrder } from '../../db/orders.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { accept, acceptAs } from '../db/order-fixture.ts';
import { nameOf, startFollower } from './following.ts';

const { db } = await createTestDatabase();

describe('a follower beside many writers', () => {
  it('sees every event exactly once, and those of an order in order', async () => {
    const seen: LoggedEvent[] = [];
    const name = randomUUID();
    startFollower(db, {
      name,
      handle: (events) => {
        seen.push(...events);
        return Promise.resolve();
      },
    });
    const ids = await Promise.all(
      Array.from({ length: 60 }, async (_, place) => {
        const id = await acceptAs(db, place % 3 ? 'DELIVERED' : 'PROCESSING');
        // Two at once race for the same order.
        await Promise.all([1, 2].map(() => cancelOrder(db, id, 'CANCELLED_ON_REQUEST', null)));
        return id;
      }),
    );
    const written = (await Promise.all(ids.map((id) => findEvents(db, id)))).flat();
    await until('it has seen all', () => seen.length >= written.length);
    expect(seen.map(nameOf).sort()).toEqual(written.map(nameOf).sort());
    for (const id of ids) {
      const versions = seen.filter(({ orderId }) => orderId === id).map(({ version }) => version);
      expect(versions).toEqual(versions.map((_, place) => place + 1));
    }
    await until('all are counted', async () => {
      const [row] = await db`select processed from consumers where name = ${name}`;
      return row?.processed === written.length;
    });
  });
});

describe('a follower whose work fails', () => {
  it('gets the same events again until they are done; nothing is skipped, nothing done is given again', async () => {
    const name = randomUUID();
    const attempts: string[][] = [];
    const done: string[] = [];
    let failures = 2;
    const ids: string[] = [];
    for (let place = 0; place < 5; place += 1) ids.push(await accept(db));
    startFollower(db, {
      name,
      types: ['OrderCreated'],
      batchSize: 4,
      handle: (events) => {
        const names = events.map(nameOf);
        attempts.push(names);
        if (names.includes(`${ids[0]!} 1`) && failures > 0) {
          failures -= 1;
          return Promise.reject(new Error('not now'));
        }
        done.push(...names);
        return Promise.resolve();
      },
    });
    await until('all are done', () => done.includes(`${ids.at(-1)!} 1`));
    const failed = attempts.filter((names) => names.includes(`${ids[0]!} 1`));
    expect(failed).toHaveLength(3);
    for (const names of failed) expect(names.slice(0, failed[0]!.length)).toEqual(failed[0]);
    expect(new Set(done).size).toBe(done.length);
    expect(done.slice(-5)).toEqual(ids.map((id) => `${id} 1`));
    const [row] = await db`select errors, last_error from consumers where name = ${name}`;
    expect(row).toEqual({ errors: 2, last_error: 'not now' });
  });
});

describe('a follower that loses its lease while it works', () => {
  it('is told to stop, does not move the cursor, and whoever leads next gets the same events', async () => {
    const name = randomUUID();
    const id = await accept(db);
    let wasStopped = false;
    const seen: string[] = [];
    startFollower(db, {
      name,
      handle: async (events, signal) => {
        if (!wasStopped) {
          await db`update consumers set lease_holder = 'thief', lease_until = now() + interval '1 hour'
                   where name = ${name}`;
          await new Promise((resolve) => {
            signal.addEventListener('abort', resolve);
          });
          wasStopped = true;
          return;
        }
        seen.push(...events.map(nameOf));
      },
    });
    await until('it is told to stop', () => wasStopped);
    expect(await holdLease(db, name, 'thief', 600_000)).toEqual({ tx: '0', position: 0 });
    expect(seen).toEqual([]);
    await releaseLease(db, name, 'thief');
    await until('it leads again', () => seen.includes(`${id} 1`));
    expect(new Set(seen).size).toBe(seen.length);
  });
});

describe('a follower that is stopped', () => {
  it('gives its lease back', async () => {
    const name = randomUUID();
    const id = await accept(db);
    const seen: string[] = [];
    const { stop } = startFollower(db, {
      name,
      handle: (events) => {
        seen.push(...events.map(nameOf));
        return Promise.resolve();
      },
    });
    await until('it leads', () => seen.includes(`${id} 1`));
    await stop();
    expect(await holdLease(db, name, 'next', 600_000)).toBeDefined();
  });
});
