/** By how much this program is held up: by itself, or because the machine has others to run. */

/** Measures it while it is not stopped; moments are those of `performance.now()`, times in milliseconds. */
export interface Lag {
  /** For how long the program was held up between two moments; until now where the second is absent. */
  since(from: number, to?: number): number;
  stop(): void;
}

const BEAT_MS = 20;

/** Begins to measure. */
export function measureLag(): Lag {
  const held: { readonly at: number; readonly ms: number }[] = [];
  let last = performance.now();
  const beat = () => {
    const now = performance.now();
    const ms = now - last - BEAT_MS;
    if (ms > BEAT_MS) held.push({ at: now, ms });
    last = now;
  };
  const timer = setInterval(beat, BEAT_MS);
  return {
    since: (from, to = Number.POSITIVE_INFINITY) => {
      beat();
      return held.filter(({ at, ms }) => at >= from && at - ms <= to).reduce((sum, { ms }) => sum + ms, 0);
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}
