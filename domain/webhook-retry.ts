/** When a delivery that failed is tried again. */

/** Receivers may ask for no longer wait than a day, in milliseconds. */
export const LONGEST_RETRY_AFTER_MS = 86_400_000;

const JITTER = 0.2;

/** What is known after a failed attempt; durations in milliseconds. */
export interface FailedAttempt {
  /** Failed attempts so far, this one included. */
  readonly failures: number;
  /** The waits after the first failure, the second, and so on; after the last one the delivery is given up. */
  readonly retries: readonly number[];
  /** How long the receiver asked to be left alone. */
  readonly retryAfterMs?: number | undefined;
  /** From 0 to 1, so that deliveries that failed together are not repeated together. */
  readonly random: number;
}

/**
 * Milliseconds until the next attempt, or undefined where there is none: what the receiver asked for, at most a day,
 * else the planned wait, up to a fifth more or less.
 */
export function nextAttempt({ failures, retries, retryAfterMs, random }: FailedAttempt): number | undefined {
  const planned = retries[failures - 1];
  if (planned === undefined) return undefined;
  if (retryAfterMs !== undefined) return Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS);
  return Math.round(planned * (1 - JITTER + 2 * JITTER * random));
}

/**
 * How many milliseconds a `Retry-After` header asks for, given as seconds or as a date (RFC 9110, section 10.2.3);
 * undefined where it cannot be read. `now` in milliseconds since the epoch.
 */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1000;
  if (!HTTP_DATE.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : Math.max(0, time - now);
}

const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
