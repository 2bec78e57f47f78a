/** Following the log as one of several processes: one leads, by a lease; the cursor says how far it is. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import {
  compareCursors,
  countConsumerError,
  type Cursor,
  type CursorMove,
  holdLease,
  keepTypes,
  type LoggedEvent,
  type LogPage,
  moveCursor,
  readLog,
  releaseLease,
} from '../db/log.ts';
import { backoffDelay } from '../domain/backoff.ts';
import { EVENT_TYPES, type EventType } from '../domain/events.ts';
import { LOG_AHEAD } from './log-ahead.ts';
import type { Waker } from './wake.ts';

/** What follows the log. `handle` gets each event at least once, in order, and throws where it must be given again. */
export interface Consumer {
  readonly name: string;
  /** Only these types; all where absent. */
  readonly types?: readonly EventType[];
  readonly batchSize: number;
  /** As of {@link Projection}. */
  readonly gatherMs?: number;
  handle(events: readonly LoggedEvent[], signal: AbortSignal): Promise<void>;
  /** Called while it leads, before each look at the log and so at least at every slow beat. */
  tend?(signal: AbortSignal): Promise<void>;
}

/** What follows the log into tables of its own: it applies each page exactly once. */
export interface Projection {
  readonly name: string;
  /** Only these types; all where absent. */
  readonly types?: readonly EventType[];
  readonly batchSize: number;
  /**
   * The least time from one look at the log to the next, so that events gather: the first after a rest is dealt with at once,
   * those of a busy system in fewer and larger pages. 0 where absent.
   */
  readonly gatherMs?: number;
  /** Applies the events and makes the move in one statement; answers whether the move was made. */
  apply(db: Database, events: readonly LoggedEvent[], move: CursorMove): Promise<boolean>;
}

/** How to follow. */
export interface FollowOptions {
  readonly db: Database;
  readonly waker: Waker;
  /** Who holds the lease: unique for each process. */
  readonly holder: string;
  readonly leaseMs: number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const HELD_UP_MS = 5;
/** For how long a cursor may lie behind events that its consumer does not want: each move of it is a commit. */
const STORED_EVERY_MS = 500;
const RETRY = { first: 100, longest: 5000 };

/** Follows the log until the signal aborts, then gives the lease back. Never throws; an error is retried with backoff. */
export async function follow(consumer: Consumer | Projection, options: FollowOptions): Promise<void> {
  const { db, holder, logger, signal } = options;
  const isStopping = () => signal.aborted;
  let failures = 0;
  while (!isStopping()) {
    try {
      await lead(consumer, options, () => {
        failures = 0;
      });
    } catch (error) {
      if (isStopping()) break;
      failures += 1;
      const message = error instanceof Error ? error.message : String(error);
      logger.warn({ consumer: consumer.name, err: error, failures }, 'the log could not be followed, trying again');
      await countConsumerError(db, consumer.name, message).catch(() => undefined);
      await pause(backoffDelay(RETRY, failures, Math.random()), signal);
    }
  }
  await releaseLease(db, consumer.name, holder).catch(() => undefined);
}

/** Leads while the lease holds; waits where another holds it. */
async function lead(consumer: Consumer | Projection, options: FollowOptions, onProgress: () => void): Promise<void> {
  const { db, waker, holder, leaseMs, signal } = options;
  const { name, gatherMs = 0 } = consumer;
  const asked = Date.now();
  let stored = await holdLease(db, name, holder, leaseMs);
  if (!stored) {
    await pause(leaseMs / 4, signal);
    return;
  }
  let cursor = stored;
  let storedAt = performance.now();
  const renewal = keepLease(name, asked + leaseMs, options);
  const leading = AbortSignal.any([signal, renewal.lost]);
  try {
    await keepTypes(db, name, consumer.types ?? EVENT_TYPES);
    while (!signal.aborted && !renewal.isLost()) {
      if ('tend' in consumer) await consumer.tend(leading);
      const looked = performance.now();
      const page = await readLog(db, cursor, { limit: consumer.batchSize, types: consumer.types });
      // A cursor does not go back: what lies behind it was dealt with, and would be done a second time.
      if (compareCursors(page.next, cursor) < 0) throw new Error(LOG_AHEAD);
      cursor = page.next;
      const isDue = !isSame(cursor, stored) && looked - storedAt >= STORED_EVERY_MS;
      if (page.events.length > 0 || isDue) {
        const move = { name, holder, from: stored, to: cursor, processed: page.events.length };
        const isMoved = await pass(consumer, page.events, { db, move, signal: leading });
        if (!isMoved) return;
        stored = cursor;
        storedAt = looked;
      }
      onProgress();
      await rest(page, { waker, signal, notBefore: looked + gatherMs });
    }
  } finally {
    renewal.stop();
  }
}

/** Lets the consumer have the events and moves its cursor past them; answers whether it still leads. */
async function pass(
  consumer: Consumer | Projection,
  events: readonly LoggedEvent[],
  { db, move, signal }: { db: Database; move: CursorMove; signal: AbortSignal },
): Promise<boolean> {
  if (events.length === 0) return moveCursor(db, move);
  if ('apply' in consumer) return consumer.apply(db, events, move);
  await consumer.handle(events, signal);
  return moveCursor(db, move);
}

/**
 * Waits until the log may have more than this page: not at all, for a moment, or for a wake-up. Where all is read, it also
 * waits until `notBefore` (as `performance.now()` tells the time), so that more events gather.
 */
export async function rest(
  page: LogPage,
  { waker, signal, notBefore }: { waker: Waker; signal: AbortSignal; notBefore: number },
): Promise<void> {
  if (page.more) return;
  if (page.isHeldUp) await pause(HELD_UP_MS, signal);
  else await waker.wait(signal);
  await pause(notBefore - performance.now(), signal);
}

/** Renews the lease beside the work; a lease that cannot be renewed in time counts as lost. */
function keepLease(name: string, until: number, { db, holder, leaseMs }: FollowOptions) {
  const lost = new AbortController();
  let heldUntil = until;
  const timer = setInterval(() => {
    const asked = Date.now();
    holdLease(db, name, holder, leaseMs).then(
      (cursor) => {
        if (cursor) heldUntil = asked + leaseMs;
        else lost.abort();
      },
      () => undefined,
    );
    if (Date.now() > heldUntil) lost.abort();
  }, leaseMs / 3);
  return {
    lost: lost.signal,
    isLost: () => lost.signal.aborted,
    stop: () => {
      clearInterval(timer);
    },
  };
}

function isSame(one: Cursor, other: Cursor): boolean {
  return one.tx === other.tx && one.position === other.position;
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds > 0) await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
