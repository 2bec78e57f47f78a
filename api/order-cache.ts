/**
 * Reading orders through the cache. Every entry is checked against the version in Postgres before it is answered, so
 * that no answer is older than what was committed before the read began, whatever the cache missed.
 */
import { isConnectionError, type Database } from '../db/client.ts';
import { findOrder } from '../db/order-reads.ts';
import { findOrderVersions, type OrderVersion } from '../db/order-versions.ts';
import type { Order } from '../domain/order.ts';
import type { CacheEntries } from '../events/cache-entries.ts';
import { createBatcher } from './batch.ts';

/** The order as it stands, or undefined where there is none. */
export type ReadOrder = (orderId: string) => Promise<Order | undefined>;

/** How reads were answered: from the cache, or from Postgres because the entry was out of date, absent, or out of reach. */
export interface CacheCounts {
  readonly hits: number;
  readonly stale: number;
  readonly misses: number;
  readonly skipped: number;
}

/** Orders read through the cache. */
export interface OrderCache {
  readonly read: ReadOrder;
  /** Removes the entry of an order whose rows a repair has set: its version says nothing of that. Never throws. */
  readonly forget: (orderId: string) => Promise<void>;
  readonly counts: () => CacheCounts;
}

/** Most entries on their way to Redis; further ones are left out, because the cache can do without them. */
const MOST_STORING = 500;
/** Versions are asked for together: what makes a checked entry cheaper than the order itself (decision 0012). */
const VERSIONS = { size: 200, concurrency: 4, queueLimit: 5000 };

/** Makes the reader; an error of the cache never reaches its callers. */
export function createOrderCache({ db, entries }: { db: Database; entries: CacheEntries }): OrderCache {
  const counts = { hits: 0, stale: 0, misses: 0, skipped: 0 };
  let storing = 0;
  const currentVersion = createBatcher<string, OrderVersion | undefined>({
    run: (ids) => findOrderVersions(db, ids),
    keysOf: () => [],
    isShared: isConnectionError,
    ...VERSIONS,
  });

  const readAndKeep = async (orderId: string): Promise<Order | undefined> => {
    const order = await findOrder(db, orderId);
    if (order && storing < MOST_STORING) {
      storing += 1;
      void entries
        .keep(order)
        .catch(() => undefined)
        .finally(() => (storing -= 1));
    }
    return order;
  };

  return {
    counts: () => ({ ...counts }),
    forget: (orderId) => entries.drop(orderId, Number.MAX_SAFE_INTEGER).catch(() => undefined),
    read: async (orderId) => {
      let entry: Order | undefined;
      try {
        entry = await entries.find(orderId);
      } catch {
        counts.skipped += 1;
        return findOrder(db, orderId);
      }
      if (!entry) {
        counts.misses += 1;
        return readAndKeep(orderId);
      }
      const current = await currentVersion(orderId);
      if (current && isOf(entry, current)) {
        counts.hits += 1;
        return entry;
      }
      counts.stale += 1;
      return readAndKeep(orderId);
    },
  };
}

/** The time tells apart orders of the same id in two databases that share a Redis. */
function isOf(entry: Order, { version, updatedAt }: OrderVersion): boolean {
  return entry.version === version && entry.updatedAt === updatedAt;
}
