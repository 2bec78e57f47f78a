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

/** Whether the median of a finding reaches its target; undefined where it has none. */
export function isReached(median: number, target: Target | undefined): boolean | undefined {
  if (!target) return undefined;
  return 'least' in target ? median >= target.least : median <= target.most;
}
