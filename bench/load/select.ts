/** The bare `select` of a row by key through postgres.js. */
import { openDatabase } from '../../db/client.ts';
import { CALLERS } from '../load.ts';
import { callFor, serveLoad } from './serve.ts';

/** Selects of the orders with these ids in turn. */
export interface SelectLoad {
  readonly databaseUrl: string;
  readonly ids: readonly string[];
  readonly seconds: number;
}

serveLoad(async ({ databaseUrl, ids, seconds }: SelectLoad) => {
  const db = openDatabase(databaseUrl, { size: 8, applicationName: 'steadfast-bench' });
  let turn = 0;
  const result = await callFor({ seconds, callers: CALLERS }, async () => {
    const id = ids[(turn += 1) % ids.length] ?? '';
    const [row] = await db`select * from orders where id = ${id}`;
    if (!row) throw new Error(`no order ${id}`);
  });
  await db.end();
  return result;
});
