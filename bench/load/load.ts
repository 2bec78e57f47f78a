/** Load from a process of its own, so that making it does not slow down whoever measures. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { BurstLoad, BurstResult } from './burst.ts';
import type { HttpLoad } from './http.ts';
import type { SelectLoad } from './select.ts';
import type { StartLoad } from './start.ts';

/** Callers side by side; each sends the next request when the last one is answered. */
export const CALLERS = 32;

/** What was answered, each answer a good one: how many a second, and latencies in milliseconds. */
export interface LoadResult {
  readonly perSecond: number;
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** What each kind is told, and what it answers. */
interface Loads {
  readonly http: { readonly load: HttpLoad; readonly result: LoadResult };
  readonly select: { readonly load: SelectLoad; readonly result: LoadResult };
  readonly start: { readonly load: StartLoad; readonly result: LoadResult };
  readonly burst: { readonly load: BurstLoad; readonly result: BurstResult };
}

/** Runs a load to its end. Rejects where anything was answered badly, because that is not the work to be measured. */
export function runLoad<Kind extends keyof Loads>(
  kind: Kind,
  load: Loads[Kind]['load'],
): Promise<Loads[Kind]['result']> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, `${kind}.ts`));
    let result: Loads[Kind]['result'] | undefined;
    child.once('message', (message) => {
      result = message as Loads[Kind]['result'];
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (result && code === 0) resolve(result);
      else reject(new Error(`the ${kind} load ended with exit code ${code}`));
    });
    child.send(load);
  });
}
