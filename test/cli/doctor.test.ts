import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { ProviderUnavailable } from '../../activities/ports.ts';
import { workflowId } from '../../domain/lifecycle.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';
import { LONG_MS, startLifecycle } from '../support/lifecycle.ts';
import { until } from '../support/until.ts';

const command = join(import.meta.dirname, '../../cli/steadfast.ts');
const system = await startLifecycle({ settings: { paymentDelayMs: LONG_MS } });
const { db, url, taskQueue } = system;
let id: string;

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the doctor as a process, on the database and the task queue of this file. */
function doctor(args: string[], settings: Record<string, string> = {}): Promise<Answer> {
  const env = {
    ...process.env,
    DATABASE_URL: url,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_TASK_QUEUE: taskQueue,
    ...settings,
  };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [command, 'doctor', ...args], { env }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

beforeAll(async () => {
  id = await system.order();
  await until('the order waits', async () => (await system.queries.get(id)).payment);
});

it('a healthy system is said to be healthy, with every check, and exits with 0', async () => {
  const { code, stdout, stderr } = await doctor([]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const words of [
    'ok         workflows: open orders',
    'ok         stock:',
    '17 checks, 0 differences, 0 repaired.',
  ])
    expect(stdout).toContain(words);
});

it('why an order waits is told in words and as JSON', async () => {
  const told = await doctor([id]);
  expect(told.code).toBe(0);
  expect(told.stdout).toContain(`Order ${id} is PENDING: waiting for payment; unchanged since `);
  expect(told.stdout).toMatch(/why: {6}It waits until .*Z \(waiting for payment\)\./);
  const json = JSON.parse((await doctor(['--order', id, '--json'])).stdout) as object;
  expect(json).toMatchObject({
    outcome: 'healthy',
    order: { order_id: id, verdict: 'WAITS_FOR_TIMER', workflow: { status: 'RUNNING', timers: [{}] } },
  });
});

it('an activity that fails is told with its error and the time of its next attempt', async () => {
  const closed = await startLifecycle({
    replace: ({ paymentProvider }) => ({
      paymentProvider: {
        ...paymentProvider,
        charge: () => Promise.reject(new ProviderUnavailable('bank is closed')),
      },
      attempts: { payment: 1000, carrier: 3 },
    }),
  });
  const order = await closed.order();
  const places = { DATABASE_URL: closed.url, TEMPORAL_TASK_QUEUE: closed.taskQueue };
  // Between two attempts there is one under way, for a moment.
  const stdout = await until('the next attempt is waited for', async () => {
    const told = await doctor([order], places);
    return told.stdout.includes(' comes at ') && told.stdout;
  });
  expect(stdout).toMatch(/ {2}why: {6}"charge" failed (once|\d+ times): bank is closed\./);
  expect(stdout).toMatch(/ {2}activity: charge, attempt \d+ at \S+Z; the one before: bank is closed\n/);
});

it('an order that is not there, and a check that is not there, are refused', async () => {
  expect(await doctor(['no-such-order'])).toMatchObject({ code: 1, stderr: 'There is no order "no-such-order".\n' });
  const { code, stderr } = await doctor(['--check', 'horoscope']);
  expect(code).toBe(2);
  expect(stderr).toContain('There are: schema, transaction-ids');
});

describe('what is wrong', () => {
  it('exits with 1, is repaired where asked, and then is not found any more', async () => {
    await system.temporal.workflow.getHandle(workflowId(id)).terminate('by mistake');
    await db`update products set available = available - 5, reserved = reserved + 5 where id = 'prod-001'`;
    const found = await doctor([]);
    expect(found.code).toBe(1);
    expect(found.stdout).toContain(`- Order ${id}. Its workflow was terminated at `);
    expect(found.stdout).toContain('- Of prod-001, 7 are reserved; open orders need 2.');
    expect(found.stdout).toContain('With --repair: 5 become available again');
    expect(found.stderr).toBe('17 checks, 2 differences, 0 repaired.\n');

    const alone = await doctor([id]);
    expect(alone.code).toBe(1);
    expect(alone.stdout).toContain('Its workflow ended (TERMINATED at ');

    const repaired = await doctor(['--repair', '--actor', 'ada', '--json']);
    expect(repaired.code).toBe(0);
    expect(JSON.parse(repaired.stdout)).toMatchObject({ outcome: 'healthy' });
    expect(await db`select actor, action from audit_log`).toEqual([{ actor: 'ada', action: 'stock.repair' }]);
    expect((await doctor(['--check', 'stock', 'workflows'])).code).toBe(0);
  });
});

describe('what is away', () => {
  it('is named, the rest is looked at, and it exits with 2', async () => {
    const { code, stdout, stderr } = await doctor([], { TEMPORAL_ADDRESS: '127.0.0.1:9' });
    expect(code).toBe(2);
    expect(stdout).toMatch(/away {7}temporal: /);
    expect(stdout).toContain('not looked workflows:');
    expect(stdout).toContain('ok         stock:');
    expect(stderr).toContain('Could not look at everything: temporal');
    const order = await doctor([id, '--json'], { TEMPORAL_ADDRESS: '127.0.0.1:9' });
    expect(order.code).toBe(2);
    expect(JSON.parse(order.stdout)).toMatchObject({
      outcome: 'incomplete',
      away: [{ source: 'temporal', why: 'it does not answer' }],
      order: { order_id: id, status: 'PENDING', why: expect.stringContaining('Temporal cannot be asked') as string },
    });
  });

  it('is the database where nobody says where it is', async () => {
    const { code, stderr } = await doctor([], { DATABASE_URL: '', DATA_DIR: temporaryFolder() });
    expect(code).toBe(2);
    expect(stderr).toContain('Give --database and --temporal');
  });
});

it('where everything is can be given by options', async () => {
  const places = ['--database', url, '--temporal', inject('temporalAddress')];
  const none = { DATABASE_URL: '', TEMPORAL_ADDRESS: '' };
  expect((await doctor([...places, '--check', 'stock', 'rows'], none)).code).toBe(0);
});
