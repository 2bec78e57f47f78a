import { readdirSync, readFileSync } from 'node:fs';

/** A process as the system tells of it. */
interface Member {
  readonly parent: number;
  /** CPU time in clock ticks, its own and that of its children that have ended. */
  readonly ticks: number;
}

/** The ids of a process and of all its descendants that run now (Linux: `/proc`). */
export function processFamily(pid: number, all = readProcesses()): number[] {
  const children = [...all].filter(([, { parent }]) => parent === pid);
  return [...(all.has(pid) ? [pid] : []), ...children.flatMap(([child]) => processFamily(child, all))];
}

/** All processes of the machine by id. */
export function readProcesses(): Map<number, Member> {
  const all = new Map<number, Member>();
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
