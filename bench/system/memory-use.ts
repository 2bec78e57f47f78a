import { readFileSync } from 'node:fs';
import { processFamily } from './process-family.ts';

/**
 * Memory in MiB that each of these processes has resident now, with all of its children; pages that several share count
 * once among them (Linux: `Pss` of `/proc/<pid>/smaps_rollup`), because PostgreSQL shares most of its own.
 */
export function memoryMiB<Name extends string>(pids: Readonly<Record<Name, number>>): Record<Name, number> {
  const entries = Object.entries<number>(pids).map(([name, pid]) => [
    name,
    processFamily(pid).reduce((sum, member) => sum + residentKiB(member), 0) / 1024,
  ]);
  return Object.fromEntries(entries) as Record<Name, number>;
}

function residentKiB(pid: number): number {
  try {
    const [, kibibytes = '0'] = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
    return Number(kibibytes);
  } catch {
    // It has ended meanwhile.
    return 0;
  }
}
