/** CPU cores that each process keeps busy: CPU seconds by process within so many seconds. */
export function coresUsed(
  cpu: Readonly<Record<string, number>>,
  seconds: number,
): { readonly name: string; readonly cores: number }[] {
  return Object.entries(cpu)
    .map(([name, used]) => ({ name, cores: used / seconds }))
    .toSorted((one, other) => other.cores - one.cores);
}

/** Says which process is busiest, and how busy all are together: `temporal 0.92 of 1.85 cores, worker 0.51`. */
export function describeBusiest(cpu: Readonly<Record<string, number>>, seconds: number): string {
  const [first, second] = coresUsed(cpu, seconds);
  const all = Object.values(cpu).reduce((sum, used) => sum + used, 0) / seconds;
  const next = second ? `, ${second.name} ${second.cores.toFixed(2)}` : '';
  return first ? `${first.name} ${first.cores.toFixed(2)} of ${all.toFixed(2)} cores${next}` : 'nothing';
}
