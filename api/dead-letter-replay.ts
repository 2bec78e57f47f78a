/** Replaying dead letters: each is passed on once, however many ask for it at the same moment. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { recordAudit } from '../db/audit.ts';
import type { Database } from '../db/client.ts';
import { claimDeadLetter, giveBack, markFailed, markReplayed } from '../db/dead-letter-changes.ts';
import { type DeadLetterFilter, type FoundDeadLetter, matchDeadLetters } from '../db/dead-letter-reads.ts';
import type { DeadLetter } from '../db/dead-letters.ts';
import { type DeadLetterStatus, UNRESOLVED_STATUSES } from '../domain/dead-letter.ts';
import { Failure, type FailureCode, kafkaNotConfigured } from '../domain/failures.ts';
import { describeKafkaError, isOutage } from '../events/kafka/errors.ts';
import { readEvent } from '../events/kafka/inbound-record.ts';
import type { EventProducer } from '../events/kafka/producer.ts';
import { describeEarlier, find, refuse } from './dead-letter-refusals.ts';
import { toFailure } from './errors.ts';
import type { InboundHandlers } from './inbound.ts';

/** What replaying works with; without a producer nothing can be published. */
export interface ReplayDependencies {
  readonly db: Database;
  readonly producer: Pick<EventProducer, 'send'> | undefined;
  readonly handlers: InboundHandlers;
}

/** Which dead letters to replay at once; of those that match at most `limit`. */
export interface BulkReplayRequest {
  readonly filter: DeadLetterFilter;
  readonly dryRun: boolean;
  readonly limit: number;
}

/** What became of one dead letter of a bulk replay. */
export interface BulkReplayResult {
  readonly eventId: string;
  readonly status: DeadLetterStatus;
  readonly error?: string | undefined;
}

/** What a bulk replay did: how many match, and what became of those that it came to. */
export interface BulkReplayOutcome {
  readonly matched: number;
  readonly replayed: number;
  readonly failed: number;
  readonly results: readonly BulkReplayResult[];
}

const ACTION = 'dead-letter.replay';
const BULK_ACTION = 'dead-letter.bulk-replay';
const CLAIM_MS = 60_000;
const SEND_WITHIN_MS = 10_000;
/** How long to wait for somebody else's replay of the same dead letter. */
const PATIENCE_MS = 15_000;
const LOOK_AGAIN_MS = 50;
/** When a bulk replay takes up no more, so that it answers in time. */
const BULK_WITHIN_MS = 15_000;
const SIDE_BY_SIDE = 8;

/** Makes the use cases; refusals are {@link Failure}s. */
export function createReplay(dependencies: ReplayDependencies) {
  const { db } = dependencies;

  const replay = async (eventId: string, actor: string): Promise<DeadLetter> => {
    const known = await find(db, eventId);
    const patience = Date.now() + PATIENCE_MS;
    for (let isWaiting = false; ; isWaiting = true) {
      const claim = randomUUID();
      const isOthersDone = isWaiting && (await find(db, eventId)).attempts > known.attempts;
      const letter = isOthersDone
        ? undefined
        : await claimDeadLetter(db, { eventId: known.eventId, claim, forMs: CLAIM_MS });
      if (letter) return passOn(dependencies, letter, { claim, actor });
      const now = await find(db, eventId);
      if (now.status === 'REPLAYED' || now.status === 'SKIPPED') return earlierResult(db, now, actor);
      if (isOthersDone) return now;
      const earlier = await describeEarlier(db, now.eventId);
      if (earlier !== undefined)
        throw await refuse(db, { actor, action: ACTION, subject: now.eventId, message: earlier });
      if (Date.now() > patience) {
        const message = `Dead letter ${now.eventId} is being replayed by somebody else.`;
        throw new Failure('UNAVAILABLE', message, { retryAfterSeconds: 5 });
      }
      await sleep(LOOK_AGAIN_MS);
    }
  };

  const replayMany = async (request: BulkReplayRequest, actor: string): Promise<BulkReplayOutcome> => {
    const { statuses = UNRESOLVED_STATUSES } = request.filter;
    const { matched, letters } = await matchDeadLetters(db, { ...request.filter, statuses }, request.limit);
    if (request.dryRun) {
      const results = letters.map(({ eventId, status, error }) => ({ eventId, status, error }));
      const outcome = { matched, replayed: 0, failed: 0, results };
      await auditBulk(db, actor, request, outcome);
      return outcome;
    }
    const results = await replayInOrder(letters, (eventId) => replay(eventId, actor));
    const count = (status: DeadLetterStatus) => results.filter((result) => result.status === status).length;
    const outcome = { matched, replayed: count('REPLAYED'), failed: results.length - count('REPLAYED'), results };
    await auditBulk(db, actor, request, outcome);
    return outcome;
  };

  return {
    /**
     * Passes one on again, and answers it as it stands then: `REPLAYED`, or `FAILED` with the error. A repeat answers the
     * first result. `UNAVAILABLE` where what would take it is away, `KAFKA_NOT_CONFIGURED` where nothing can be published;
     * it stays as it was.
     */
    replay,
    /** Passes on those that match, or only says which they are. */
    replayMany,
  };
}

