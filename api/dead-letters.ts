/** The use cases that read dead letters and decide about them; replaying is in `dead-letter-replay.ts`. */
import { validate as isUuid } from 'uuid';
import { type AuditEntry, listAudit, recordAudit } from '../db/audit.ts';
import { resetDeadLetter, skipDeadLetter } from '../db/dead-letter-changes.ts';
import {
  countDeadLetters,
  type DeadLetterFilter,
  type DeadLetterStats,
  findWaitingBehind,
  type FoundDeadLetter,
  listDeadLetters,
  type ListedDeadLetter,
} from '../db/dead-letter-reads.ts';
import type { DeadLetter } from '../db/dead-letters.ts';
import { checkPageSize, demand, toInstant, violation } from './checks.ts';
import { find, refuse } from './dead-letter-refusals.ts';
import { createReplay, type ReplayDependencies } from './dead-letter-replay.ts';

/** A page of dead letters, the longest waiting first; `nextPageToken` is empty on the last one. */
export interface DeadLetterPage {
  readonly letters: readonly ListedDeadLetter[];
  readonly nextPageToken: string;
}

/** Everything about a dead letter: what was done about it, and the first of those that wait behind it. */
export interface DeadLetterDetails {
  readonly letter: FoundDeadLetter;
  readonly audit: readonly AuditEntry[];
  readonly waiting: Awaited<ReturnType<typeof findWaitingBehind>>;
}

/** Which page. */
export interface PageQuery {
  /** 1 to 500; 50 where absent. */
  readonly pageSize?: number | undefined;
  readonly pageToken?: string | undefined;
}

export type DeadLetters = ReturnType<typeof createDeadLetters>;

const DEFAULT_PAGE_SIZE = 50;
const MOST_SHOWN = 100;

/** Makes the use cases; refusals are `Failure`s. */
export function createDeadLetters(dependencies: ReplayDependencies) {
  const { db } = dependencies;

  return {
    ...createReplay(dependencies),

    /** How many there are. */
    stats: (): Promise<DeadLetterStats> => countDeadLetters(db),

    /** A page of those that match. */
    list: async ({
      pageSize = DEFAULT_PAGE_SIZE,
      pageToken,
      ...filter
    }: DeadLetterFilter & PageQuery): Promise<DeadLetterPage> => {
      demand(checkPageSize(pageSize));
      const after = pageToken ? readPageToken(pageToken) : undefined;
      const found = await listDeadLetters(db, { ...filter, after, limit: pageSize + 1 });
      const letters = found.slice(0, pageSize);
      const last = letters.at(-1);
      return { letters, nextPageToken: found.length > pageSize && last ? writePageToken(last) : '' };
    },

    /** Everything about one, also an archived one. */
    get: async (eventId: string): Promise<DeadLetterDetails> => {
      const letter = await find(db, eventId);
      const [audit, waiting] = await Promise.all([
        listAudit(db, { subject: letter.eventId, limit: MOST_SHOWN }),
        findWaitingBehind(db, letter.eventId, MOST_SHOWN),
      ]);
      return { letter, audit, waiting };
    },

    /** Takes one that failed to be replayed back to those that are pending. */
    reset: async (eventId: string, actor: string): Promise<DeadLetter> => {
      const letter = await find(db, eventId);
      const reset = await resetDeadLetter(db, { eventId: letter.eventId, actor });
      if (reset) return reset;
      const now = await find(db, eventId);
      const message =
        now.status === 'FAILED'
          ? `Dead letter ${now.eventId} is being replayed now.`
          : `Dead letter ${now.eventId} is ${now.status}; only one that is FAILED can be reset.`;
      throw await refuse(db, { actor, action: 'dead-letter.reset', subject: now.eventId, message });
    },

    /** Gives one up for a reason; a repeat answers the first result. */
    skip: async (eventId: string, { actor, reason }: { actor: string; reason: string }): Promise<DeadLetter> => {
      const letter = await find(db, eventId);
      const skipped = await skipDeadLetter(db, { eventId: letter.eventId, actor, reason });
      if (skipped) return skipped;
      const now = await find(db, eventId);
      if (now.status === 'SKIPPED') {
        await recordAudit(db, { actor, action: 'dead-letter.skip', subject: now.eventId, result: 'ALREADY_SKIPPED' });
        return now;
      }
      const message =
        now.status === 'REPLAYED'
          ? `Dead letter ${now.eventId} was replayed already and cannot be skipped.`
          : `Dead letter ${now.eventId} is being replayed now.`;
      throw await refuse(db, { actor, action: 'dead-letter.skip', subject: now.eventId, message });
    },
  };
}

function writePageToken({ firstFailedAt, eventId }: ListedDeadLetter): string {
  return toToken(`${firstFailedAt}|${eventId}`);
}

function readPageToken(token: string): { firstFailedAt: string; eventId: string } {
  const [firstFailedAt = '', eventId = ''] = Buffer.from(token, 'base64url').toString().split('|');
  if (!isUuid(eventId) || toInstant(firstFailedAt) !== firstFailedAt) refuseToken(token);
  return { firstFailedAt, eventId };
}

function refuseToken(token: string): void {
  demand([violation('page_token', token, 'page', 'must be the next_page_token of an earlier page')]);
}

function toToken(text: string): string {
  return Buffer.from(text).toString('base64url');
}
