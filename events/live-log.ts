/** The log as it grows, read once for each process and handed to all who follow it live. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import type { EventFilter } from '../db/filtered-log.ts';
import { type Cursor, endOfLog, readLog } from '../db/log.ts';
import { backoffDelay } from '../domain/backoff.ts';
import { rest } from './consumer.ts';
import { createDispatch, type Listener } from './live-dispatch.ts';
import type { Waker } from './wake.ts';

/** Those who follow live get each event that they want, in the order of the log. */
export interface LiveLog {
  /**
   * Calls `listener` for each event that matches until it leaves. Everything that is committed after the promise resolves
   * is seen; a little of what came before may be seen again.
   */
  subscribe(filter: EventFilter, listener: Listener): Promise<Subscription>;
  close(): Promise<void>;
}

/** Somebody who follows live. */
export interface Subscription {
  /** A place up to which the listener has been called for every event that came since it subscribed; it grows. */
  position(): Cursor;
  readonly leave: () => void;
}

const PAGE = 500;
/** The least time from one look at the log to the next: less than anybody sees, and a third of the looks of a busy system. */
const GATHER_MS = 10;

/** Reads from the first subscription on, and rests while nobody follows. */
export function openLiveLog({ db, waker, logger }: { db: Database; waker: Waker; logger: Logger }): LiveLog {
  const dispatch = createDispatch();
  const stopping = new AbortController();
  let cursor: Cursor | undefined;
  let finding: Promise<Cursor> | undefined;
  let startReading = Promise.withResolvers<void>();

  const readOn = async (from: Cursor): Promise<void> => {
    const looked = performance.now();
    const page = await readLog(db, from, { limit: PAGE });
    for (const event of page.events) dispatch.hand(event);
    // Set in the same turn as the events are handed on, so that whoever asks for the position has got all before it.
    cursor = page.next;
    await rest(page, { waker, signal: stopping.signal, notBefore: looked + GATHER_MS });
  };

  const read = async (): Promise<void> => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      if (!cursor || dispatch.isEmpty()) {
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
        logger.warn({ err: error }, 'the log could not be read for those who follow live, trying again');
        const wait = backoffDelay({ first: 50, longest: 2000 }, failures, Math.random());
        await sleep(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };
  const reading = read();

  /** The end of the log, asked for once by all who come at the same time. */
  const findEnd = (): Promise<Cursor> => {
    finding ??= endOfLog(db).finally(() => {
      finding = undefined;
    });
    return finding;
  };

  return {
    async subscribe(filter, listener) {
      const leave = dispatch.add(filter, listener);
      try {
        if (!cursor) {
          const end = await findEnd();
          cursor ??= end;
        }
      } catch (error) {
        leave();
        throw error;
      }
      startReading.resolve();
      let reached = cursor;
      return { position: () => (reached = cursor ?? reached), leave };
    },
    async close() {
      stopping.abort();
      startReading.resolve();
      await reading;
    },
  };
}
