/** The entries of the cache: `order:{id}` is a hash of `version` and `order` (JSON), which lives 60 to 120 seconds. */
import type { Order } from '../domain/order.ts';
import type { CacheConnection } from './cache-connection.ts';

/** Reads and writes entries; every call rejects while Redis is away. */
export interface CacheEntries {
  /** The order as it was stored last; undefined where there is none. */
  find(orderId: string): Promise<Order | undefined>;
  /** Stores an order, unless a newer version is there. */
  keep(order: Order): Promise<void>;
  /** Removes the entry of an order that is older than this version. */
  drop(orderId: string, version: number): Promise<void>;
}

/** How long an entry lives, in seconds; each another span, so that not all of them end at once. */
const LIFE = { shortest: 60, longest: 120 };

/** Makes the entries of a connection. */
export function createCacheEntries(connection: Pick<CacheConnection, 'run'>): CacheEntries {
  return {
    find: async (orderId) => {
      const text = await connection.run((client) => client.hGet(keyOf(orderId), 'order'));
      return text === null ? undefined : (JSON.parse(text) as Order);
    },
    keep: async (order) => {
      const seconds = lifeOfEntry(Math.random());
      const entry = { version: order.version, order: JSON.stringify(order), seconds };
      await connection.run((client) => client.keepNewer(keyOf(order.id), entry));
    },
    drop: async (orderId, version) => {
      await connection.run((client) => client.dropOlder(keyOf(orderId), version));
    },
  };
}

/** The time to live of an entry in whole seconds, by a random number from 0 up to, not including, 1. */
export function lifeOfEntry(random: number): number {
  return LIFE.shortest + Math.floor(random * (LIFE.longest - LIFE.shortest + 1));
}

function keyOf(orderId: string): string {
  return `order:${orderId}`;
}
