/** Dead letters that were dealt with move to the archive after their retention. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import { archiveDeadLetters } from '../db/dead-letter-changes.ts';
import { holdLease, releaseLease } from '../db/log.ts';

/** How to archive. */
export interface ArchiverOptions {
  readonly db: Database;
  readonly holder: string;
  /** How long after their resolution dead letters stay, in milliseconds. */
  readonly retentionMs: number;
  /** How often to look, in milliseconds; the lease is three times as long. */
  readonly beatMs: number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const LEASE = 'dead-letter-archiver';
const PAGE = 500;

/** Moves what is old enough at each beat, a page in one statement. Ends with the signal; never throws. */
export async function archiveResolved(options: ArchiverOptions): Promise<void> {
  const { db, holder, retentionMs, beatMs, logger, signal } = options;
  const isStopping = () => signal.aborted;
  while (!isStopping()) {
    try {
      while (!isStopping() && (await holdLease(db, LEASE, holder, 3 * beatMs))) {
        const archived = await archiveDeadLetters(db, { olderThanMs: retentionMs, limit: PAGE });
        if (archived > 0) logger.info({ archived }, 'dead letters moved to the archive');
        if (archived < PAGE) break;
      }
    } catch (error) {
      if (!isStopping()) logger.warn({ err: error }, 'dead letters could not be archived, trying again');
    }
    await sleep(beatMs, undefined, { signal }).catch(() => undefined);
  }
  await releaseLease(db, LEASE, holder).catch(() => undefined);
}
