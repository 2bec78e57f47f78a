/** What was measured: one value for each repetition, collected while a benchmark runs. */

/** A measure with its values, one for each repetition, and what it should reach. */
export interface Finding {
  /** Says what was measured, of what: `orders/s, server and Postgres alone`. */
  readonly name: string;
  readonly unit: string;
  readonly values: readonly number[];
  readonly target?: Target;
  /** Whether the chart shows it. */
  readonly isShown: boolean;
}

/** What the median should reach. */
export type Target = { readonly least: number } | { readonly most: number };

/** Collects values by name, in the order in which names come up. */
export interface FindingCollector {
  add(name: string, value: number, about: { unit: string; target?: Target; isShown?: boolean }): void;
  readonly findings: Finding[];
}

/** Makes an empty collector. */
export function collectFindings(): FindingCollector {
  const byName = new Map<string, Finding & { values: number[] }>();
  return {
    add(name, value, { unit, target, isShown = false }) {
      const finding = byName.get(name) ?? { name, unit, values: [], isShown, ...(target && { target }) };
      byName.set(name, finding);
      finding.values.push(value);
    },
    get findings() {
      return [...byName.values()];
    },
  };
}

/** Adds CPU time by process, as `CPU of worker`, with words behind where several are told apart. */
export function collectCpu(
  collector: FindingCollector,
  cpu: Readonly<Record<string, number>>,
  { unit, of }: { unit: string; of?: string },
): void {
  for (const [name, value] of Object.entries(cpu))
    collector.add(`CPU of ${name}${of === undefined ? '' : `, ${of}`}`, value, { unit });
}

/** Adds how long answers took: median, 99th percentile and the longest, in milliseconds; the chart shows the second. */
export function collectLatency(
  collector: FindingCollector,
  { p50, p99, max }: { readonly p50: number; readonly p99: number; readonly max: number },
  { of, target }: { of: string; target?: Target },
): void {
  collector.add(`p50 ${of}`, p50, { unit: 'ms' });
  collector.add(`p99 ${of}`, p99, { unit: 'ms', ...(target && { target }), isShown: true });
  collector.add(`longest ${of}`, max, { unit: 'ms' });
}

/** Whether the median of a finding reaches its target; undefined where it has none. */
export function isReached(median: number, target: Target | undefined): boolean | undefined {
  if (!target) return undefined;
  return 'least' in target ? median >= target.least : median <= target.most;
}
