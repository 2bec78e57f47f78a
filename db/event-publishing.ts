/** What the publisher asks about events that come again. */
import type { Database } from './client.ts';

/** Those of these events that were put aside at some time, whatever became of them. */
export async function findParkedEvents(db: Database, eventIds: readonly string[]): Promise<Set<string>> {
  const ids = [...eventIds];
  const rows = await db<{ eventId: string }[]>`
    select event_id as "eventId" from dead_letters where event_id = any(${ids}::uuid[])
    union all
    select event_id from dead_letter_archive where event_id = any(${ids}::uuid[])`;
  return new Set(rows.map(({ eventId }) => eventId));
}
