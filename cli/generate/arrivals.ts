/** When work begins: at a steady rate, however long each piece takes, or as fast as it is done. */
import { setTimeout as sleep } from 'node:timers/promises';

/** `rate` in pieces a second; where absent, the next piece begins when an earlier one is done. */
export interface ArrivalOptions {
  readonly rate?: number | undefined;
  /** How many pieces; without end where absent. */
  readonly count?: number | undefined;
  /** Most pieces under way; while there are so many, the next one waits, and those after it begin late. */
  readonly mostUnderWay: number;
  readonly signal: AbortSignal;
}

/** Begins `work` again and again until the count is reached or the signal aborts; resolves when all of it is done. */
export async function arrive(work: () => Promise<void>, options: ArrivalOptions): Promise<void> {
  const { rate, count = Infinity, mostUnderWay, signal } = options;
  const underWay = new Set<Promise<void>>();
  const startedAt = performance.now();
  for (let begun = 0; begun < count && !signal.aborted; begun += 1) {
    if (rate !== undefined) await until(startedAt + (begun * 1000) / rate, signal);
    if (underWay.size >= mostUnderWay) await Promise.race(underWay);
    if (isAborted(signal)) break;
    const piece: Promise<void> = work().finally(() => underWay.delete(piece));
    underWay.add(piece);
  }
  await Promise.all(underWay);
}

async function until(moment: number, signal: AbortSignal): Promise<void> {
  const ms = moment - performance.now();
  // Timers are no finer than a millisecond: at high rates several pieces begin together.
  if (ms >= 1) await sleep(ms, undefined, { signal }).catch(() => undefined);
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
