/** `steadfast generate` and `steadfast test-data`: random, realistic orders. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import ms from 'ms';
import { CommandFailure, exitCode } from './failure.ts';
import { type Summary, sumOf } from './generate/outcomes.ts';
import { createOrderSource, isOrderable } from './generate/random-orders.ts';
import { runGenerator } from './generate/run.ts';
import type { Printer } from './printer.ts';
import { listProducts } from './products.ts';
import type { OpenSession } from './session.ts';

interface GenerateOptions {
  readonly rate?: number;
  readonly count?: number;
  readonly seed?: number;
  readonly customers: number;
  readonly invalidShare: number;
  readonly wait: number;
}

const MOST_RATE = 5000;
const MOST_COUNT = 1_000_000;

/** Adds the two commands. */
export function addGenerate(program: Command, open: OpenSession): void {
  addOptions(
    program
      .command('generate')
      .description('send random orders at a steady rate, and tell what became of them; Ctrl-C ends it')
      .requiredOption('--rate <number>', `orders a second, up to ${MOST_RATE}`, readRate)
      .option('--count <number>', 'end after so many; without it, go on until Ctrl-C', readCount),
    '60s',
  ).action(async (options: GenerateOptions, command: Command) => {
    await generate(options, open(command));
  });

  addOptions(
    program
      .command('test-data')
      .description('send so many random orders as fast as the server takes them')
      .argument('<number>', 'how many orders', readCount),
    '0s',
  ).action(async (count: number, options: GenerateOptions, command: Command) => {
    await generate({ ...options, count }, open(command));
  });
}

function addOptions(command: Command, wait: string): Command {
  return command
    .option('--seed <number>', 'the same seed makes the same orders from the same catalogue', readSeed)
    .option('--customers <number>', 'how many customers there are', readCount, 1000)
    .option('--invalid-share <share>', 'share of orders that break a rule, 0 to 1', readShare, 0)
    .addOption(
      new Option('--wait <span>', 'how long to follow the accepted orders, such as 30s or 5m')
        .argParser(readSpan)
        .default(ms(wait as ms.StringValue), wait),
    );
}

async function generate(options: GenerateOptions, { api, print }: ReturnType<OpenSession>): Promise<void> {
  const products = (await listProducts(api)).filter(isOrderable);
  if (products.length === 0) {
    const advice = 'Add a product with PUT /api/products/{id}.';
    throw new CommandFailure(exitCode.refused, `The catalogue has nothing that can be ordered. ${advice}`);
  }
  const { seed = Math.floor(Math.random() * 2 ** 31), customers, invalidShare, rate, count, wait } = options;
  const next = createOrderSource({ seed, products, customers, invalidShare });
  const { signal, release } = onInterrupt();
  try {
    const isShown = !print.json;
    const summary = await runGenerator({ api, next, rate, count, waitMs: wait, isShown, signal });
    print.answer({ seed, ...summary }, () => {
      tellSummary(print, seed, summary);
    });
    if (sumOf(summary.errors) > 0) process.exitCode = exitCode.refused;
  } finally {
    release();
  }
}

/** The first Ctrl-C ends the run in good order; with the next one the process ends as usual. */
function onInterrupt(): { signal: AbortSignal; release: () => void } {
  const interrupted = new AbortController();
  const abort = () => {
    interrupted.abort();
  };
  process.once('SIGINT', abort).once('SIGTERM', abort);
  return {
    signal: interrupted.signal,
    release: () => {
      process.off('SIGINT', abort).off('SIGTERM', abort);
    },
  };
}

function tellSummary(print: Printer, seed: number, summary: Summary): void {
  const { latency_ms: latency } = summary;
  print.card([
    ['sent', `${summary.sent} in ${summary.seconds} s (${summary.per_second}/s)`],
    ['accepted', `${summary.accepted}, of them ${summary.large} large`],
    [
      'answered within',
      latency && `p50 ${latency.p50} ms, p95 ${latency.p95} ms, p99 ${latency.p99} ms, at most ${latency.max} ms`,
    ],
    ['seed', seed],
  ]);
  const named = (outcome: string, counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).map(([reason, count]) => [outcome, reason, count]);
  const rows = [
    ['DELIVERED', '', summary.delivered],
    ...named('CANCELLED', summary.cancelled),
    ['waits for approval', '', summary.awaiting_approval],
    ['still open', '', summary.open],
    ...named('refused', summary.refused),
    ...named('error', summary.errors),
  ].filter(([, , count]) => count !== 0);
  print.table(['outcome', 'reason', 'orders'], rows);
}

function readRate(text: string): number {
  return readNumber(text, { least: 0.01, most: MOST_RATE });
}

function readShare(text: string): number {
  return readNumber(text, { least: 0, most: 1 });
}

function readCount(text: string): number {
  return readNumber(text, { least: 1, most: MOST_COUNT, isWhole: true });
}

function readSeed(text: string): number {
  return readNumber(text, { least: 0, most: 2 ** 32 - 1, isWhole: true });
}

function readNumber(text: string, bounds: { least: number; most: number; isWhole?: boolean }): number {
  const value = Number(text);
  const { least, most, isWhole = false } = bounds;
  if (text.trim() !== '' && value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
  throw new InvalidArgumentError(`It must be a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}.`);
}

function readSpan(text: string): number {
  const span = /^\d/.test(text) ? ms(text as ms.StringValue) : undefined;
  if (typeof span === 'number' && Number.isFinite(span) && span <= 86_400_000) return span;
  throw new InvalidArgumentError('It must be a time span such as 30s or 5m, up to 24h.');
}