/**
 * Replays letters of different orders side by side, those of one order (or key) in order; stops at an outage. Without Kafka
 * those that came from there are replayed none the less.
 */
async function replayInOrder(
  letters: Awaited<ReturnType<typeof matchDeadLetters>>['letters'],
  replay: (eventId: string) => Promise<DeadLetter>,
): Promise<BulkReplayResult[]> {
  const groups = [
    ...Map.groupBy(
      letters,
      ({ eventId, orderId, topic, recordKey }) => orderId ?? (recordKey === null ? eventId : `${topic} ${recordKey}`),
    ).values(),
  ];
  const results = new Map<string, BulkReplayResult>();
  const until = Date.now() + BULK_WITHIN_MS;
  let outage: Failure | undefined;
  let missing: Failure | undefined;
  const work = async () => {
    for (let group = groups.shift(); group; group = groups.shift())
      for (const { eventId, status } of group) {
        if (outage || Date.now() > until) return;
        try {
          const letter = await replay(eventId);
          results.set(eventId, {
            eventId,
            status: letter.status,
            error: letter.status === 'FAILED' ? letter.error : undefined,
          });
        } catch (error) {
          const failure = toFailure(error);
          if (failure.code === 'UNAVAILABLE') outage = failure;
          if (failure.code === 'KAFKA_NOT_CONFIGURED') missing = failure;
          results.set(eventId, { eventId, status, error: failure.message });
        }
      }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  const isAnyDone = [...results.values()].some(({ status }) => status === 'REPLAYED');
  const reason = outage ?? missing;
  if (reason && !isAnyDone) throw reason;
  return letters.flatMap(({ eventId }) => results.get(eventId) ?? []);
}

/** Passes a claimed dead letter on and writes down how that went. */
async function passOn(
  dependencies: ReplayDependencies,
  letter: DeadLetter,
  { claim, actor }: { claim: string; actor: string },
): Promise<DeadLetter> {
  const { db } = dependencies;
  const { eventId } = letter;
  const failure = await deliver(dependencies, letter).then(
    () => undefined,
    (error: unknown) => toFailure(error),
  );
  if (failure && NOT_TRIED.has(failure.code)) {
    await giveBack(db, { eventId, claim, actor, error: failure.message });
    throw failure;
  }
  const resolution = letter.source === 'PUBLISHER' ? 'published' : 'taken in';
  const after = failure
    ? await markFailed(db, { eventId, claim, actor, error: failure.message })
    : await markReplayed(db, { eventId, claim, actor, resolution });
  // The claim was lost, because this took too long: somebody else has decided.
  return after ?? find(db, eventId);
}

/** Why nobody took a dead letter, though nothing is wrong with it. */
const NOT_TRIED: ReadonlySet<FailureCode> = new Set(['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'KAFKA_NOT_CONFIGURED']);

async function deliver({ producer, handlers }: ReplayDependencies, letter: DeadLetter): Promise<void> {
  const { source, topic, recordKey, headers, payload, partition, recordOffset } = letter;
  if (source === 'INBOUND') {
    const handle = handlers[topic];
    if (!handle) throw new Failure('INVALID_REQUEST', `Nothing takes the topic ${topic} in any more.`);
    const record = {
      topic,
      partition: partition ?? 0,
      offset: recordOffset ?? 0,
      key: recordKey,
      headers,
      value: payload,
    };
    await handle(readEvent(record));
    return;
  }
  if (!producer) throw kafkaNotConfigured();
  try {
    await producer.send(
      [{ topic, key: recordKey ?? '', value: payload, headers }],
      AbortSignal.timeout(SEND_WITHIN_MS),
    );
  } catch (error) {
    const words = describeKafkaError(error);
    throw isOutage(error) ? kafkaUnavailable(words, error) : new Failure('INVALID_REQUEST', words, { cause: error });
  }
}

async function earlierResult(db: Database, letter: FoundDeadLetter, actor: string): Promise<DeadLetter> {
  const subject = letter.eventId;
  if (letter.status === 'SKIPPED') {
    const message = `Dead letter ${subject} was skipped and is not replayed any more.`;
    throw await refuse(db, { actor, action: ACTION, subject, message });
  }
  await recordAudit(db, { actor, action: ACTION, subject, result: 'ALREADY_REPLAYED' });
  return letter;
}

function auditBulk(db: Database, actor: string, request: BulkReplayRequest, outcome: BulkReplayOutcome): Promise<void> {
  const { matched, replayed, failed } = outcome;
  return recordAudit(db, {
    actor,
    action: BULK_ACTION,
    subject: 'dead-letters',
    result: request.dryRun ? 'DRY_RUN' : 'DONE',
    detail: { filter: request.filter, limit: request.limit, matched, replayed, failed },
  });
}

function kafkaUnavailable(why: string, cause?: unknown): Failure {
  return new Failure('UNAVAILABLE', `Kafka takes nothing now: ${why}. The dead letter stays as it was.`, {
    retryAfterSeconds: 5,
    cause,
  });
}
