import { expect, it } from 'vitest';
import { openDatabase } from '../../db/client.ts';
import { createTestDatabase } from '../support/database.ts';
import { acceptAs, ship } from './order-fixture.ts';

it('a change finds its order by key, not among all orders of its status', async () => {
  const { url } = await createTestDatabase();
  const db = openDatabase(url, { size: 1 });
  try {
    const read = async () => {
      await db`select pg_stat_force_next_flush()`;
      const [row] = await db<{ entries: number }[]>`
        select idx_tup_read as entries from pg_stat_user_indexes where indexrelname = 'orders_status_newest'`;
      return row?.entries;
    };
    const ids: string[] = [];
    for (let count = 0; count < 20; count += 1) ids.push(await acceptAs(db, 'PROCESSING'));
    const before = await read();
    expect(before).toBeTypeOf('number');
    for (const id of ids) await ship(db, id);
    expect(await read()).toBe(before);
  } finally {
    await db.end();
  }
});
