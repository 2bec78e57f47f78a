import type { Database } from './client.ts';

/** The channel on which writers wake the followers of the log. */
export const LOG_CHANNEL = 'order_events';

const INTERVAL_MS = 3;

/** Wakes whoever follows the log. */
export interface Notifier {
  /** Says that the log has grown; returns at once. */
  wake(): void;
}

/**
 * Wakes followers at most once every few milliseconds, apart from the writes: a NOTIFY inside the accepting statement
 * would serialise its commits and halve the throughput. A lost one costs a follower only its slow beat.
 */
export function createNotifier(db: Database): Notifier {
  let pending = false;
  return {
    wake() {
      if (pending) return;
      pending = true;
      setTimeout(() => {
        pending = false;
        db`select pg_notify(${LOG_CHANNEL}, '')`.catch(() => undefined);
      }, INTERVAL_MS);
    },
  };
}
