import type { Database } from './client.ts';

/** How far an order is: the number of its events, and when the last one happened. */
export interface OrderVersion {
  readonly version: number;
  readonly updatedAt: string;
}

/** How far each of these orders is, in the same order; undefined for those that do not exist. */
export async function findOrderVersions(db: Database, ids: readonly string[]): Promise<(OrderVersion | undefined)[]> {
  const rows = await db<(OrderVersion & { id: string })[]>`
    select id, version, updated_at as "updatedAt" from orders where id = any(${[...ids]}::text[])`;
  const versions = new Map(rows.map(({ id, ...version }) => [id, version]));
  return ids.map((id) => versions.get(id));
}
