/** Requests that arrive together go to the database together: one statement, one round trip, one commit. */
import { Failure } from '../domain/failures.ts';

/** How to batch; `keysOf` names what may stand only once in a batch. */
export interface BatchOptions<Item, Result> {
  readonly run: (items: Item[]) => Promise<Result[]>;
  readonly keysOf: (item: Item) => string[];
  /** Most items of a batch. */
  readonly size: number;
  /** Most batches under way. */
  readonly concurrency: number;
  /** Most items that wait; further ones are refused with `UNAVAILABLE`. */
  readonly queueLimit: number;
  /** Whether an error speaks of the batch's connection and not of one of its items. */
  readonly isShared: (error: unknown) => boolean;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly keys: string[];
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** A function that adds an item to the next batch and answers its result. One bad item never fails its neighbours. */
export function createBatcher<Item, Result>(options: BatchOptions<Item, Result>): (item: Item) => Promise<Result> {
  const { run, keysOf, size, concurrency, queueLimit, isShared } = options;
  let queue: Waiting<Item, Result>[] = [];
  let underWay = 0;

  const takeBatch = (): Waiting<Item, Result>[] => {
    const keys = new Set<string>();
    const batch: Waiting<Item, Result>[] = [];
    const rest: Waiting<Item, Result>[] = [];
    for (const waiting of queue) {
      const fits = batch.length < size && !waiting.keys.some((key) => keys.has(key));
      (fits ? batch : rest).push(waiting);
      if (fits) for (const key of waiting.keys) keys.add(key);
    }
    queue = rest;
    return batch;
  };

  const runBatch = async (batch: Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await run(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => {
        resolve(results[index] as Result);
      });
    } catch (error) {
      if (batch.length === 1 || isShared(error)) for (const { reject } of batch) reject(error);
      else for (const waiting of batch) await runBatch([waiting]);
    }
  };

  const pump = (): void => {
    while (underWay < concurrency && queue.length > 0) {
      underWay += 1;
      void runBatch(takeBatch()).finally(() => {
        underWay -= 1;
        pump();
      });
    }
  };

  return (item) =>
    new Promise((resolve, reject) => {
      if (queue.length >= queueLimit) {
        reject(new Failure('UNAVAILABLE', 'Too many requests wait for the database.', { retryAfterSeconds: 1 }));
        return;
      }
      queue.push({ item, keys: keysOf(item), resolve, reject });
      // Once for all requests that this turn of the event loop brings.
      if (queue.length === 1) setImmediate(pump);
    });
}
