/** Work at a steady beat, done by one of several processes: the one that holds the lease. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import { countConsumerError, holdLease, releaseLease } from '../db/log.ts';
import { backoffDelay } from '../domain/backoff.ts';

/** Who works, and how often. */
export interface BeatOptions {
  readonly db: Database;
  /** Who holds the lease: unique for each process. */
  readonly holder: string;
  /** In milliseconds; the lease is three times as long. */
  readonly beatMs: number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** The work, under the name of its lease. */
export interface BeatWork {
  readonly name: string;
  /** What did not happen where it fails, for the log. */
  readonly complaint: string;
  readonly work: () => Promise<void>;
}

const LONGEST_RETRY_MS = 30_000;

/** Works at each beat while this process holds the lease. Ends with the signal; never throws. */
export async function workAtBeat({ name, complaint, work }: BeatWork, options: BeatOptions): Promise<void> {
  const { db, holder, beatMs, logger, signal } = options;
  const isStopping = () => signal.aborted;
  let failures = 0;
  while (!isStopping()) {
    try {
      if (await holdLease(db, name, holder, 3 * beatMs)) await work();
      failures = 0;
    } catch (error) {
      if (isStopping()) break;
      failures += 1;
      logger.warn({ err: error, failures }, `${complaint}, trying again`);
      const words = error instanceof Error ? error.message : String(error);
      await countConsumerError(db, name, words).catch(() => undefined);
    }
    const retryMs = failures && backoffDelay({ first: beatMs, longest: LONGEST_RETRY_MS }, failures, Math.random());
    await sleep(Math.max(beatMs, retryMs), undefined, { signal }).catch(() => undefined);
  }
  await releaseLease(db, name, holder).catch(() => undefined);
}
