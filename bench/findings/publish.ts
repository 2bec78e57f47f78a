/** Saying what was found: on the terminal, and, of a full run, as JSON and as a chart. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { RECORDED_RUNS } from '../arguments.ts';
import { drawChart } from './chart.ts';
import type { Finding } from './findings.ts';
import { formatTable } from './report.ts';
import { summarize } from './statistics.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A benchmark that has run. */
export interface Outcome {
  readonly title: string;
  readonly runs: number;
  readonly findings: readonly Finding[];
}

/**
 * Prints the table. With at least five repetitions it also writes `bench/results/<name>.json` and
 * `docs/bench-<name>.svg`; fewer are a quick look that is not recorded.
 */
export function publish(name: string, outcome: Outcome): void {
  console.log(`\n${formatTable(outcome.findings)}\n`);
  if (outcome.runs < RECORDED_RUNS) {
    console.log(`A quick look of ${outcome.runs} repetitions; ${RECORDED_RUNS} or more are recorded.`);
    return;
  }
  const { title, runs, findings } = outcome;
  const result = {
    benchmark: name,
    title,
    date: new Date().toISOString(),
    command: `npm run bench -- ${name}${runs === RECORDED_RUNS ? '' : ` --runs ${runs}`}`,
    machine: describeMachine(),
    runs,
    findings: findings.map(({ isShown: _, values, ...finding }) => ({
      ...finding,
      ...mapNumbers(summarize(values)),
      values: values.map(round),
    })),
  };
  write(join('bench/results', `${name}.json`), `${JSON.stringify(result, undefined, 2)}\n`);
  write(join('docs', `bench-${name}.svg`), drawChart(title, findings));
}

function describeMachine() {
  const processors = cpus();
  return {
    cores: processors.length,
    cpu: processors[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    /** One minute's load average at the end: how busy others may have kept the machine. */
    load: round(loadavg()[0] ?? 0),
  };
}

function mapNumbers<Numbers extends Record<string, number>>(numbers: Numbers): Numbers {
  return Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, round(value)])) as Numbers;
}

function round(value: number): number {
  return Number(value.toPrecision(5));
}

function write(path: string, text: string): void {
  const file = join(ROOT, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  console.log(`written: ${path}`);
}
