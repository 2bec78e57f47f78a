/** How often one caller may ask: a bucket for each caller that fills again steadily (GCRA), in bounded memory. */
import { Failure } from '../../domain/failures.ts';

/** So many requests in so many milliseconds; after a pause as many at once. */
export interface Rate {
  readonly most: number;
  readonly everyMs: number;
}

/** What came of a request. */
export interface Taken {
  readonly isAllowed: boolean;
  readonly limit: number;
  /** How many more would be taken now. */
  readonly remaining: number;
  /** When all of them are there again, in whole seconds from now. */
  readonly resetSeconds: number;
  /** When the next one will be taken, in whole seconds from now; 0 where it would be now. */
  readonly retryAfterSeconds: number;
}

/** Counts the requests of callers. */
export interface CallerRates {
  /** Counts one more request of a caller, unless it comes too soon. */
  take(caller: string, now?: number): Taken;
  /** Whether another request of a caller would come too soon. */
  isSpent(caller: string, now?: number): boolean;
}

/** Most callers of whom anything is kept. Beyond it, the one who has been silent for longest may begin anew. */
const MOST_CALLERS = 10_000;

/**
 * Makes the counter of a rate. Of each caller it keeps one moment: when the requests so far would have been over, had they
 * come evenly (https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm).
 */
export function createCallerRates({ most, everyMs }: Rate, mostCallers = MOST_CALLERS): CallerRates {
  const spentUntil = new Map<string, number>();
  const costMs = everyMs / most;

  const stateAt = (spent: number, now: number, isAllowed: boolean): Taken => ({
    isAllowed,
    limit: most,
    remaining: Math.max(0, Math.floor((everyMs - (spent - now)) / costMs + ROUNDING)),
    resetSeconds: Math.ceil((spent - now) / 1000),
    retryAfterSeconds: Math.max(0, Math.ceil((spent + costMs - everyMs - now) / 1000 - ROUNDING)),
  });

  const isTooSoon = (spent: number, now: number) => spent + costMs - everyMs > now + ROUNDING;

  return {
    isSpent: (caller, now = performance.now()) => isTooSoon(spentUntil.get(caller) ?? now, now),
    take(caller, now = performance.now()) {
      const spent = Math.max(now, spentUntil.get(caller) ?? now);
      if (isTooSoon(spent, now)) return stateAt(spent, now, false);
      spentUntil.delete(caller);
      spentUntil.set(caller, spent + costMs);
      if (spentUntil.size > mostCallers) spentUntil.delete(spentUntil.keys().next().value ?? caller);
      return stateAt(spent + costMs, now, true);
    },
  };
}

/** Sums of fractions miss whole numbers by a little. */
const ROUNDING = 1e-6;

/** The refusal of a caller who asks too often; `what` such as `requests a second`. */
export function tooOften({ limit, retryAfterSeconds }: Taken, what: string): Failure {
  return new Failure('RATE_LIMITED', `At most ${limit} ${what} are taken from one caller.`, {
    retryAfterSeconds: Math.max(1, retryAfterSeconds),
  });
}
