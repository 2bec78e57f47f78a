import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';
import postgres, { type Sql } from 'postgres';
import { connectionOf } from './connection-options.ts';

const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));
// Any fixed number: whoever migrates holds this advisory lock, so that several starts at once do it one by one.
const LOCK = 7_302_417;
const LOCK_BEAT_MS = 100;
/** A statement that waits for a table makes all others wait behind it; so it gives up soon, and tries again. */
const TABLE_LOCK_TIMEOUT = '2s';
const TABLE_LOCK_ATTEMPTS = 30;
const TABLE_LOCK_PAUSE_MS = 500;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Brings the schema up to date; does nothing where it is. Each migration is applied whole or not at all, but for one that
 * builds indexes `CONCURRENTLY`, which is done statement by statement. Safe to be called by several processes at once, and
 * while others work with the database. Throws where Postgres is away or a table stays locked. `folder` holds the migrations.
 */
export async function migrate(databaseUrl: string, folder = MIGRATIONS): Promise<void> {
  const { url, ssl } = connectionOf(databaseUrl);
  const client = postgres(url, { ...(ssl && { ssl }), max: 1, onnotice: () => undefined });
  try {
    await takeLock(client);
    await client.unsafe(`set lock_timeout = '${TABLE_LOCK_TIMEOUT}'`);
    await client.unsafe(`create schema if not exists drizzle;
      create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`);
    const [last] = await client<{ at: string | null }[]>`
      select max(created_at) as at from drizzle.__drizzle_migrations`;
    const all = readMigrationFiles({ migrationsFolder: folder });
    for (const migration of all.filter(({ folderMillis }) => folderMillis > Number(last?.at ?? 0)))
      await apply(client, migration);
    await client`select pg_advisory_unlock(${LOCK})`;
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** By asking again: a statement that waits has a snapshot, and whoever builds an index concurrently would wait for that one. */
async function takeLock(client: Sql): Promise<void> {
  for (;;) {
    const [row] = await client<{ isOurs: boolean }[]>`select pg_try_advisory_lock(${LOCK}) as "isOurs"`;
    if (row?.isOurs) return;
    await sleep(LOCK_BEAT_MS);
  }
}

async function apply(client: Sql, { sql, hash, folderMillis }: MigrationMeta): Promise<void> {
  const applied = `insert into drizzle.__drizzle_migrations (hash, created_at) values ('${hash}', ${folderMillis})`;
  // Statements that are sent together are one transaction.
  if (!sql.some((statement) => /\bconcurrently\b/i.test(statement)))
    return whenUnlocked(() => client.unsafe([...sql, applied].join('\n;\n')));
  await dropUnfinishedIndexes(client);
  for (const statement of [...sql, applied]) await whenUnlocked(() => client.unsafe(statement));
}

/** What is left of an index whose building was interrupted; `if not exists` would take it for the index. */
async function dropUnfinishedIndexes(client: Sql): Promise<void> {
  const unfinished = await client<{ name: string }[]>`
    select indexrelid::regclass::text as name from pg_index where not indisvalid`;
  for (const { name } of unfinished) await client.unsafe(`drop index concurrently if exists ${name}`);
}

async function whenUnlocked(act: () => Promise<unknown>, attempts = TABLE_LOCK_ATTEMPTS): Promise<void> {
  try {
    await act();
  } catch (error) {
    const isLocked = error instanceof postgres.PostgresError && error.code === LOCK_NOT_AVAILABLE;
    if (!isLocked || attempts === 1) throw error;
    await sleep(TABLE_LOCK_PAUSE_MS);
    await whenUnlocked(act, attempts - 1);
  }
}
