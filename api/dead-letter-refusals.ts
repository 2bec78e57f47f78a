/** Finding dead letters, and refusing what they do not allow. */
import { validate as isUuid } from 'uuid';
import { recordAudit } from '../db/audit.ts';
import type { Database } from '../db/client.ts';
import { findEarlier } from '../db/dead-letter-changes.ts';
import { findDeadLetter, type FoundDeadLetter } from '../db/dead-letter-reads.ts';
import { Failure } from '../domain/failures.ts';
import { shorten } from '../domain/rules.ts';

/** The dead letter with this id, or the failure that there is none. */
export async function find(db: Database, eventId: string): Promise<FoundDeadLetter> {
  const letter = isUuid(eventId) ? await findDeadLetter(db, eventId) : undefined;
  if (!letter) throw new Failure('NOT_FOUND', `There is no dead letter ${shorten(eventId)}.`);
  return letter;
}

/** Why a dead letter that is not resolved cannot be replayed now: the earlier event of its order, where there is one. */
export async function describeEarlier(db: Database, eventId: string): Promise<string | undefined> {
  const earlier = await findEarlier(db, eventId);
  return earlier === undefined
    ? undefined
    : `Dead letter ${eventId} waits behind ${earlier}, an earlier event of the same order; replay or skip that one first.`;
}

/** Writes a refusal into the audit and makes its failure. */
export async function refuse(
  db: Database,
  { actor, action, subject, message }: { actor: string; action: string; subject: string; message: string },
): Promise<Failure> {
  await recordAudit(db, { actor, action, subject, result: 'REFUSED', detail: { error: message } });
  return new Failure('DEAD_LETTER_STATE', message);
}
