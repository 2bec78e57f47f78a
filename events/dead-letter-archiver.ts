/** Dead letters that were dealt with move to the archive after their retention. */
import { archiveDeadLetters } from '../db/dead-letter-changes.ts';
import { type BeatOptions, workAtBeat } from './beat.ts';

/** How to archive. */
export interface ArchiverOptions extends BeatOptions {
  /** How long after their resolution dead letters stay, in milliseconds. */
  readonly retentionMs: number;
}

const PAGE = 500;

/** Moves what is old enough at each beat, a page in one statement. Ends with the signal; never throws. */
export async function archiveResolved(options: ArchiverOptions): Promise<void> {
  const { db, retentionMs, logger, signal } = options;
  const work = async () => {
    for (let archived = PAGE; archived === PAGE && !signal.aborted;) {
      archived = await archiveDeadLetters(db, { olderThanMs: retentionMs, limit: PAGE });
      if (archived > 0) logger.info({ archived }, 'dead letters moved to the archive');
    }
  };
  await workAtBeat({ name: 'dead-letter-archiver', complaint: 'dead letters could not be archived', work }, options);
}
