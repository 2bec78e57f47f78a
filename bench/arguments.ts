import { parseArgs } from 'node:util';

/** Arguments that cannot be used; the message says what exists. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

/** How many repetitions a measurement that is recorded has at least. */
export const RECORDED_RUNS = 5;

/** Which benchmarks to run (all where none is named) and how often each repeats. Throws {@link ArgumentError}. */
export function readArguments(args: readonly string[], known: readonly string[]): { names: string[]; runs: number } {
  const usage = `Benchmarks: ${known.join(', ')}.\nUsage: npm run bench [-- name… --runs N]`;
  const { values, positionals } = parse(args, usage);
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new ArgumentError(`There is no benchmark ${unknown.join(', ')}.\n${usage}`);
  const runs = Number(values.runs ?? RECORDED_RUNS);
  if (!Number.isInteger(runs) || runs < 1 || runs > 100)
    throw new ArgumentError(`--runs must be a whole number from 1 to 100, not ${values.runs}.\n${usage}`);
  return { names: positionals.length > 0 ? [...new Set(positionals)] : [...known], runs };
}

function parse(args: readonly string[], usage: string) {
  try {
    return parseArgs({ args: [...args], options: { runs: { type: 'string' } }, allowPositionals: true });
  } catch (error) {
    throw new ArgumentError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}
