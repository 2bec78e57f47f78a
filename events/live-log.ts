/** The log as it grows, read once for each process and handed to all who watch. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import { type Cursor, endOfLog, type LoggedEvent, readLog } from '../db/log.ts';
import { backoffDelay } from '../domain/backoff.ts';
import { rest } from './consumer.ts';
import type { Waker } from './wake.ts';

/** Those who watch get each event of an order, in the order of the log, at least once. */
export interface LiveLog {
  /**
   * Calls `listener` for each event of an order until the answered function is called. Everything that is committed
   * after the promise resolves is seen; a little of what came before may be seen again.
   */
  subscribe(orderId: string, listener: (event: LoggedEvent) => void): Promise<() => void>;
  close(): Promise<void>;
}

const PAGE = 500;

/** Reads from the first subscription on, and rests while nobody watches. */
export function openLiveLog({ db, waker, logger }: { db: Database; waker: Waker; logger: Logger }): LiveLog {
  const listeners = new Map<string, Set<(event: LoggedEvent) => void>>();
  const stopping = new AbortController();
  let cursor: Cursor | undefined;
  let startReading = Promise.withResolvers<void>();

  const readOn = async (from: Cursor): Promise<void> => {
    const page = await readLog(db, from, { limit: PAGE });
    for (const event of page.events) for (const listener of listeners.get(event.orderId) ?? []) listener(event);
    cursor = page.next;
    await rest(page, waker, stopping.signal);
  };

  const read = async (): Promise<void> => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      if (!cursor || listeners.size === 0) {
        cursor = undefined;
        startReading = Promise.withResolvers();
        await startReading.promise;
        continue;
      }
      try {
        await readOn(cursor);
        failures = 0;
      } catch (error) {
        failures += 1;
        logger.warn({ err: error }, 'the log could not be read for those who watch, trying again');
        const wait = backoffDelay({ first: 50, longest: 2000 }, failures, Math.random());
        await sleep(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };
  const reading = read();

  return {
    async subscribe(orderId, listener) {
      const own = listeners.get(orderId) ?? new Set();
      listeners.set(orderId, own.add(listener));
      const unsubscribe = () => {
        own.delete(listener);
        if (own.size === 0 && listeners.get(orderId) === own) listeners.delete(orderId);
      };
      try {
        if (!cursor) {
          const end = await endOfLog(db);
          cursor ??= end;
        }
      } catch (error) {
        unsubscribe();
        throw error;
      }
      startReading.resolve();
      return unsubscribe;
    },
    async close() {
      stopping.abort();
      startReading.resolve();
      await reading;
    },
  };
}
