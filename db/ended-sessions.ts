/** The statements that keep which sessions of the dashboard were ended by signing out. */
import type { Database } from './client.ts';

/** Ends a session, which would end by itself at `until` (ISO 8601); lets go of those that are over. A repeat changes nothing. */
export async function endSession(db: Database, { id, until }: { id: string; until: string }): Promise<void> {
  await db`
    with past as (
      delete from ended_sessions where until < now()
    )
    insert into ended_sessions (jti, until) values (${id}, ${until}::timestamptz)
    on conflict do nothing`;
}

/** Which of these sessions were ended, in their order. */
export async function findEndedSessions(db: Database, ids: readonly string[]): Promise<boolean[]> {
  const rows = await db<{ id: string }[]>`
    select jti as id from ended_sessions where jti = any(${[...ids]}::uuid[])`;
  const ended = new Set(rows.map(({ id }) => id));
  return ids.map((id) => ended.has(id));
}
