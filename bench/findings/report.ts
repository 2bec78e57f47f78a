/** The results as a table for people. */
import { type Finding, isReached, type Target } from './findings.ts';
import { formatNumber, summarize } from './statistics.ts';

const HEADINGS = ['measure', 'unit', 'minimum', 'median', 'maximum', 'target', ''];

/** A table of findings: minimum, median and maximum over the repetitions, and whether the median reaches its target. */
export function formatTable(findings: readonly Finding[]): string {
  const rows = findings.map(({ name, unit, values, target }) => {
    const { minimum, median, maximum } = summarize(values);
    const reached = isReached(median, target);
    const verdict = reached === undefined ? '' : reached ? 'reached' : 'missed';
    return [
      name,
      unit,
      formatNumber(minimum),
      formatNumber(median),
      formatNumber(maximum),
      formatTarget(target),
      verdict,
    ];
  });
  const all = [HEADINGS, ...rows];
  const widths = HEADINGS.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const isNumber = (column: number) => column >= 2 && column <= 5;
  const lines = all.map((row) =>
    row
      .map((cell, column) => (isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [lines[0], rule.trimEnd(), ...lines.slice(1)].join('\n');
}

/** `≥ 3,000`, `≤ 30.0`, or nothing. */
export function formatTarget(target: Target | undefined): string {
  if (!target) return '';
  return 'least' in target ? `≥ ${formatNumber(target.least)}` : `≤ ${formatNumber(target.most)}`;
}
