/** Doing a fault to a running system, and undoing it. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  detailsOf,
  type Fault,
  lengthOf,
  type PlannedFault,
  PROCESSES,
  type ProcessName,
  targetOf,
} from '../plan/fault.ts';
import type { ChaosSystem } from '../system/system.ts';
import { backendsOf, signalFamily } from './signals.ts';

/** What became of a planned fault, for the table. */
export interface InflictedFault {
  readonly atMs: number;
  readonly kind: Fault['kind'];
  readonly target: string;
  readonly details: string;
  /** After how many milliseconds everything that it hit ran again; undefined where it could not be done. */
  readonly overAfterMs: number | undefined;
  readonly note: string;
}

const RUNNING_WITHIN_MS = 30_000;

/** Does each fault at its time; resolves with what became of them once the last one is over. */
export async function inflictAll(
  plan: readonly PlannedFault[],
  of: { system: ChaosSystem; began: number; say: (news: string) => void },
): Promise<InflictedFault[]> {
  const turns = new Map<string, Promise<undefined>>();
  return Promise.all(
    plan.map(async ({ atMs, fault }) => {
      await sleep(Math.max(0, of.began + atMs - performance.now()));
      const turn = turns.get(targetOf(fault));
      const { promise: over, resolve: endTurn } = Promise.withResolvers<undefined>();
      // What lasts has its target to itself, or the end of one fault would end another.
      if (lengthOf(fault) > 0) {
        turns.set(targetOf(fault), over);
        await turn;
      }
      const at = performance.now();
      const about = { kind: fault.kind, target: targetOf(fault), details: detailsOf(fault) };
      of.say(`${fault.kind} ${about.target} ${about.details}`.trim());
      try {
        await inflict(fault, of.system);
        return { ...about, atMs: at - of.began, overAfterMs: performance.now() - at, note: '' };
      } catch (error) {
        const note = error instanceof Error ? error.message : String(error);
        return { ...about, atMs: at - of.began, overAfterMs: undefined, note };
      } finally {
        endTurn(undefined);
      }
    }),
  );
}

async function inflict(fault: Fault, system: ChaosSystem): Promise<void> {
  const lasting = () => sleep(lengthOf(fault));
  switch (fault.kind) {
    case 'kill':
      await untilRunning(fault.process, system);
      return killAndAwait([fault.process], system);
    case 'blackout':
      return killAndAwait(PROCESSES, system);
    case 'crash': {
      const backend = await until('no connection was open', () => {
        const pid = system.pidOf(fault.process);
        return pid === undefined ? undefined : backendsOf(pid)[0];
      });
      process.kill(backend, 'SIGKILL');
      return;
    }
    case 'pause': {
      const pid = await untilRunning(fault.process, system);
      signalFamily(pid, 'SIGSTOP');
      await lasting();
      signalFamily(pid, 'SIGCONT');
      return;
    }
    case 'cut':
    case 'slow':
    case 'silence':
      return onLink(fault, system, lasting);
    case 'fill': {
      const disk = system.disks[fault.disk];
      if (!disk) throw new Error('there is no small disk');
      await disk.fill();
      await lasting();
      await disk.empty();
      return;
    }
    case 'shift':
      system.clocks?.shift(fault.process, fault.byMs);
      await lasting();
      system.clocks?.shift(fault.process, 0);
      return;
  }
}

async function onLink(
  fault: Extract<Fault, { kind: 'cut' | 'slow' | 'silence' }>,
  { network }: ChaosSystem,
  lasting: () => Promise<void>,
): Promise<void> {
  if (!network) throw new Error('there is no proxy');
  try {
    if (fault.kind === 'cut') await network.cut(fault.link);
    else if (fault.kind === 'slow') await network.slow(fault.link, fault.latencyMs);
    else await network.silence(fault.link, fault.lost);
    await lasting();
  } finally {
    await network.heal(fault.link);
  }
}

async function killAndAwait(names: readonly ProcessName[], system: ChaosSystem): Promise<void> {
  const killed = names.flatMap((name) => {
    const pid = system.pidOf(name);
    return pid === undefined ? [] : [{ name, pid }];
  });
  for (const { pid } of killed) system.kill(pid);
  await Promise.all(killed.map(({ name, pid }) => system.isBack(name, pid)));
}

/** A process that an earlier fault has ended is waited for. */
function untilRunning(name: ProcessName, system: ChaosSystem): Promise<number> {
  return until('it did not run', () => system.pidOf(name));
}

/** Looks until there is a process to do something to; rejects with these words where there is none for long. */
async function until(otherwise: string, find: () => number | undefined): Promise<number> {
  const deadline = performance.now() + RUNNING_WITHIN_MS;
  for (;;) {
    const pid = find();
    if (pid !== undefined) return pid;
    if (performance.now() > deadline) throw new Error(otherwise);
    await sleep(50);
  }
}
