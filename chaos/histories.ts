import type { Evidence } from './judge/evidence.ts';

/** How many histories are worth keeping. */
const MOST = 10;

/** Workflows whose orders took different paths: the longest history of each sequence of events, the rarest first. */
export function chooseHistories({ books, workflows }: Pick<Evidence, 'books' | 'workflows'>): string[] {
  const lengths = new Map(workflows.map(({ workflowId, events }) => [workflowId, events]));
  const paths = new Map<string, { count: number; workflowId: string; events: number }>();
  for (const { id } of books.orders) {
    const path = books.events
      .filter(({ orderId }) => orderId === id)
      .toSorted((one, other) => one.version - other.version)
      .map(({ type }) => type)
      .join();
    const workflowId = `order-${id}`;
    const events = lengths.get(workflowId);
    if (events === undefined) continue;
    const known = paths.get(path);
    const longest = known && known.events >= events ? known : { workflowId, events };
    paths.set(path, { ...longest, count: (known?.count ?? 0) + 1 });
  }
  return [...paths.values()]
    .toSorted((one, other) => one.count - other.count || other.events - one.events)
    .slice(0, MOST)
    .map(({ workflowId }) => workflowId);
}
