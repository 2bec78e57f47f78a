/** Rings in a process: whoever waits goes on at once, and a ring while nobody waits is not lost. */
export interface Bell {
  readonly ring: () => void;
  /** Resolves at the next ring since the last wait, after `ms` milliseconds, or when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Makes a bell for one that waits. */
export function createBell(): Bell {
  let hasRung = false;
  let release: (() => void) | undefined;
  return {
    ring: () => {
      hasRung = true;
      release?.();
    },
    wait: async (ms, signal) => {
      if (!hasRung && !signal.aborted)
        await new Promise<void>((resolve) => {
          const done = () => {
            clearTimeout(timer);
            signal.removeEventListener('abort', done);
            resolve();
          };
          const timer = setTimeout(done, ms);
          signal.addEventListener('abort', done);
          release = done;
        });
      release = undefined;
      hasRung = false;
    },
  };
}
