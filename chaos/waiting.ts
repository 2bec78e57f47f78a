/** Waiting until a system has come to rest after the last fault. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bookkeeper } from './witnesses/books.ts';
import type { LiveFollower } from './witnesses/live-stream.ts';
import type { WorkflowRun, WorkflowWitness } from './witnesses/workflows.ts';

const LOOK_EVERY_MS = 500;

/** The ids of the orders that are still open when the time, in milliseconds, is over. */
export async function untilSettled(books: Bookkeeper, timeoutMs: number): Promise<string[]> {
  const open = await waitFor(
    () => books.findOpen().catch(() => undefined),
    (ids) => ids?.length === 0,
    timeoutMs,
  );
  return open ?? ['(the database does not answer)'];
}

/** Who has not dealt with the whole log when the time is over. */
export function untilFollowed(books: Bookkeeper, timeoutMs: number): Promise<string[]> {
  return waitFor(
    () => books.findBehind(),
    (behind) => behind.length === 0,
    timeoutMs,
  );
}

/** Waits until a stream has told so many events; one that was silenced is opened again after a while. */
export async function untilStreamed({ told }: LiveFollower, events: number, timeoutMs: number): Promise<void> {
  await waitFor(
    () => Promise.resolve(told.length),
    (count) => count >= events,
    timeoutMs,
  );
}

/** The workflows as Temporal lists them; its list follows its workflows after a moment. */
export function untilListed(workflows: WorkflowWitness, timeoutMs: number): Promise<WorkflowRun[]> {
  return waitFor(
    () => workflows.list(),
    (runs) => runs.every(({ status }) => status !== 'RUNNING'),
    timeoutMs,
  );
}

/** Looks until it is good or the time is over; gives what it saw last. */
async function waitFor<Value>(
  look: () => Promise<Value>,
  isGood: (value: Value) => boolean,
  timeoutMs: number,
): Promise<Value> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await look();
    if (isGood(value) || performance.now() > deadline) return value;
    await sleep(LOOK_EVERY_MS);
  }
}
