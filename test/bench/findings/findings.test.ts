import { describe, expect, it } from 'vitest';
import { drawChart } from '../../../bench/findings/chart.ts';
import {
  collectCpu,
  collectFindings,
  collectLatency,
  type Finding,
  isReached,
} from '../../../bench/findings/findings.ts';
import { formatTable } from '../../../bench/findings/report.ts';
import { formatNumber, median, percentile, summarize } from '../../../bench/findings/statistics.ts';
import { cpuBetween, cpuPerOne } from '../../../bench/system/cpu.ts';

const FINDINGS: Finding[] = [
  { name: 'accepted', unit: 'orders/s', values: [3200, 2900, 3100], target: { least: 3000 }, isShown: true },
  { name: 'p99 <alone>', unit: 'ms', values: [40, 35], target: { most: 30 }, isShown: true },
  { name: 'hidden', unit: 'ms', values: [1], isShown: false },
];

describe('statistics', () => {
  it('takes percentiles by nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([0, 0.5, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([1, 50, 99, 100]);
    expect(percentile([7], 0.99)).toBe(7);
    expect(percentile([], 0.5)).toBeNaN();
  });

  it('takes the middle value, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 7])).toBe(6);
    expect(summarize([3, 1, 2])).toEqual({ minimum: 1, median: 2, maximum: 3 });
  });

  it('writes numbers with about three digits', () => {
    expect([0.756, 32.47, 4512.4, Number.NaN].map(formatNumber)).toEqual(['0.76', '32.5', '4,512', '–']);
  });
});

describe('findings', () => {
  it('collects one value for each repetition under a name', () => {
    const collector = collectFindings();
    collector.add('ratio', 0.8, { unit: 'ratio', target: { least: 0.75 } });
    collector.add('ratio', 0.9, { unit: 'ratio' });
    expect(collector.findings).toEqual([
      { name: 'ratio', unit: 'ratio', values: [0.8, 0.9], target: { least: 0.75 }, isShown: false },
    ]);
  });

  it('tells whether a median reaches its target', () => {
    expect(isReached(3000, { least: 3000 })).toBe(true);
    expect(isReached(31, { most: 30 })).toBe(false);
    expect(isReached(1, undefined)).toBeUndefined();
  });

  it('tell latencies with their longest, and CPU time by process', () => {
    const collector = collectFindings();
    collectLatency(collector, { p50: 2, p99: 9, max: 30 }, { of: 'GET', target: { most: 20 } });
    const used = cpuBetween({ server: 1 }, { server: 3, postgres: 1 });
    collectCpu(collector, cpuPerOne(used, 1000), { unit: 'ms/read', of: 'busy' });
    expect(collector.findings.map(({ name, values, target }) => [name, ...values, target])).toEqual([
      ['p50 GET', 2, undefined],
      ['p99 GET', 9, { most: 20 }],
      ['longest GET', 30, undefined],
      ['CPU of server, busy', 2, undefined],
      ['CPU of postgres, busy', 1, undefined],
    ]);
  });

  it('stand in a table with minimum, median, maximum and verdict', () => {
    const lines = formatTable(FINDINGS).split('\n');
    expect(lines[2]).toMatch(/^accepted +orders\/s +2,900 +3,100 +3,200 +≥ 3,000 +reached$/);
    expect(lines[3]).toMatch(/^p99 <alone> +ms +35\.0 +37\.5 +40\.0 +≤ 30\.0 +missed$/);
  });

  it('are drawn as bars, those that are to be shown, with safe words', () => {
    const svg = drawChart('a & b', FINDINGS);
    expect(svg.match(/class="bar"/g)).toHaveLength(2);
    expect(svg).toContain('p99 &lt;alone&gt;');
    expect(svg).toContain('a &amp; b');
    expect(svg).not.toContain('hidden');
  });
});
