import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GetOrderResponse, ListOrdersResponse } from '../../proto/gen/order/v1/order.ts';
import { startApi } from '../api/support.ts';
import { LONG_MS, startLifecycle, type TestLifecycle } from '../support/lifecycle.ts';

const command = join(import.meta.dirname, '../../cli/steadfast.ts');
const dataDir = mkdtempSync(join(tmpdir(), 'steadfast-cli-'));
let lifecycle: TestLifecycle;
let addresses: { http: string; grpc: string };

beforeAll(async () => {
  const settings = { paymentDelayMs: LONG_MS, preparationDelayMs: LONG_MS, deliveryDelayMs: LONG_MS };
  lifecycle = await startLifecycle({ settings });
  addresses = await startApi({ ...lifecycle, databaseUrl: lifecycle.url, commandTimeoutMs: 10_000 });
  writeFileSync(join(dataDir, 'endpoints.json'), JSON.stringify({ http: addresses.http, grpc: addresses.grpc }));
});

afterAll(() => rmSync(dataDir, { recursive: true }));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as a process, finding the server by the data directory. */
function steadfast(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const env = { ...process.env, DATA_DIR: dataDir, STEADFAST_URL: '', STEADFAST_GRPC: '', ...environment };
    const child = execFile(process.execPath, [command, ...args], { env }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

const create = (...args: string[]) =>
  steadfast(['orders', 'create', '--customer', 'cli', '--item', 'prod-001:2', ...args]);

describe('an order', () => {
  it('is created, shown, confirmed and cancelled', async () => {
    const created = await create('--id', 'cli-1', '--item', 'prod-002:1', '--total', '89.48');
    expect(created).toMatchObject({ code: 0, stderr: '' });
    expect(created.stdout).toContain('89.48 USD');
    expect(created.stdout).toContain('PENDING');
    expect((await steadfast(['orders', 'confirm', 'cli-1'])).stdout).toContain('PROCESSING');
    expect((await steadfast(['orders', 'cancel', 'cli-1', '--reason', 'enough'])).code).toBe(0);
    await lifecycle.reached('cli-1', 'CANCELLED');
    const shown = await steadfast(['orders', 'get', 'cli-1']);
    for (const words of ['CANCELLED_ON_REQUEST', 'enough', 'PAYMENT_REFUNDED', 'prod-002'])
      expect(shown.stdout).toContain(words);
    expect((await steadfast(['orders', 'get', 'cli-1', '--at', '1'])).stdout).toContain('PENDING');
    expect((await steadfast(['orders', 'history', 'cli-1'])).stdout).toContain('PaymentRefunded');
  });

  it('is told as JSON for programs, without colours', async () => {
    const { stdout } = await create('--id', 'cli-json', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ order_id: 'cli-json', order: { status: 'PENDING' } });
    const read = await steadfast(['--json', 'orders', 'get', 'cli-json']);
    expect((JSON.parse(read.stdout) as GetOrderResponse).order?.id).toBe('cli-json');
    expect((await steadfast(['orders', 'get', 'cli-json'])).stdout).not.toContain('\u001b');
  });

  it('is created once for an idempotency key', async () => {
    const first = await create('--idempotency-key', 'k-1', '--json');
    expect(await create('--idempotency-key', 'k-1', '--json')).toEqual(first);
  });

  it('is watched until it is settled', async () => {
    await create('--id', 'cli-watch');
    const watching = steadfast(['orders', 'watch', 'cli-watch', '--json']);
    for (let step = 1; step <= 3; step += 1) await lifecycle.commands.confirm('cli-watch');
    const { code, stdout } = await watching;
    const statuses = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { status: string }).status);
    expect(code).toBe(0);
    expect(statuses.at(-1)).toBe('DELIVERED');
  });

  it('that waits for approval is denied', async () => {
    await steadfast(['orders', 'create', '--customer', 'cli', '--item', 'prod-005:5', '--id', 'cli-big']);
    expect((await steadfast(['orders', 'deny', 'cli-big', '--reason', 'fraud'])).code).toBe(0);
    expect(await lifecycle.reached('cli-big', 'CANCELLED')).toMatchObject({ failureReason: 'APPROVAL_DENIED' });
  });

  it('is moved to a status by hand, and refused where that is forbidden', async () => {
    await create('--id', 'cli-status');
    const refused = await steadfast(['orders', 'status', 'cli-status', 'completed']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('PROCESSING or CANCELLED');
    expect((await steadfast(['orders', 'status', 'cli-status', 'paid'])).stdout).toContain('PROCESSING');
  });
});

