/** Following a part of the log from any place in it: caught up from the database, then live, without gap or duplicate. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import { type EventFilter, readFilteredLog } from '../db/filtered-log.ts';
import { compareCursors, type Cursor, type LoggedEvent } from '../db/log.ts';
import { backoffDelay } from '../domain/backoff.ts';
import { createBuffer } from './event-buffer.ts';
import type { LiveLog, Subscription } from './live-log.ts';
import type { TakeTurn } from './turns.ts';

/** What all streams of a process share. */
export interface LogSource {
  readonly db: Database;
  readonly liveLog: LiveLog;
  /** Bounds how many streams read from the database at once. */
  readonly takeTurn: TakeTurn;
  readonly logger: Logger;
}

/** What to follow: the events after a cursor that match. */
export interface LogStreamOptions {
  readonly filter: EventFilter;
  readonly after: Cursor;
  readonly signal: AbortSignal;
}

/** The events that match, in the order of the log, each once. They are pulled: a slow reader holds up nobody. */
export interface LogStream {
  /** The next events, as soon as there are any; none where nothing comes within `waitMs` or the signal aborts. */
  next(waitMs: number): Promise<readonly LoggedEvent[]>;
  /** `next` has given everything that matches up to this place. */
  position(): Cursor;
  /** Lets go of everything, once the last `next` has answered. */
  close(): void;
}

/** Most events of a read. */
const PAGE = 50;
const HELD_UP_MS = 5;
const RETRY = { first: 50, longest: 2000 };

/**
 * Opens a stream; nothing is read before the first `next`. It attaches to the live log, reads what came before that from
 * the database, and goes on with what the buffer has kept meanwhile. Where the reader is so slow that the buffer has run
 * over, it reads from the database again, at the reader's pace: memory is bounded and nothing is lost.
 */
export function openLogStream(source: LogSource, { filter, after, signal }: LogStreamOptions): LogStream {
  const buffer = createBuffer();
  let position = after;
  let subscription: Subscription | undefined;
  /** Up to here events come from the database, from there on through the buffer. */
  let attachedAt = after;

  const moveTo = (cursor: Cursor) => {
    if (compareCursors(cursor, position) > 0) position = cursor;
  };

  const readOn = async (): Promise<readonly LoggedEvent[]> => {
    const read = () => readFilteredLog(source.db, position, { filter, limit: PAGE });
    const page = await source.takeTurn(async () => (signal.aborted ? undefined : read()));
    if (!page) return [];
    moveTo(page.next);
    if (!page.more && compareCursors(position, attachedAt) < 0) await pause(HELD_UP_MS, signal);
    return page.events;
  };

  const advance = async (waitMs: number): Promise<readonly LoggedEvent[]> => {
    if (!subscription) {
      subscription = await source.liveLog.subscribe(filter, buffer.add);
      attachedAt = subscription.position();
    }
    if (compareCursors(position, attachedAt) < 0) return readOn();
    if (buffer.hasOverflowed()) {
      // From the position of the live log on the buffer keeps everything again.
      buffer.clear();
      attachedAt = subscription.position();
      return [];
    }
    const events = buffer.take().filter(({ cursor }) => compareCursors(cursor, position) > 0);
    moveTo(subscription.position());
    if (events.length === 0) await buffer.wait(waitMs, signal);
    return events;
  };

  return {
    async next(waitMs) {
      const deadline = Date.now() + waitMs;
      let failures = 0;
      for (let left = waitMs; left > 0 && !signal.aborted; left = deadline - Date.now()) {
        try {
          const events = await advance(left);
          if (events.length > 0) return events;
          failures = 0;
        } catch (error) {
          failures += 1;
          source.logger.warn({ err: error, failures }, 'a stream could not read the log, trying again');
          await pause(Math.min(left, backoffDelay(RETRY, failures, Math.random())), signal);
        }
      }
      return [];
    },
    position: () => position,
    close() {
      subscription?.leave();
      buffer.clear();
    },
  };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
