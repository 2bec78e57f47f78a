import type { QueryClient } from '@tanstack/react-query';
import type { LiveEvent } from './live.tsx';

/** What an event of any order makes stale; the order itself is told apart by its id. */
const OF_EVERY_EVENT = [
  '/api/orders',
  '/api/stats',
  '/api/stats/daily',
  '/api/timeline',
  '/api/alerts',
  '/api/order-status/summary',
  '/api/customers',
  '/api/customers/search',
  '/api/customers/top',
  '/api/customers/{id}',
  '/api/customers/{id}/activity',
  '/api/products',
  '/api/products/{id}',
  '/api/products/{id}/days',
  '/api/products/search',
  '/api/products/top',
];
/** However many events come: figures and lists are read anew at most once in this time. */
const LISTS_EVERY_MS = 1500;
const ORDER_WITHIN_MS = 50;
/** A read that takes longer is broken off where there is news, so that nothing waits for one that never ends. */
const READ_WITHIN_MS = 10_000;

/** Marks as stale what events have changed, each at its own pace; only what is shown is read anew. */
export function createInvalidator(queries: QueryClient) {
  const orders = new Set<string>();
  let soon: ReturnType<typeof setTimeout> | undefined;
  let later: ReturnType<typeof setTimeout> | undefined;
  let hasMore = false;

  const refreshOrders = () => {
    soon = undefined;
    const changed = new Set(orders);
    orders.clear();
    void queries.invalidateQueries({
      predicate: ({ queryKey: [, path, init] }) => {
        const id = (init as { params?: { path?: { id?: string } } } | undefined)?.params?.path?.id;
        return String(path).startsWith('/api/orders/{id}') && id !== undefined && changed.has(id);
      },
    });
  };
  // A read that is slow is let finish, or a steady flow of events would break off each before it ends.
  const refreshLists = () => {
    hasMore = false;
    const reads = OF_EVERY_EVENT.map((path) => queries.invalidateQueries({ queryKey: ['get', path] }));
    const patience = new Promise((done) => setTimeout(done, READ_WITHIN_MS));
    void Promise.race([Promise.all(reads), patience]).then(() => {
      later = hasMore ? setTimeout(refreshLists, LISTS_EVERY_MS) : undefined;
    });
  };

  return {
    take: ({ subject }: LiveEvent) => {
      orders.add(subject);
      soon ??= setTimeout(refreshOrders, ORDER_WITHIN_MS);
      if (later === undefined) later = setTimeout(refreshLists, LISTS_EVERY_MS);
      else hasMore = true;
    },
    close: () => {
      hasMore = false;
      clearTimeout(soon);
      clearTimeout(later);
    },
  };
}
