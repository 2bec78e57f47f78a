/** Load from a process of its own, so that making it does not slow down whoever measures. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
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

interface Loads {
  readonly http: HttpLoad;
  readonly select: SelectLoad;
  readonly start: StartLoad;
}

/** Runs a load to its end. Rejects where anything was answered badly, because that is not the work to be measured. */
export function runLoad<Kind extends keyof Loads>(kind: Kind, load: Loads[Kind]): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, `${kind}.ts`));
    let result: LoadResult | undefined;
    child.once('message', (message) => {
      result = message as LoadResult;
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (result && code === 0) resolve(result);
      else reject(new Error(`the ${kind} load ended with exit code ${code}`));
    });
    child.send(load);
  });
}
