/** Nobody waits for ever: what takes longer than its bound, or than its caller waits, is a failure. */
import { Failure } from '../domain/failures.ts';

/** The outcome of work, or a {@link Failure} when the bound has passed; the work itself is not stopped. */
export async function within<T>(work: Promise<T>, bound: { ms: number; failure: () => Failure }): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        reject(bound.failure());
      },
      Math.max(bound.ms, 0),
    );
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** The same functions, each of which fails with `UNAVAILABLE` where it takes longer than `ms` milliseconds. */
export function bounded<Functions extends Record<string, (...parameters: never[]) => Promise<unknown>>>(
  functions: Functions,
  ms: number,
): Functions {
  const bound = { ms, failure: tookTooLong };
  const entries = Object.entries(functions).map(([name, call]) => [
    name,
    (...parameters: never[]) => within(call(...parameters), bound),
  ]);
  return Object.fromEntries(entries) as Functions;
}

/** The caller stops waiting now. */
export function deadlinePassed(): Failure {
  const message =
    'The deadline passed before the outcome was known. What was asked for may still happen; a repeat is safe.';
  return new Failure('DEADLINE_EXCEEDED', message);
}

function tookTooLong(): Failure {
  const message =
    'The answer took too long. What was asked for may still happen; repeat it with the same order id or key.';
  return new Failure('UNAVAILABLE', message, { retryAfterSeconds: 1 });
}
