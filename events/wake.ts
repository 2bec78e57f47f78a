import type { Database } from '../db/client.ts';
import { LOG_CHANNEL } from '../db/notify.ts';

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
      let isWoken = false;
      let release: (() => void) | undefined;
      listeners.add(() => {
        isWoken = true;
        release?.();
      });
      return {
        async wait(signal) {
          if (!isWoken && !signal.aborted)
            await new Promise<void>((resolve) => {
              const done = () => {
                clearTimeout(timer);
                signal.removeEventListener('abort', done);
                resolve();
              };
              const timer = setTimeout(done, beatMs);
              signal.addEventListener('abort', done);
              release = done;
            });
          release = undefined;
          isWoken = false;
        },
      };
    },
    async close() {
      listeners.clear();
      const listened = await Promise.race([listening, Promise.resolve(undefined)]);
      await listened?.unlisten().catch(() => undefined);
    },
  };
}
