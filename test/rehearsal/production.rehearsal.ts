/** What is true of the production set-up alone: two of each process, a Temporal that keeps its data, and nobody without a key. */
import { Client, Connection } from '@temporalio/client';
import protobuf from '@temporalio/proto';
import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../domain/lifecycle.ts';
import { startSystem, temporaryFolder } from '../e2e/system.ts';
import { until } from '../support/until.ts';

const ORDERS = 20;
const RETENTION_DAYS = 30;
const { TASK_QUEUE_TYPE_WORKFLOW } = protobuf.temporal.api.enums.v1.TaskQueueType;

it('delivers every order while one of each process is killed, and is as docs/deploy.md describes it', async () => {
  const system = await startSystem(temporaryFolder(), {
    PAYMENT_DELAY: '2s',
    PREPARATION_DELAY: '2s',
    DELIVERY_DELAY: '2s',
  });
  const { http, temporal, database, metrics } = system.endpoints();
  const connection = await Connection.connect({ address: temporal });
  const client = new Client({ connection });
  const sql = postgres(database, { max: 1, onnotice: () => undefined });
  onTestFinished(async () => {
    await connection.close();
    await sql.end();
  });

  const { config } = await connection.workflowService.describeNamespace({ namespace: 'default' });
  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(RETENTION_DAYS * 24 * 3600);
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
  expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining([...SEARCH_ATTRIBUTES]));
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace: 'default',
    taskQueue: { name: 'orders' },
    taskQueueType: TASK_QUEUE_TYPE_WORKFLOW,
  });
  expect(new Set(pollers.map(({ identity }) => identity)).size).toBe(2);

  const ready = (await (await fetch(`${http}/health/ready`)).json()) as object;
  expect(ready).toMatchObject({
    status: 'ready',
    missing: [],
    dependencies: { kafka: { status: 'up' }, redis: { status: 'up' } },
  });
  const stranger = { headers: { authorization: 'Bearer nobody' } };
  expect((await fetch(`${http}/api/orders`, stranger)).status).toBe(401);
  for (const url of Object.values(metrics)) expect((await fetch(url)).status).toBe(200);

  const order = (index: number) =>
    until(`order ${index} is accepted`, async () => {
      const answer = await fetch(`${http}/api/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `rehearsal-${index}` },
        body: JSON.stringify({ customer_id: 'customer-1', items: [{ product_id: 'prod-001', quantity: 1 }] }),
      });
      return answer.ok;
    });
  const place = (from: number, to: number) =>
    Promise.all(Array.from({ length: to - from }, (_, index) => order(from + index)));
  await place(0, ORDERS / 2);
  for (const name of ['server', 'worker', 'relay'] as const) system.kill(name);
  await place(ORDERS / 2, ORDERS);

  await until(
    'all orders are delivered',
    async () => {
      const [row] =
        await sql`select count(*) filter (where status = 'DELIVERED') as delivered, count(*) as all from orders`;
      return Number(row?.delivered) === ORDERS && Number(row?.all) === ORDERS;
    },
    300_000,
  );
  await until('Temporal finds them by their status', async () => {
    const { count } = await client.workflow.count(`OrderStatus = 'DELIVERED'`);
    return count === ORDERS;
  });
  await until('Kafka has all events', async () => {
    const answer = await fetch(`${http}/api/processors/status`);
    const { processors } = (await answer.json()) as { processors: { name: string; lag: number }[] };
    return processors.find(({ name }) => name === 'kafka')?.lag === 0;
  });
});
