import { Connection, Client } from '@temporalio/client';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findTemporalCli } from '../../embedded/temporal-cli.ts';
import { processIdentity } from '../../embedded/process-identity.ts';
import { startTemporal, type TemporalOptions } from '../../embedded/temporal.ts';
import { temporaryFolder } from './temporary-folder.ts';

async function start(options: Omit<TemporalOptions, 'cli'> = {}) {
  const cli = await findTemporalCli({ path: process.env.TEMPORAL_CLI_PATH, environment: process.env });
  const server = await startTemporal({ cli, ...options });
  onTestFinished(() => server.kill());
  return server;
}

async function withClient<Result>(address: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const connection = await Connection.connect({ address });
  try {
    return await work(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

describe('the embedded Temporal server', { timeout: 60_000 }, () => {
  it('in memory is ready with the search attributes of orders, and leaves no process when it stops', async () => {
    const server = await start();
    const count = await withClient(server.address, (client) => client.workflow.count('OrderStatus = "PENDING"'));
    expect(count.count).toBe(0);
    expect((await fetch(server.uiUrl)).status).toBe(200);
    await server.stop();
    expect(processIdentity(server.pid)).toBeUndefined();
  });

  it('keeps workflows in its file when it is killed', async () => {
    const dataDir = temporaryFolder();
    const first = await start({ dataDir });
    await withClient(first.address, (client) =>
      client.workflow.start('CreateOrder', { workflowId: 'order-1', taskQueue: 'orders' }),
    );
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    expect(existsSync(join(dataDir, 'temporal.db'))).toBe(true);
    const second = await start({ dataDir });
    const found = await withClient(second.address, (client) => client.workflow.getHandle('order-1').describe());
    expect(found.status.name).toBe('RUNNING');
    await second.stop();
  });

  it('keeps only those indexes of its list of workflows that are asked for, and is filtered by the rest as well', async () => {
    const dataDir = temporaryFolder();
    const server = await start({ dataDir });
    using database = new DatabaseSync(join(dataDir, 'temporal.db'), { readOnly: true });
    const ofList = "type = 'index' and tbl_name = 'executions_visibility' and sql is not null";
    const names = database.prepare(`select name from sqlite_master where ${ofList}`).all();
    expect(names.map(({ name }) => name)).toHaveLength(7);
    await withClient(server.address, async ({ workflow }) => {
      const attributes = { OrderStatus: ['PENDING'], CustomerId: ['customer-1'] };
      const order = { taskQueue: 'orders', searchAttributes: attributes };
      await workflow.start('CreateOrder', { workflowId: 'order-1', ...order });
      const count = async (query: string) => (await workflow.count(query)).count;
      for (const query of ['OrderStatus = "PENDING"', 'CustomerId = "customer-1"', 'TaskQueue = "orders"'])
        await expect.poll(() => count(query), { timeout: 10_000 }).toBe(1);
      expect(await count('HistoryLength > 100')).toBe(0);
    });
    await server.stop();
  });

  it('that an earlier run left behind on the same data is stopped first', async () => {
    const dataDir = temporaryFolder();
    const left = await start({ dataDir });
    const second = await start({ dataDir });
    expect(processIdentity(left.pid)).toBeUndefined();
    await second.stop();
  });
});
