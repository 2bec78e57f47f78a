import { execFileSync } from 'node:child_process';
import { processFamily, readProcesses } from './process-family.ts';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/**
 * CPU seconds that each of these processes has used so far, with all of its children, those included that have ended
 * (Linux: `/proc`). A process that is gone counts as 0.
 */
export function cpuSeconds<Name extends string>(pids: Readonly<Record<Name, number>>): Record<Name, number> {
  const all = readProcesses();
  const entries = Object.entries<number>(pids).map(([name, pid]) => [
    name,
    processFamily(pid, all).reduce((sum, member) => sum + (all.get(member)?.ticks ?? 0), 0) / ticksPerSecond,
  ]);
  return Object.fromEntries(entries) as Record<Name, number>;
}

/** CPU seconds by process between two readings; a process that was started in between counts from its start. */
export function cpuBetween(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(Object.entries(after).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)]));
}

/** Milliseconds of CPU by process for each of `count` things done with these CPU seconds. */
export function cpuPerOne(seconds: Readonly<Record<string, number>>, count: number): Record<string, number> {
  return Object.fromEntries(Object.entries(seconds).map(([name, used]) => [name, (used / count) * 1000]));
}
