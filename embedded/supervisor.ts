import { setTimeout as sleep } from 'node:timers/promises';
import { type Backoff, backoffDelay } from '../domain/backoff.ts';
import { describeExit, type Running } from './child.ts';

/** Something that can be started again and again; `start` resolves once it is ready and gives up when the signal aborts. */
export interface Program<Started extends Running = Running> {
  readonly name: string;
  start(signal: AbortSignal): Promise<Started>;
}

/** What a supervisor tells, and how it restarts. */
export interface SupervisorOptions {
  /** A program runs under this pid from now on. */
  readonly onPid?: (name: string, pid: number) => void;
  /** Something went wrong or is well again, in words. */
  readonly onNews?: (name: string, news: string) => void;
  readonly backoff?: Backoff;
  /** After this many milliseconds without a crash the backoff begins anew. */
  readonly steadyAfter?: number;
}

/** Keeps programs running. */
export interface Supervisor {
  /** Starts a program and restarts it with growing delays whenever it ends; rejects when the first start fails. */
  start<Started extends Running>(program: Program<Started>): Promise<Started>;
  /** Stops the named programs one after the other; one that was not started is skipped. Nothing can be started afterwards. */
  stop(names: readonly string[]): Promise<void>;
  /** Ends everything at once, without waiting. Nothing can be started afterwards. */
  kill(): void;
}

interface Kept {
  readonly program: Program;
  readonly ending: AbortController;
  running?: Running | undefined;
  kept?: Promise<void>;
}

/** Makes a supervisor; delays are milliseconds. */
export function createSupervisor({
  onPid = () => undefined,
  onNews = () => undefined,
  backoff = { first: 200, longest: 15_000 },
  steadyAfter = 30_000,
}: SupervisorOptions = {}): Supervisor {
  const all = new Map<string, Kept>();
  let closed = false;

  const launch = async <Started extends Running>(entry: Kept, program: Program<Started>): Promise<Started> => {
    const running = await program.start(entry.ending.signal);
    entry.running = running;
    if (entry.ending.signal.aborted) {
      await running.stop();
      throw entry.ending.signal.reason;
    }
    onPid(program.name, running.pid);
    return running;
  };

  /** Tries until the program is up again, `failures` being the ones so far; gives it, or nothing when it is being stopped. */
  const relaunch = async (
    entry: Kept,
    failures: number,
  ): Promise<{ running: Running; failures: number } | undefined> => {
    const { program, ending } = entry;
    try {
      await sleep(backoffDelay(backoff, failures, Math.random()), undefined, { signal: ending.signal });
      return { running: await launch(entry, program), failures };
    } catch (error) {
      if (ending.signal.aborted) return undefined;
      onNews(program.name, `cannot be started again, trying on: ${(error as Error).message}`);
      return relaunch(entry, failures + 1);
    }
  };

  const keep = async (entry: Kept, first: Running): Promise<void> => {
    const { program, ending } = entry;
    let up = { running: first, failures: 0 };
    for (;;) {
      const since = performance.now();
      const exit = await up.running.exited;
      entry.running = undefined;
      if (ending.signal.aborted) return;
      onNews(program.name, `${describeExit(exit)}, starting it again`);
      const isSteady = performance.now() - since > steadyAfter;
      const next = await relaunch(entry, isSteady ? 1 : up.failures + 1);
      if (next === undefined) return;
      up = next;
      onNews(program.name, `runs again (pid ${up.running.pid})`);
    }
  };

  const stopOne = async (entry: Kept) => {
    entry.ending.abort(new Error(`${entry.program.name} is being stopped`));
    await entry.running?.stop();
    await entry.kept;
  };

  return {
    start: async (program) => {
      if (closed) throw new Error(`${program.name} is not started, because everything is being stopped`);
      const entry: Kept = { program, ending: new AbortController() };
      all.set(program.name, entry);
      const first = launch(entry, program);
      entry.kept = first.then(
        (running) => keep(entry, running),
        () => undefined,
      );
      return first;
    },
    stop: async (names) => {
      closed = true;
      for (const name of names) {
        const entry = all.get(name);
        if (entry !== undefined) await stopOne(entry);
      }
    },
    kill: () => {
      closed = true;
      for (const { ending, running } of all.values()) {
        ending.abort(new Error('everything is being ended'));
        running?.kill();
      }
    },
  };
}
