import { parseArgs } from 'node:util';

/** Arguments that cannot be used; the message says what exists. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

/** How many repetitions a measurement that is recorded has at least. */
export const RECORDED_RUNS = 5;

/** A benchmark as the arguments see it. */
export interface Choice {
  readonly title: string;
  readonly isOnlyByName?: boolean;
}

/** What was asked for. */
export interface RunArguments {
  readonly names: string[];
  /** Undefined: as often as each does by itself. */
  readonly runs: number | undefined;
  readonly isExplaining: boolean;
  readonly isHelp: boolean;
}

/** Which benchmarks to run (all but those that run only by name, where none is named), and how. Throws {@link ArgumentError}. */
export function readArguments(args: readonly string[], choices: Readonly<Record<string, Choice>>): RunArguments {
  const known = Object.keys(choices);
  const { values, positionals } = parse(args, usageOf(known));
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new ArgumentError(`There is no benchmark ${unknown.join(', ')}.\n${usageOf(known)}`);
  const { runs, explain = false, help = false } = values;
  const count = runs === undefined ? undefined : Number(runs);
  if (count !== undefined && (!Number.isInteger(count) || count < 1 || count > 100))
    throw new ArgumentError(`--runs must be a whole number from 1 to 100, not ${runs}.\n${usageOf(known)}`);
  const usual = known.filter((name) => choices[name]?.isOnlyByName !== true);
  const names = positionals.length > 0 ? [...new Set(positionals)] : usual;
  return { names, runs: count, isExplaining: explain, isHelp: help };
}

/** What exists, one line for each benchmark. */
export function describeChoices(choices: Readonly<Record<string, Choice>>): string {
  const width = Math.max(...Object.keys(choices).map((name) => name.length));
  const lines = Object.entries(choices).map(
    ([name, { title, isOnlyByName }]) => `  ${name.padEnd(width)}  ${title}${isOnlyByName ? ' (only by name)' : ''}`,
  );
  return `${usageOf(Object.keys(choices))}\n\n${lines.join('\n')}`;
}

function usageOf(known: readonly string[]): string {
  return [
    `Benchmarks: ${known.join(', ')}.`,
    'Usage: npm run bench [-- name… --runs N --explain]',
    `--runs: repetitions; ${RECORDED_RUNS} or more are recorded. --explain: stored-orders writes plans of queries.`,
  ].join('\n');
}

function parse(args: readonly string[], usage: string) {
  const options = {
    runs: { type: 'string' },
    explain: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new ArgumentError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}
