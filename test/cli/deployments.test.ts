import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { introduceBuild, listBuilds } from '../../events/worker-deployments.ts';
import { pinnedTo } from '../../worker-options.ts';
import { loadWorkflowBundle } from '../../workflow-bundle.ts';
import { installRuntime } from '../support/lifecycle.ts';
import { until } from '../support/until.ts';

const taskQueue = `deployments-${randomUUID()}`;

/** Runs the command against Temporal; answers what it prints and its exit code. */
async function steadfast(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, TEMPORAL_ADDRESS: inject('temporalAddress'), TEMPORAL_TASK_QUEUE: taskQueue };
  const run = promisify(execFile)(process.execPath, ['cli/steadfast.ts', ...args], { env });
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );
}

beforeAll(async () => {
  installRuntime();
  const connection = await NativeConnection.connect({ address: inject('temporalAddress') });
  const workflowBundle = await loadWorkflowBundle(inject('bundleCache'));
  const temporal = new Client({ connection });
  const workers = await Promise.all(
    ['1.0.0', '2.0.0'].map((buildId) =>
      Worker.create({ connection, taskQueue, workflowBundle, ...pinnedTo({ taskQueue, buildId }) }),
    ),
  );
  const running = workers.map((worker) => worker.run());
  afterAll(async () => {
    for (const worker of workers) worker.shutdown();
    await Promise.all(running);
    await connection.close();
  });
  const deployment = { temporal, taskQueue };
  await until('both are known', async () => (await listBuilds(deployment)).length === 2);
  await introduceBuild(deployment, { buildId: '1.0.0', signal: AbortSignal.timeout(60_000) });
});

describe('steadfast deployments', () => {
  it('lists builds, promotes one and ramps one up', async () => {
    const { stdout } = await steadfast('deployments', 'list');
    expect(stdout).toMatch(/1\.0\.0 +│ CURRENT +│ 0/);
    expect(stdout).toMatch(/2\.0\.0 +│ INACTIVE +│ 0/);
    expect((await steadfast('deployments', 'ramp', '2.0.0', '25')).stdout).toBe('25 % of new orders go to 2.0.0.\n');
    expect((await steadfast('deployments', 'list')).stdout).toMatch(/2\.0\.0 +│ RAMPING 25 %/);
    expect((await steadfast('deployments', 'promote', '2.0.0')).stdout).toBe('New orders go to 2.0.0.\n');
    const listed = await steadfast('--json', 'deployments', 'list');
    expect(JSON.parse(listed.stdout)).toMatchObject({ builds: [{ buildId: '2.0.0', status: 'CURRENT' }, {}] });
    expect((await steadfast('deployments', 'move', '1.0.0', '2.0.0')).stdout).toBe('0 orders go on with 2.0.0.\n');
  });

  it('says what it did not understand, what Temporal refuses, and that Temporal is away', async () => {
    expect(await steadfast('deployments', 'promote')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--unversioned') as string,
    });
    expect(await steadfast('deployments', 'ramp', '2.0.0', '101')).toMatchObject({ code: 2 });
    expect(await steadfast('deployments', 'move', "1' or '1", '2.0.0')).toMatchObject({ code: 2 });
    const refused = await steadfast('deployments', 'promote', '3.0.0');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('Temporal refuses it') as string });
    const away = await steadfast('deployments', 'list', '--temporal', '127.0.0.1:9');
    expect(away).toMatchObject({ code: 3, stderr: expect.stringContaining('does not answer') as string });
  });
});
