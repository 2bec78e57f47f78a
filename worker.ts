/** The worker process: runs workflows and activities. Any number of them may run. */
import { join } from 'node:path';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createActivities } from './activities/activities.ts';
import { createCarrierSimulator } from './activities/carrier-simulator.ts';
import { createPaymentSimulator } from './activities/payment-simulator.ts';
import { requireDatabaseUrl, temporalAddress } from './config.ts';
import { openDatabase } from './db/client.ts';
import { createNotifier } from './db/notify.ts';
import { runProcess } from './process.ts';
import { workerOptions } from './worker-options.ts';
import { loadWorkflowBundle } from './workflow-bundle.ts';

await runProcess('worker', async ({ config, logger }) => {
  Runtime.install({
    // The process decides when it stops; the SDK's own signal handlers would stop it twice.
    shutdownSignals: [],
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      logger[level === 'WARN' ? 'warn' : 'error'](meta ?? {}, message);
    }),
  });
  const db = openDatabase(requireDatabaseUrl(config), {
    size: config.DATABASE_POOL_SIZE,
    applicationName: 'steadfast-worker',
  });
  const [workflowBundle, connection] = await Promise.all([
    loadWorkflowBundle(join(config.DATA_DIR, 'cache')),
    NativeConnection.connect({ address: temporalAddress(config) }),
  ]);
  const activities = createActivities({
    db,
    notifier: createNotifier(db),
    paymentProvider: createPaymentSimulator(db, {
      successRate: config.PAYMENT_SUCCESS_RATE,
      throwRate: config.PAYMENT_THROW_RATE,
      isSteerable: config.ENABLE_TEST_ENDPOINTS,
    }),
    carrier: createCarrierSimulator(db),
    attempts: { payment: config.PAYMENT_MAX_ATTEMPTS, carrier: config.CARRIER_MAX_ATTEMPTS },
  });
  const worker = await Worker.create({
    ...workerOptions,
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    maxCachedWorkflows: config.WORKER_MAX_CACHED_WORKFLOWS,
    workflowBundle,
    activities,
  });
  const running = worker.run();
  running.catch((error: unknown) => {
    logger.fatal({ err: error }, 'the worker failed');
    process.exit(1);
  });
  return {
    close: async () => {
      worker.shutdown();
      await running;
      await connection.close();
      await db.end({ timeout: 5 });
    },
  };
});
