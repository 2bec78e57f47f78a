import type { LoggedEvent } from '../db/log.ts';
import type { CacheEntries } from './cache-entries.ts';
import type { Consumer } from './consumer.ts';

const BATCH = 500;
/** No entry lives for longer, whatever the clocks say; what happened before needs no look. */
const ENTRIES_ARE_GONE_AFTER_MS = 600_000;

/**
 * Makes the consumer that removes the entries of orders that have changed. What it cannot tell a Redis that is away is
 * left out: readers check the version of every entry, and entries end by themselves.
 */
export function createCacheInvalidation(entries: Pick<CacheEntries, 'drop'>): Consumer {
  return {
    name: 'cache',
    batchSize: BATCH,
    gatherMs: 25,
    handle: async (events) => {
      const since = new Date(Date.now() - ENTRIES_ARE_GONE_AFTER_MS).toISOString();
      const recent = events.filter(({ occurredAt }) => occurredAt > since);
      await Promise.allSettled([...latestVersions(recent)].map(([id, version]) => entries.drop(id, version)));
    },
  };
}

function latestVersions(events: readonly LoggedEvent[]): Map<string, number> {
  const versions = new Map<string, number>();
  for (const { orderId, version } of events) versions.set(orderId, Math.max(version, versions.get(orderId) ?? 0));
  return versions;
}
