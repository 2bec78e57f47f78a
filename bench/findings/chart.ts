/** The results as a picture: one bar for each finding that is to be shown, grouped by unit. */
import type { Finding } from './findings.ts';
import { formatTarget } from './report.ts';
import { formatNumber, summarize } from './statistics.ts';

const WIDTH = 760;
const LABEL = 330;
const BAR = 300;
const ROW = 26;

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600 }
  .faint { fill: #57606a }
  .bar { fill: #2f81f7 }
  .spread { stroke: #24292f; stroke-width: 1.5 }
  .target { stroke: #bc4c00; stroke-width: 1.5; stroke-dasharray: 3 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .faint { fill: #8d96a0 }
    .spread { stroke: #e6edf3 }
    .target { stroke: #f0883e }
  }`;

/** An SVG of bars: median, a line from minimum to maximum, and the target as a dashed line. Bars of a unit share a scale. */
export function drawChart(title: string, findings: readonly Finding[]): string {
  const parts: string[] = [text(16, 26, title, 'title')];
  let y = 44;
  const shown = findings.filter(({ isShown }) => isShown);
  for (const [unit, group] of Map.groupBy(shown, (finding) => finding.unit)) {
    const scale = BAR / Math.max(...group.flatMap(({ values, target }) => [...values, ...limits(target)]), 1e-9);
    parts.push(text(16, (y += 20), unit, 'faint'));
    for (const finding of group) parts.push(drawBar(finding, { y: (y += ROW) - 14, scale }));
    y += 12;
  }
  const height = y + 12;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escape(title)}</title><style>${STYLE}\n</style>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function drawBar({ name, values, target }: Finding, { y, scale }: { y: number; scale: number }): string {
  const { minimum, median, maximum } = summarize(values);
  const x = (value: number) => (LABEL + value * scale).toFixed(1);
  const aim = limits(target).map(
    (limit) => `<line class="target" x1="${x(limit)}" x2="${x(limit)}" y1="${y - 2}" y2="${y + 20}"/>`,
  );
  const middle = y + 9;
  return [
    text(16, y + 14, name),
    `<rect class="bar" x="${LABEL}" y="${y}" width="${(median * scale).toFixed(1)}" height="18" rx="3"/>`,
    `<line class="spread" x1="${x(minimum)}" x2="${x(maximum)}" y1="${middle}" y2="${middle}"/>`,
    ...aim,
    text(LABEL + BAR + 12, y + 14, `${formatNumber(median)}${target ? `  (${formatTarget(target)})` : ''}`),
  ].join('\n');
}

function limits(target: Finding['target']): number[] {
  if (!target) return [];
  return ['least' in target ? target.least : target.most];
}

function text(x: number, y: number, words: string, style?: string): string {
  return `<text x="${x}" y="${y}"${style ? ` class="${style}"` : ''}>${escape(words)}</text>`;
}

function escape(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
