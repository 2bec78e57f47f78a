/** Signals to a process with all that it started. */
import { readdirSync, readFileSync } from 'node:fs';
import { signalProcess } from '../../embedded/process-identity.ts';

/** The process and its children, grandchildren and so on. */
export function familyOf(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), parent: parentOf(Number(name)) }));
  const family = [pid];
  for (const member of family)
    family.push(...parents.filter(({ parent }) => parent === member).map((child) => child.pid));
  return family;
}

/** Sends a signal to the whole family, the oldest first. */
export function signalFamily(pid: number, signal: NodeJS.Signals): void {
  for (const member of familyOf(pid)) signalProcess(member, signal);
}

/** The processes of a PostgreSQL server that serve connections. */
export function backendsOf(postmaster: number): number[] {
  return familyOf(postmaster).filter((pid) => commandOf(pid).startsWith('postgres: steadfast steadfast '));
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in parentheses and may hold anything.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
