import { percentile } from '../findings/statistics.ts';
import type { LoadResult } from './load.ts';

/** Runs the one load that the parent process sends, answers its result and ends the process. */
export function serveLoad(run: (load: never) => Promise<unknown>): void {
  process.once('message', (load) => {
    run(load as never).then(
      (result) => process.send?.(result, () => process.exit(0)),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}

/** Calls `call` from `callers` callers side by side for some seconds. */
export async function callFor(
  { seconds, callers }: { seconds: number; callers: number },
  call: () => Promise<unknown>,
): Promise<LoadResult> {
  const latencies: number[] = [];
  const began = performance.now();
  const until = began + seconds * 1000;
  const caller = async () => {
    for (let sent = performance.now(); sent < until;) {
      await call();
      const now = performance.now();
      latencies.push(now - sent);
      sent = now;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const count = latencies.length;
  return {
    perSecond: count / ((performance.now() - began) / 1000),
    count,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    max: percentile(latencies, 1),
  };
}
