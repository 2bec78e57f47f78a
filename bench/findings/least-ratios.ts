/** What the quick benchmark accepts: ratios alone, because they hold on a slow machine as on a fast one. */
import type { Finding } from './findings.ts';
import { formatNumber } from './statistics.ts';

/** Ratios at least, by name of the finding: a third below what the quick benchmark usually finds. */
export const LEAST_RATIOS = {
  'accept / direct start': 3.7,
  'GET / bare select': 0.13,
  'life / floor': 0.35,
  'life / naive': 1.1,
} as const satisfies Readonly<Record<string, number>>;

/** One of {@link LEAST_RATIOS}. */
export type Ratio = keyof typeof LEAST_RATIOS;

/** Those that are missed in every repetition: noise of the machine spoils one, a change of the product all. */
export function missedRatios(findings: readonly Finding[]): Ratio[] {
  const best = new Map(findings.map(({ name, values }) => [name, Math.max(...values)]));
  const ratios = Object.keys(LEAST_RATIOS) as Ratio[];
  return ratios.filter((ratio) => (best.get(ratio) ?? Infinity) < LEAST_RATIOS[ratio]);
}

/** Says in a sentence which ratios are missed, undefined where none is. */
export function describeMissed(findings: readonly Finding[]): string | undefined {
  const missed = missedRatios(findings).map((ratio) => {
    const values = findings.find(({ name }) => name === ratio)?.values ?? [];
    return `${ratio} is ${values.map(formatNumber).join(' and ')}, which should be at least ${LEAST_RATIOS[ratio]}`;
  });
  return missed.length === 0 ? undefined : `Too slow: ${missed.join('; ')}.`;
}
