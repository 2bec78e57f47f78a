/** npm and a terminal may both deliver the same Ctrl-C; only a later one is meant as a second. */
const repeatAfter = 1_000;

/** Calls `stop` on the first SIGINT, SIGTERM or SIGHUP, and `kill` on another one more than a second later. */
export function onStopSignals({ stop, kill }: { stop: () => void; kill: () => void }): void {
  let first: number | undefined;
  const handle = () => {
    if (first === undefined) {
      first = performance.now();
      stop();
    } else if (performance.now() - first > repeatAfter) {
      kill();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, handle);
}
