import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { countConsumerError, type Cursor, holdLease, moveCursor, releaseLease } from '../../db/log.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { accept } from '../db/order-fixture.ts';
import { nameOf, START, startFollower } from './following.ts';

const { db } = await createTestDatabase();
const LONG_MS = 600_000;
const cursorOf = async (name: string) =>
  (
    await db<Cursor[]>`select cursor_tx::text as tx, cursor_position as position from consumers where name = ${name}`
  )[0];

describe('a lease', () => {
  it('belongs to one holder, who may renew it', async () => {
    const name = randomUUID();
    expect(await holdLease(db, name, 'one', LONG_MS)).toEqual(START);
    expect(await holdLease(db, name, 'other', LONG_MS)).toBeUndefined();
    expect(await holdLease(db, name, 'one', LONG_MS)).toEqual(START);
  });

  it('is taken by exactly one of many who ask at once', async () => {
    const name = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, holder) => holdLease(db, name, `holder-${holder}`, LONG_MS)),
    );
    expect(answers.filter((cursor) => cursor !== undefined)).toHaveLength(1);
  });

  it('goes to another at once when it is given back, with the cursor', async () => {
    const name = randomUUID();
    await holdLease(db, name, 'one', LONG_MS);
    await moveTo(name, 'one', { tx: '5', position: 7 }, 3);
    await releaseLease(db, name, 'one');
    expect(await holdLease(db, name, 'other', LONG_MS)).toEqual({ tx: '5', position: 7 });
  });

  it('is not given back by one who does not hold it', async () => {
    const name = randomUUID();
    await holdLease(db, name, 'one', LONG_MS);
    await releaseLease(db, name, 'other');
    expect(await holdLease(db, name, 'other', LONG_MS)).toBeUndefined();
  });

  it('goes to another when it runs out, and from then on the first cannot move the cursor', async () => {
    const name = randomUUID();
    await holdLease(db, name, 'one', 1);
    await until('it has run out', () => holdLease(db, name, 'other', LONG_MS));
    expect(await moveTo(name, 'one', { tx: '9', position: 9 }, 1)).toBe(false);
    expect(await cursorOf(name)).toEqual(START);
    expect(await moveTo(name, 'other', { tx: '2', position: 1 }, 1)).toBe(true);
    expect(await cursorOf(name)).toEqual({ tx: '2', position: 1 });
  });
});

describe('a consumer', () => {
  it('counts what it has processed and its errors', async () => {
    const name = randomUUID();
    await holdLease(db, name, 'one', LONG_MS);
    await moveTo(name, 'one', { tx: '1', position: 1 }, 4);
    await moveTo(name, 'one', { tx: '1', position: 2 }, 1);
    await countConsumerError(db, name, 'no answer');
    const [row] = await db`select processed, errors, last_error from consumers where name = ${name}`;
    expect(row).toEqual({ processed: 5, errors: 1, last_error: 'no answer' });
  });
});

describe('two followers', () => {
  it('are led by one of them, and by the other when that one stops', async () => {
    const name = randomUUID();
    const seen: { by: string; event: string }[] = [];
    const start = (by: string) =>
      startFollower(db, {
        name,
        handle: (events) => {
          seen.push(...events.map((event) => ({ by, event: nameOf(event) })));
          return Promise.resolve();
        },
      });
    const followers = { one: start('one'), other: start('other') };
    const first = `${await accept(db)} 1`;
    const leader = (await until('one leads', () => seen.find(({ event }) => event === first))).by as 'one' | 'other';
    const second = `${await accept(db)} 1`;
    await until('it goes on', () => seen.some(({ event }) => event === second));
    expect(new Set(seen.map(({ by }) => by))).toEqual(new Set([leader]));

    await followers[leader].stop();
    const third = `${await accept(db)} 1`;
    const { by } = await until('the other leads', () => seen.find(({ event }) => event === third));
    expect(by).not.toBe(leader);
    expect(new Set(seen.map(({ event }) => event)).size).toBe(seen.length);
  });

  it('are led by the second when the first disappears without giving the lease back', async () => {
    const name = randomUUID();
    const id = await accept(db);
    const gone = await holdLease(db, name, 'gone', 1500);
    expect(gone).toBeDefined();
    const seen: string[] = [];
    let wasHeldByGone = true;
    startFollower(db, {
      name,
      handle: async (events) => {
        const [row] = await db`select lease_holder from consumers where name = ${name}`;
        wasHeldByGone &&= row?.lease_holder === 'gone';
        seen.push(...events.map(nameOf));
      },
    });
    await until('the second leads', () => seen.includes(`${id} 1`), 10_000);
    expect(wasHeldByGone).toBe(false);
    expect(await moveTo(name, 'gone', START, 0)).toBe(false);
  });
});

/** Moves the cursor from where it stands. */
async function moveTo(name: string, holder: string, to: Cursor, processed: number): Promise<boolean> {
  return moveCursor(db, { name, holder, from: (await cursorOf(name)) ?? START, to, processed });
}
