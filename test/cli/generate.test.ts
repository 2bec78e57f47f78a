import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../cli/generate/outcomes.ts';
import { startApi } from '../api/support.ts';
import { startLifecycle, type TestLifecycle } from '../support/lifecycle.ts';
import { until } from '../support/until.ts';

const command = join(import.meta.dirname, '../../cli/steadfast.ts');
let lifecycle: TestLifecycle;
let http: string;

beforeAll(async () => {
  lifecycle = await startLifecycle();
  ({ http } = await startApi({ ...lifecycle, databaseUrl: lifecycle.url }));
});

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the command line; `outcome` resolves when it has ended. */
function start(args: readonly string[], server = http) {
  const env = { ...process.env, STEADFAST_URL: server };
  const ended = Promise.withResolvers<Outcome>();
  const child = execFile(process.execPath, [command, ...args], { env }, (_error, stdout, stderr) => {
    ended.resolve({ code: child.exitCode ?? -1, stdout, stderr });
  });
  return { child, outcome: ended.promise };
}

const steadfast = (...args: string[]) => start(args).outcome;
const summaryOf = ({ stdout }: Outcome) => JSON.parse(stdout) as Summary & { seed: number };
const countOrders = async (): Promise<number> => {
  const [row] = await lifecycle.db<{ number: number }[]>`select count(*) as number from orders`;
  return row!.number;
};

describe('generate', () => {
  it('sends orders at the rate, follows them to their end and tells what became of them', async () => {
    const before = await countOrders();
    const ended = await steadfast('generate', '--rate', '20', '--count', '40', '--seed', '7', '--wait', '2m', '--json');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const summary = summaryOf(ended);
    expect(summary).toMatchObject({ seed: 7, sent: 40, accepted: 40, refused: {}, errors: {}, open: 0 });
    expect(summary.delivered + summary.awaiting_approval).toBe(40);
    // The fortieth begins 1.95 s after the first one.
    expect(summary.seconds).toBeGreaterThanOrEqual(1.9);
    expect(summary.latency_ms!.p50).toBeGreaterThan(0);
    expect(await countOrders()).toBe(before + 40);
  });

  it('tells refusals by their code, and cancelled orders by their reason', async () => {
    await lifecycle.db`update products set available = 0`;
    const ended = await steadfast(
      'generate',
      '--rate',
      '50',
      '--count',
      '30',
      '--invalid-share',
      '0.5',
      '--wait',
      '2m',
      '--json',
    );
    await lifecycle.db`update products set available = 1000000`;
    const { accepted, refused, cancelled } = summaryOf(ended);
    expect(ended.code).toBe(0);
    expect(accepted + refused.INVALID_REQUEST!).toBe(30);
    expect(cancelled.OUT_OF_STOCK).toBe(accepted);
  });

  it('tells people a table, and on the way how far it is', async () => {
    const { code, stdout } = await steadfast('generate', '--rate', '50', '--count', '5', '--seed', '3', '--wait', '2m');
    expect(code).toBe(0);
    for (const words of ['5 in', 'p95', 'DELIVERED', 'seed']) expect(stdout).toContain(words);
  });

  it('ends with Ctrl-C and tells what it has done', async () => {
    const before = await countOrders();
    const { child, outcome } = start(['generate', '--rate', '50', '--json']);
    await until('some orders are there', async () => (await countOrders()) > before + 5);
    child.kill('SIGINT');
    const ended = await outcome;
    expect(ended.code).toBe(0);
    expect(summaryOf(ended).accepted).toBe((await countOrders()) - before);
  });

  it.each([
    [[]],
    [['--rate', 'fast']],
    [['--rate', '0']],
    [['--rate', '5', '--count', '1.5']],
    [['--rate', '5', '--invalid-share', '2']],
    [['--rate', '5', '--wait', 'long']],
    [['--rate', '5', '--colour', 'red']],
  ])('with %j ends with exit code 2 and says how it is used', async (args) => {
    const { code, stderr, stdout } = await steadfast('generate', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('--');
  });

  it('ends with exit code 3 where no server answers', async () => {
    const { code, stderr } = await start(['generate', '--rate', '5'], 'http://127.0.0.1:9').outcome;
    expect(code).toBe(3);
    expect(stderr).toContain('No server answers');
  });
});

describe('test-data', () => {
  it('places so many orders', async () => {
    const before = await countOrders();
    const ended = await steadfast('test-data', '150', '--json');
    expect(summaryOf(ended)).toMatchObject({ sent: 150, accepted: 150 });
    expect(await countOrders()).toBe(before + 150);
  });

  it('without a number ends with exit code 2', async () => {
    expect((await steadfast('test-data')).code).toBe(2);
    expect((await steadfast('test-data', 'many')).code).toBe(2);
  });
});