it('orders are listed up to a limit and by filters', async () => {
  for (const id of ['l-1', 'l-2', 'l-3'])
    await steadfast(['orders', 'create', '--customer', 'lister', '--item', 'prod-001:1', '--id', id]);
  const listed = async (...args: string[]) => {
    const { stdout } = await steadfast(['orders', 'list', '--customer', 'lister', '--json', ...args]);
    return (JSON.parse(stdout) as ListOrdersResponse).orders.map(({ id }) => id);
  };
  expect(await listed()).toEqual(['l-3', 'l-2', 'l-1']);
  expect(await listed('--limit', '2')).toEqual(['l-3', 'l-2']);
  expect(await listed('--status', 'delivered')).toEqual([]);
  expect((await steadfast(['orders', 'list', '--status', 'delivered', '--customer', 'lister'])).stdout).toBe('none\n');
});

it('stock is listed, set and adjusted', async () => {
  expect((await steadfast(['products', 'list'])).stdout).toContain('Enamel mug');
  const set = await steadfast(['products', 'stock', 'prod-003', '--set', '10', '--json']);
  expect(JSON.parse(set.stdout)).toMatchObject({ available: 10 });
  const adjusted = await steadfast(['products', 'stock', 'prod-003', '--adjust', '-4', '--json']);
  expect(JSON.parse(adjusted.stdout)).toMatchObject({ available: 6 });
  expect((await steadfast(['products', 'stock', 'prod-003', '--adjust', '-7'])).code).toBe(1);
});

describe('exit codes', () => {
  it('1 for a refusal, which names each broken rule', async () => {
    const { code, stderr } = await steadfast(['orders', 'create', '--customer', ' ', '--item', 'nothing:1.5']);
    expect(code).toBe(1);
    for (const field of ['customer_id', 'items[0].quantity', 'items[0].product_id']) expect(stderr).toContain(field);
    const problem = await steadfast(['orders', 'get', 'nobody', '--json']);
    expect(problem.code).toBe(1);
    expect(JSON.parse(problem.stderr)).toMatchObject({ code: 'NOT_FOUND' });
    expect((await steadfast(['orders', 'watch', 'nobody'])).code).toBe(1);
  });

  it.each([
    [['orders', 'frob']],
    [['orders', 'create', '--customer', 'c']],
    [['orders', 'create', '--customer', 'c', '--item', 'prod-001']],
    [['orders', 'create', '--customer', 'c', '--item', 'prod-001:two']],
    [['orders', 'list', '--limit', '0']],
    [['orders', 'get', 'x', '--server', 'nowhere']],
    [['products', 'stock', 'prod-001']],
    [['products', 'stock', 'prod-001', '--set', '1.5']],
  ])('2 for %j, which is not understood', async (args) => {
    expect((await steadfast(args)).code).toBe(2);
  });

  it('3 where no server answers, named by option or environment', async () => {
    const nowhere = 'http://127.0.0.1:9';
    const named = await steadfast(['orders', 'get', 'x', '--server', nowhere]);
    expect(named).toMatchObject({ code: 3, stdout: '' });
    expect(named.stderr).toContain(nowhere);
    expect((await steadfast(['orders', 'get', 'x'], { STEADFAST_URL: nowhere })).code).toBe(3);
    expect((await steadfast(['orders', 'watch', 'x', '--grpc', '127.0.0.1:9'])).code).toBe(3);
  });

  it('0 for help, which documents them', async () => {
    const { code, stdout } = await steadfast(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('the server cannot be reached');
  });
});
