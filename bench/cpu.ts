import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/**
 * CPU seconds that each of these processes has used so far, with all of its children, those included that have ended
 * (Linux: `/proc`). A process that is gone counts as 0.
 */
export function cpuSeconds<Name extends string>(pids: Readonly<Record<Name, number>>): Record<Name, number> {
  const all = readProcesses();
  const sum = (pid: number): number => {
    const own = all.get(pid)?.ticks ?? 0;
    return [...all].reduce((total, [child, { parent }]) => (parent === pid ? total + sum(child) : total), own);
  };
  const entries = Object.entries<number>(pids).map(([name, pid]) => [name, sum(pid) / ticksPerSecond]);
  return Object.fromEntries(entries) as Record<Name, number>;
}

function readProcesses(): Map<number, { parent: number; ticks: number }> {
  const all = new Map<number, { parent: number; ticks: number }>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      // proc(5): fields after the name in parentheses; parent is the 4th of all, CPU times are the 14th to 17th.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const ticks = fields.slice(11, 15).reduce((total, field) => total + Number(field), 0);
      all.set(Number(entry), { parent: Number(fields[1]), ticks });
    } catch {
      // It has ended meanwhile.
    }
  }
  return all;
}
