import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isConnectionError, openDatabase } from '../../db/client.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

const { db, url } = await createTestDatabase();

const failureOf = async (work: PromiseLike<unknown>): Promise<unknown> => {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
};

describe('a connection that the server ends', () => {
  it('fails its statement with a connection error, and the pool goes on', async () => {
    const pool = openDatabase(url, { size: 2, applicationName: 'to-be-ended' });
    const statement = failureOf(pool`select pg_sleep(60)`);
    await until('it sleeps', async () => {
      const ended = await db`
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'to-be-ended' and query like '%pg_sleep%' and state = 'active'`;
      return ended.length > 0;
    });
    expect(isConnectionError(await statement)).toBe(true);
    for (let repeat = 0; repeat < 10; repeat += 1) expect([...(await pool`select 1 as one`)]).toEqual([{ one: 1 }]);
    await pool.end({ timeout: 5 });
  });

  it('is made again where it was idle', async () => {
    const pool = openDatabase(url, { size: 4, applicationName: 'idle-and-ended' });
    await Promise.all(Array.from({ length: 4 }, () => pool`select pg_sleep(0.01)`));
    await db`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'idle-and-ended'`;
    await until('the pool answers again', async () => (await pool`select 1 as one`).length === 1);
    await pool.end({ timeout: 5 });
  });
});

describe('a server that is not there', () => {
  it('is a connection error', async () => {
    const port = await new Promise<number>((resolve) => {
      const taken = createServer().listen(0, '127.0.0.1', () => {
        const address = taken.address();
        taken.close(() => {
          resolve(typeof address === 'object' && address ? address.port : 0);
        });
      });
    });
    const pool = openDatabase(`postgres://nobody@127.0.0.1:${port}/nothing`, { size: 1 });
    expect(isConnectionError(await failureOf(pool`select 1`))).toBe(true);
    await pool.end({ timeout: 1 });
    expect(isConnectionError(await failureOf(pool`select 1`))).toBe(true);
  });
});

describe('a statement that is wrong', () => {
  it.each(['select', 'select 1 / 0', 'select * from nothing', "insert into products (id) values ('x')"])(
    'is no connection error: %s',
    async (text) => {
      expect(isConnectionError(await failureOf(db.unsafe(`${text}${text === 'select' ? ' from' : ''}`)))).toBe(false);
    },
  );

  it.each([undefined, null, 'text', new Error('words'), { code: 23505 }])('nor is %s', (error) => {
    expect(isConnectionError(error)).toBe(false);
  });
});

describe('what comes back', () => {
  it('has moments as ISO 8601 in UTC with milliseconds and 64-bit integers as numbers', async () => {
    const [row] =
      await db`select '2026-01-01 12:00:00.5+02'::timestamptz as moment, 9007199254740991::bigint as integer`;
    expect(row).toEqual({ moment: '2026-01-01T10:00:00.500Z', integer: Number.MAX_SAFE_INTEGER });
  });
});
