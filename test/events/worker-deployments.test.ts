/** Builds of the worker side by side: who carries which orders, and what is left where a build is gone. */
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker, type WorkflowBundle } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createActivities } from '../../activities/activities.ts';
import { createCarrierSimulator } from '../../activities/carrier-simulator.ts';
import { createPaymentSimulator } from '../../activities/payment-simulator.ts';
import { createAcceptOrder } from '../../api/accept-order.ts';
import { createOrderCommands } from '../../api/order-commands.ts';
import { createReadiness } from '../../api/readiness.ts';
import type { Database } from '../../db/client.ts';
import { createNotifier } from '../../db/notify.ts';
import { findOrder } from '../../db/order-reads.ts';
import { workflowId } from '../../domain/lifecycle.ts';
import { introduceBuild, listBuilds, moveOrders, promoteBuild, rampBuild } from '../../events/worker-deployments.ts';
import { inputOfOrder, startWorkflow } from '../../events/workflow-start.ts';
import { pinnedTo } from '../../worker-options.ts';
import { loadWorkflowBundle } from '../../workflow-bundle.ts';
import { createTestDatabase } from '../support/database.ts';
import { installRuntime, LONG_MS } from '../support/lifecycle.ts';
import { until } from '../support/until.ts';
import { bundleWith } from '../workflows/edited-workflow.ts';

const taskQueue = `builds-${randomUUID()}`;
const settings = {
  paymentDelayMs: LONG_MS,
  preparationDelayMs: LONG_MS,
  deliveryDelayMs: 50,
  approvalLimit: 10_000,
  approvalTimeoutMs: LONG_MS,
};
const running = new Map<string, () => Promise<void>>();

let db: Database;
let temporal: Client;
let deployment: { temporal: Client; taskQueue: string };

beforeAll(async () => {
  installRuntime();
  ({ db } = await createTestDatabase());
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  temporal = new Client({ connection });
  deployment = { temporal, taskQueue };
  afterAll(async () => {
    await Promise.all([...running.values()].map((stop) => stop()));
    await connection.close();
  });
});

/** Starts a worker of a build, as the worker process does. */
async function startBuild(buildId: string, workflowBundle: WorkflowBundle): Promise<void> {
  const connection = await NativeConnection.connect({ address: inject('temporalAddress') });
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle,
    ...pinnedTo({ taskQueue, buildId }),
    activities: createActivities({
      db,
      notifier: createNotifier(db),
      paymentProvider: createPaymentSimulator(db, { successRate: 1, throwRate: 0 }),
      carrier: createCarrierSimulator(db),
      attempts: { payment: 4, carrier: 3 },
    }),
  });
  const working = worker.run();
  running.set(buildId, async () => {
    worker.shutdown();
    await working;
    await connection.close();
  });
}

async function stopBuild(buildId: string): Promise<void> {
  await running.get(buildId)!();
  running.delete(buildId);
}

/** Accepts an order, and starts its workflow as the relay does. */
async function order(): Promise<string> {
  const accept = createAcceptOrder({ db, notifier: createNotifier(db) });
  const { order: accepted } = await accept({
    customerId: 'customer-1',
    items: [{ productId: 'prod-001', quantity: 1 }],
  });
  await startWorkflow(inputOfOrder(accepted, settings), { temporal, taskQueue, signal: AbortSignal.timeout(10_000) });
  return accepted.id;
}

const statusOf = async (id: string) => (await findOrder(db, id))?.status;
const introduce = (buildId: string) => introduceBuild(deployment, { buildId, signal: AbortSignal.timeout(60_000) });
const commands = (timeoutMs = 60_000) => createOrderCommands({ db, temporal, taskQueue, settings, timeoutMs });
const finish = async (id: string) => {
  await commands().updateStatus(id, 'PROCESSING');
  await commands().updateStatus(id, 'SHIPPED');
  await temporal.workflow.getHandle(workflowId(id)).result();
  expect(await statusOf(id)).toBe('DELIVERED');
};
const build = async (buildId: string) => (await listBuilds(deployment)).find((one) => one.buildId === buildId);
const reserved = (id: string) =>
  until('its stock is reserved', async () => ((await findOrder(db, id))?.version ?? 0) > 1);

it('an order stays with the build that began it, whatever the next one does; a build that is gone leaves its orders to be moved', async () => {
  const today = await loadWorkflowBundle(inject('bundleCache'));
  const tomorrow = await bundleWith([
    [
      'workflows/stages.ts',
      "enterStage(state, 'charging');",
      "enterStage(state, 'charging');\n  await condition(() => false, 10);",
    ],
  ]);
  expect(await listBuilds(deployment)).toEqual([]);

  // The first build is there before anybody was told which one is the current.
  await startBuild('build-1', today);
  expect(await introduce('build-1')).toBe('current');
  expect(await introduce('build-1')).toBe('current');
  const [old, forsaken] = [await order(), await order()];
  await Promise.all([old, forsaken].map(reserved));
  await until('its orders are counted', async () => (await build('build-1'))?.openOrders === 2);

  // A new build whose code could not go on with them.
  await startBuild('build-2', tomorrow);
  expect(await introduce('build-2')).toBe('current');
  expect(await introduce('build-1')).toBe('replaced');
  const fresh = await order();
  await finish(old);
  await finish(fresh);
  const { workflowExecutionInfo } = (await temporal.workflow.getHandle(workflowId(fresh)).describe()).raw;
  expect(workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId).toBe('build-2');
  await until('one is left', async () => (await build('build-1'))?.openOrders === 1);
  expect((await listBuilds(deployment)).map(({ buildId, status }) => [buildId, status])).toEqual([
    ['build-2', 'CURRENT'],
    ['build-1', 'DRAINING'],
  ]);
  expect(await build('build-2')).toMatchObject({ workers: 1 });
  const readiness = await createReadiness({ db, temporal, taskQueue })();
  expect(readiness.dependencies.workers).toEqual({ status: 'up' });

  // Nobody runs the old build any more: its order stands still, until somebody gives it to one that can go on with it.
  await stopBuild('build-1');
  await expect(commands(1500).updateStatus(forsaken, 'PROCESSING')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await startBuild('build-3', today);
  await until('it is known', () => build('build-3'));
  expect(await moveOrders(deployment, { from: 'build-1', to: 'build-3' })).toBe(1);
  await finish(forsaken);
  expect(await moveOrders(deployment, { from: 'build-1', to: 'build-3' })).toBe(0);

  // A share of new orders, then all, then back to workers that say no build.
  await rampBuild(deployment, 'build-3', 20);
  expect(await build('build-3')).toMatchObject({ status: 'RAMPING', rampPercent: 20 });
  await rampBuild(deployment, 'build-3', 0);
  await promoteBuild(deployment, 'build-3');
  expect(await build('build-3')).toMatchObject({ status: 'CURRENT', rampPercent: 0 });
  await promoteBuild(deployment);
  expect((await listBuilds(deployment)).map(({ status }) => status)).not.toContain('CURRENT');
});
