/** A bare `select` through postgres.js. */
import { openDatabase } from '../../db/client.ts';
import { CALLERS } from './load.ts';
import { callFor, serveLoad } from './serve.ts';

/** A statement that finds something with each of these values as `$1` in turn; without any it has no parameter. */
export interface SelectLoad {
  readonly databaseUrl: string;
  readonly statement: string;
  readonly values?: readonly string[];
  readonly seconds: number;
}

serveLoad(async ({ databaseUrl, statement, values = [], seconds }: SelectLoad) => {
  const db = openDatabase(databaseUrl, { size: 8, applicationName: 'steadfast-bench' });
  let turn = 0;
  const result = await callFor({ seconds, callers: CALLERS }, async () => {
    const value = values.length === 0 ? undefined : values[(turn += 1) % values.length];
    const rows = await db.unsafe(statement, value === undefined ? [] : [value], { prepare: true });
    if (rows.length === 0) throw new Error(`nothing was found for ${value}`);
  });
  await db.end();
  return result;
});
