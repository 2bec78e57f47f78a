/** Limits of a growing delay, in milliseconds. */
export interface Backoff {
  readonly first: number;
  readonly longest: number;
}

/** How a provider that does not answer is asked again. */
export const PROVIDER_BACKOFF: Backoff = { first: 500, longest: 30_000 };

/**
 * Milliseconds to wait before the next try after `failures` failures in a row (1 or more): doubles each time up to the
 * longest, of which `random` (0 to 1) takes up to half away so that several do not try in step.
 */
export function backoffDelay({ first, longest }: Backoff, failures: number, random: number): number {
  const full = Math.min(longest, first * 2 ** Math.min(failures - 1, 30));
  return full * (1 - random / 2);
}
