import { parseArgs } from 'node:util';

/** Arguments that cannot be used; the message says what exists. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

/** What to run: the same seed gives the same orders and the same plan of faults. */
export interface RunArguments {
  readonly seed: number;
  readonly orders: number;
  readonly faults: number;
  /** How long orders come and faults happen. */
  readonly minutes: number;
  /** Whether to refuse a machine that cannot do every kind of fault, instead of leaving some out. */
  readonly isComplete: boolean;
  /** Where to write histories of some workflows; nowhere where absent. */
  readonly histories: string | undefined;
}

const USAGE =
  'Usage: npm run chaos -- [--seed N] [--orders N] [--minutes N] [--faults N] [--complete] [--histories FOLDER]';
/** Where nothing is said: three for each hundred orders, and enough for one of each kind. */
const FAULTS = { perOrder: 0.03, least: 10 };
const MOST_SEED = 2 ** 32 - 1;
const MOST_FAULTS = 1000;

/** Reads the command line; a seed is drawn where none is given. Throws {@link ArgumentError}. */
export function readArguments(args: readonly string[], drawSeed: () => number): RunArguments {
  const given = parse(args);
  const number = (name: 'seed' | 'orders' | 'minutes' | 'faults', standard: number, limits: Limits): number => {
    const value = Number(given[name] ?? standard);
    const isWhole = Number.isInteger(value) || limits.isFraction === true;
    if (isWhole && value >= limits.least && value <= limits.most) return value;
    throw new ArgumentError(`--${name} must be a number from ${limits.least} to ${limits.most}.\n${USAGE}`);
  };
  const orders = number('orders', 300, { least: 1, most: 100_000 });
  const usualFaults = Math.min(MOST_FAULTS, Math.max(FAULTS.least, Math.round(orders * FAULTS.perOrder)));
  return {
    seed: number('seed', drawSeed(), { least: 0, most: MOST_SEED }),
    orders,
    faults: number('faults', usualFaults, { least: 0, most: MOST_FAULTS }),
    minutes: number('minutes', 5, { least: 0.2, most: 240, isFraction: true }),
    isComplete: given.complete === true,
    histories: given.histories,
  };
}

interface Limits {
  readonly least: number;
  readonly most: number;
  readonly isFraction?: boolean;
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    const complete = { type: 'boolean' } as const;
    const options = { seed: text, orders: text, minutes: text, faults: text, complete, histories: text };
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new ArgumentError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}
