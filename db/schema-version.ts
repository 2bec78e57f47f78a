import type { Database } from './client.ts';
import journal from './migrations/meta/_journal.json' with { type: 'json' };

const NEWEST = Math.max(...journal.entries.map(({ when }) => when));

/** Whether every migration of this version has been applied; throws where the database does not answer. */
export async function isSchemaCurrent(db: Database): Promise<boolean> {
  const [table] = await db<{ isThere: boolean }[]>`
    select to_regclass('drizzle.__drizzle_migrations') is not null as "isThere"`;
  if (!table?.isThere) return false;
  const [applied] = await db<{ newest: number | null }[]>`
    select max(created_at) as newest from drizzle.__drizzle_migrations`;
  return (applied?.newest ?? 0) >= NEWEST;
}
