import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { AT_ONCE, check, makeScene, repaired } from './scene.ts';

const { db } = await createTestDatabase();
const connection = Connection.lazy({ address: inject('temporalAddress') });
afterAll(() => connection.close());
const namespace = `doctor-${randomUUID()}`;
const scene = makeScene({
  db,
  temporal: new Client({ connection, namespace }),
  taskQueue: 'nobody',
  settings: AT_ONCE,
});

beforeAll(async () => {
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 3600 as never },
  });
  await until('the namespace is known', () =>
    connection.workflowService.describeTaskQueue({ namespace, taskQueue: { name: 'any' } }),
  );
});

it('search attributes that the namespace does not know are registered', async () => {
  const [finding] = await repaired('search-attributes', scene);
  expect(finding?.found).toContain('does not know OrderStatus and CustomerId');
});

it('a retention of less than a day is told with the command that mends it', async () => {
  const { findings } = await check('retention', scene);
  expect(findings).toMatchObject([{ found: expect.stringContaining('for 1 h') as string, isRepairable: false }]);
  expect(findings[0]?.remedy).toContain(`--retention 24h ${namespace}`);
});

it('a task queue that no worker asks is told, for workflows and for activities', async () => {
  const { findings } = await check('workers', scene);
  expect(findings.map(({ found }) => found)).toEqual([
    'No worker asks for workflow tasks on the task queue "nobody".',
    'No worker asks for activity tasks on the task queue "nobody".',
  ]);
});

it('clocks that differ are told: here that of this machine, from the other two', async () => {
  const { findings } = await check('clocks', { ...scene, now: () => Date.now() + 3_600_000 });
  expect(findings.map(({ found }) => found)).toEqual([
    expect.stringMatching(/^The clock of PostgreSQL is 3\d{3}\.\d s behind that of this machine\.$/),
    expect.stringMatching(/^The clock of Temporal is 3\d{3}\.\d s behind that of this machine\.$/),
  ]);
});
