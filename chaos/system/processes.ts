/** Processes that are kept running, as an init system would, and that can be killed. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exit, Running } from '../../embedded/child.ts';
import { processIdentity, signalProcess } from '../../embedded/process-identity.ts';
import { createSupervisor, type Program } from '../../embedded/supervisor.ts';
import { signalFamily } from '../faults/signals.ts';
import type { ProcessName } from '../plan/fault.ts';

/** A process that ended though nobody had killed it. */
export interface OwnEnd {
  readonly name: string;
  readonly exit: Exit;
}

/** All processes of a run. */
export interface Processes {
  /** Resolves once it is ready; from then on it is started again whenever it ends. */
  start<Started extends Running>(program: Program<Started>): Promise<Started>;
  readonly ownEnds: readonly OwnEnd[];
  /** Undefined while it does not run. */
  pidOf(name: ProcessName): number | undefined;
  kill(pid: number): void;
  /** Resolves once a process is ready under another pid than the former one. */
  isBack(name: ProcessName, formerPid: number): Promise<void>;
  /** Ends all, in this order. */
  stop(names: readonly ProcessName[]): Promise<void>;
}

const BACKOFF = { first: 100, longest: 2_000 };
const BACK_WITHIN_MS = 90_000;

/** Keeps processes running; what they do is told in words. */
export function keepProcesses(say: (news: string) => void): Processes {
  const pids = new Map<string, number>();
  const killed = new Set<number>();
  const ownEnds: OwnEnd[] = [];
  const supervisor = createSupervisor({
    backoff: BACKOFF,
    onPid: (name, pid) => pids.set(name, pid),
    onNews: (name, news) => say(`${name} ${news.split('\n', 1)[0]}`),
  });
  return {
    start: (program) =>
      supervisor.start({
        name: program.name,
        start: async (signal) => {
          const running = await program.start(signal);
          void running.exited.then((exit) => {
            if (!killed.has(running.pid) && !signal.aborted) ownEnds.push({ name: program.name, exit });
          });
          return running;
        },
      }),
    ownEnds,
    pidOf: (name) => {
      const pid = pids.get(name);
      return pid !== undefined && processIdentity(pid) !== undefined ? pid : undefined;
    },
    kill: (pid) => {
      killed.add(pid);
      signalProcess(pid, 'SIGKILL');
    },
    isBack: async (name, formerPid) => {
      const deadline = performance.now() + BACK_WITHIN_MS;
      while (pids.get(name) === formerPid) {
        if (performance.now() > deadline) throw new Error(`${name} was not back after ${BACK_WITHIN_MS / 1000} s`);
        await sleep(50);
      }
    },
    stop: async (names) => {
      for (const pid of pids.values()) signalFamily(pid, 'SIGCONT');
      await supervisor.stop(names);
    },
  };
}
