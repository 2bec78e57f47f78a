/** A worker process for a workflow to compare with, with the options of the real one. */
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { type Database, openDatabase } from '../../db/client.ts';
import { runProcess } from '../../process.ts';
import { requireDatabaseUrl } from '../../settings/database.ts';
import { temporalAddress } from '../../settings/temporal.ts';
import { workerOptions } from '../../worker-options.ts';
import { shortenWorkflowStackTraces } from '../../worker-stack-traces.ts';

/** Runs a worker of `workflows/<name>.ts` on the task queue `bench-<name>` until it is stopped. */
export async function runComparisonWorker(name: string, createActivities: (db: Database) => object): Promise<void> {
  await runProcess(`${name}-worker`, async ({ config }) => {
    const logger = new DefaultLogger('WARN');
    Runtime.install({ shutdownSignals: [], logger });
    shortenWorkflowStackTraces();
    const db = openDatabase(requireDatabaseUrl(config), { size: config.DATABASE_POOL_SIZE });
    const connection = await NativeConnection.connect({ address: temporalAddress(config) });
    const worker = await Worker.create({
      ...workerOptions,
      connection,
      taskQueue: `bench-${name}`,
      maxCachedWorkflows: config.WORKER_MAX_CACHED_WORKFLOWS,
      workflowBundle: await bundleWorkflowCode({
        workflowsPath: join(import.meta.dirname, 'workflows', `${name}.ts`),
        logger,
      }),
      activities: createActivities(db),
    });
    const running = worker.run();
    return {
      close: async () => {
        worker.shutdown();
        await running;
        await connection.close();
        await db.end({ timeout: 5 });
      },
    };
  });
}
