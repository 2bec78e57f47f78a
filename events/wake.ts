import type { Database } from '../db/client.ts';
import { LOG_CHANNEL } from '../db/notify.ts';
import { createBell } from './bell.ts';

/** Waits for the log to grow. */
export interface Waker {
  /** Resolves at the next wake-up since the last call, after the slow beat, or when the signal aborts. */
  wait(signal: AbortSignal): Promise<void>;
}

/** Wake-ups of one process, to be shared by all that follow the log in it. */
export interface WakeSource {
  /** A waker of its own for each follower. `beatMs`: how long to wait at most, because a NOTIFY may be lost. */
  createWaker(beatMs: number): Waker;
  close(): Promise<void>;
}

/** Listens for NOTIFY on the log's channel; the connection comes back by itself after a restart of Postgres. */
export function listenToLog(db: Database, onError: (error: unknown) => void): WakeSource {
  const listeners = new Set<() => void>();
  const wakeAll = () => {
    for (const listener of listeners) listener();
  };
  // Where Postgres is away the slow beat carries on alone, and listening begins when it is back.
  const listening = db.listen(LOG_CHANNEL, wakeAll, wakeAll).catch(onError);

  return {
    createWaker(beatMs) {
      const bell = createBell();
      listeners.add(bell.ring);
      return { wait: (signal) => bell.wait(beatMs, signal) };
    },
    async close() {
      listeners.clear();
      const listened = await Promise.race([listening, Promise.resolve(undefined)]);
      await listened?.unlisten().catch(() => undefined);
    },
  };
}
