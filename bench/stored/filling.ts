import { type Database, openDatabase } from '../../db/client.ts';

/** Gives one connection, on which a statement may take as long as it takes, to `use`, and closes it afterwards. */
export async function withFilling(databaseUrl: string, use: (db: Database) => Promise<unknown>): Promise<void> {
  const db = openDatabase(databaseUrl, { size: 1, applicationName: 'steadfast-bench' });
  try {
    await db`set statement_timeout = 0`;
    await use(db);
  } finally {
    await db.end({ timeout: 5 });
  }
}
