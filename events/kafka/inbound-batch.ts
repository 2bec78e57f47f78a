/** Taking a batch of records in: side by side for different keys, in order for each, and nothing blocks for good but an outage. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NewDeadLetter } from '../../db/dead-letters.ts';
import { backoffDelay } from '../../domain/backoff.ts';
import { Failure } from '../../domain/failures.ts';
import { inSpan, SpanKind } from '../../telemetry/spans.ts';
import { type InboundHandler, type InboundRecord, readEvent, toDeadLetter } from './inbound-record.ts';

/** How to take records in. */
export interface BatchOptions {
  readonly handle: InboundHandler;
  /** Puts a dead letter aside. */
  readonly park: (letter: NewDeadLetter) => Promise<void>;
  /** Is told of each try that an outage made fail. */
  readonly onOutage: (record: InboundRecord, error: unknown) => void;
  /** Most records under way at once. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

/** What became of a batch: the records that need not come again, and the errors of those that became dead letters. */
export interface BatchOutcome {
  readonly settled: ReadonlySet<InboundRecord>;
  readonly parked: readonly string[];
}

/** How often a bug may make a record fail before it is put aside. */
const TRIES = 3;
const RETRY = { first: 200, longest: 5000 };

/** Takes the records in. Ends when all are settled, or soon after the signal aborts. */
export async function takeBatch(records: readonly InboundRecord[], options: BatchOptions): Promise<BatchOutcome> {
  const settled = new Set<InboundRecord>();
  const parked: string[] = [];
  const groups = [...Map.groupBy(records, groupOf).values()];
  const work = async () => {
    for (let group = groups.shift(); group; group = groups.shift())
      for (const record of group) {
        const outcome = await settle(record, options);
        if (!outcome.isSettled) return;
        settled.add(record);
        if (outcome.error !== undefined) parked.push(outcome.error);
      }
  };
  await Promise.all(Array.from({ length: options.concurrency }, work));
  return { settled, parked };
}

/** Records of one key keep their order; those without a key have none to keep. */
function groupOf({ partition, offset, key }: InboundRecord): string {
  return key === null ? `${partition} at ${offset}` : `${partition} of ${key}`;
}

/**
 * Takes one record in, or puts it aside where it can never be taken. While something behind us is away it is tried again
 * and again, so that an outage makes no dead letters; unsettled is only what the signal cut off.
 */
async function settle(
  record: InboundRecord,
  { handle, park, onOutage, signal }: BatchOptions,
): Promise<{ isSettled: boolean; error?: string }> {
  let bugs = 0;
  for (let attempts = 1; !isAborted(signal); attempts += 1) {
    const error = await errorOf(() => handleInSpan(record, handle));
    if (error === undefined) return { isSettled: true };
    if (isBug(error)) bugs += 1;
    if (!isOutage(error) && (!isBug(error) || bugs >= TRIES)) {
      const words = error instanceof Error ? error.message : 'it failed without an error';
      const parking = await errorOf(() => park(toDeadLetter(record, words, attempts)));
      if (parking === undefined) return { isSettled: true, error: words };
      onOutage(record, parking);
    } else onOutage(record, error);
    await sleep(backoffDelay(RETRY, attempts, Math.random()), undefined, { signal }).catch(() => undefined);
  }
  return { isSettled: false };
}

/** Takes a record in as a part of the trace that it brings. */
function handleInSpan(record: InboundRecord, handle: InboundHandler): Promise<void> {
  const event = readEvent(record);
  const attributes = { 'messaging.system': 'kafka', 'kafka.topic': record.topic, 'event.type': event.type };
  const parent = event.traceparent ?? null;
  return inSpan(`process ${record.topic}`, { kind: SpanKind.CONSUMER, parent, attributes }, () => handle(event));
}

async function errorOf(act: () => Promise<void>): Promise<unknown> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return error ?? new Error('it failed without an error');
  }
}

function isOutage(error: unknown): boolean {
  return error instanceof Failure && (error.code === 'UNAVAILABLE' || error.code === 'DEADLINE_EXCEEDED');
}

function isBug(error: unknown): boolean {
  return !(error instanceof Failure) || error.code === 'INTERNAL';
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
