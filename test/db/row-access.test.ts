/** That the statements of every order go to their rows, and do not read through all that is stored. */
import { expect, it } from 'vitest';
import { type Database, openDatabase } from '../../db/client.ts';
import { endOfLog, readLog } from '../../db/log.ts';
import { createTestDatabase } from '../support/database.ts';
import { acceptAs, ship } from './order-fixture.ts';

const { url } = await createTestDatabase();

/** PostgreSQL's own counts, up to date for this connection. */
async function countOf(db: Database, count: Promise<{ rows: number }[]>): Promise<number | undefined> {
  await db`select pg_stat_force_next_flush()`;
  return (await count)[0]?.rows;
}

async function withConnection(work: (db: Database) => Promise<void>): Promise<void> {
  const db = openDatabase(url, { size: 1 });
  try {
    await work(db);
  } finally {
    await db.end();
  }
}

it('a change finds its order by key, not among all orders of its status', () =>
  withConnection(async (db) => {
    const read = () =>
      countOf(
        db,
        db`select idx_tup_read as rows from pg_stat_user_indexes where indexrelname = 'orders_status_newest'`,
      );
    const ids: string[] = [];
    for (let count = 0; count < 20; count += 1) ids.push(await acceptAs(db, 'PROCESSING'));
    const before = await read();
    expect(before).toBeTypeOf('number');
    for (const id of ids) await ship(db, id);
    expect(await read()).toBe(before);
  }));

it('a look at the end of the log reads no more of it', () =>
  withConnection(async (db) => {
    const read = () =>
      countOf(db, db`select seq_tup_read as rows from pg_stat_user_tables where relname = 'order_events'`);
    for (let count = 0; count < 20; count += 1) await acceptAs(db, 'DELIVERED');
    const end = await endOfLog(db);
    const before = await read();
    expect(before).toBeTypeOf('number');
    for (let count = 0; count < 20; count += 1) expect((await readLog(db, end, { limit: 100 })).events).toEqual([]);
    expect(await read()).toBe(before);
  }));
