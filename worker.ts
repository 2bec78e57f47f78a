/** The worker process: runs workflows and activities. Any number of them may run. */
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { DefaultLogger, GracefulShutdownPeriodExpiredError, Runtime, Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createActivities } from './activities/activities.ts';
import { createCarrierSimulator } from './activities/carrier-simulator.ts';
import { observeCarrier, observePaymentProvider } from './activities/observed-providers.ts';
import { createPaymentSimulator } from './activities/payment-simulator.ts';
import { requireDatabaseUrl } from './settings/database.ts';
import { temporalAccess, temporalAddress } from './settings/temporal.ts';
import { openDatabase } from './db/client.ts';
import { createNotifier } from './db/notify.ts';
import { tellLogAhead } from './events/log-ahead.ts';
import { createPayloadCodec } from './events/payload-codec.ts';
import { introduceBuild } from './events/worker-deployments.ts';
import { runProcess } from './process.ts';
import { sdkFields } from './telemetry/log-fields.ts';
import { createExposition } from './telemetry/metrics.ts';
import { prepareSdkMetrics } from './telemetry/temporal-sdk-metrics.ts';
import { connectWorker } from './worker-connection.ts';
import { pinnedTo, stopsWithin, workerOptions } from './worker-options.ts';
import { shortenWorkflowStackTraces } from './worker-stack-traces.ts';
import { defaultBuildId, loadWorkflowBundle } from './workflow-bundle.ts';

await runProcess('worker', async ({ config, logger, tracing }) => {
  const sdkMetrics = config.METRICS_PORT === undefined ? undefined : await prepareSdkMetrics();
  Runtime.install({
    // What the native part logs goes the way of all lines, too: as JSON, and without secrets.
    telemetryOptions: {
      ...sdkMetrics?.telemetryOptions,
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
    },
    // The process decides when it stops; the SDK's own signal handlers would stop it twice.
    shutdownSignals: [],
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      logger[level === 'WARN' ? 'warn' : 'error'](sdkFields(meta), message);
    }),
  });
  shortenWorkflowStackTraces();
  const db = openDatabase(requireDatabaseUrl(config), {
    size: config.DATABASE_POOL_SIZE,
    applicationName: 'steadfast-worker',
  });
  void tellLogAhead(db, logger);
  const access = temporalAccess(config);
  const [workflowBundle, { connection, serve, close: disconnect }] = await Promise.all([
    loadWorkflowBundle(join(config.DATA_DIR, 'cache'), tracing !== undefined),
    connectWorker({ address: temporalAddress(config), access, logger }),
  ]);
  const activities = createActivities({
    db,
    notifier: createNotifier(db),
    paymentProvider: observePaymentProvider(
      createPaymentSimulator(db, {
        successRate: config.PAYMENT_SUCCESS_RATE,
        throwRate: config.PAYMENT_THROW_RATE,
        isSteerable: config.ENABLE_TEST_ENDPOINTS,
      }),
    ),
    carrier: observeCarrier(createCarrierSimulator(db)),
    attempts: { payment: config.PAYMENT_MAX_ATTEMPTS, carrier: config.CARRIER_MAX_ATTEMPTS },
  });
  const { TEMPORAL_NAMESPACE: namespace, TEMPORAL_TASK_QUEUE: taskQueue } = config;
  const isVersioned = config.WORKER_VERSIONING !== 'off';
  const buildId = config.WORKER_BUILD_ID ?? defaultBuildId();
  const worker = await Worker.create({
    ...workerOptions,
    ...stopsWithin(config.SHUTDOWN_GRACE),
    connection,
    namespace,
    taskQueue,
    maxCachedWorkflows: config.WORKER_MAX_CACHED_WORKFLOWS,
    workflowBundle,
    activities,
    dataConverter: { payloadCodecs: [createPayloadCodec(access.payloadKeys ?? [])] },
    ...(isVersioned && pinnedTo({ taskQueue, buildId })),
    ...(tracing && (await import('./telemetry/temporal-worker.ts')).tracedWorkerOptions(tracing)),
  });
  serve(worker);
  const running = worker.run().catch((error: unknown) => {
    if (!(error instanceof GracefulShutdownPeriodExpiredError)) throw error;
    logger.warn('some activities took too long to be waited for; another worker repeats them');
  });
  running.catch((error: unknown) => {
    logger.fatal({ err: error }, 'the worker failed');
    process.exit(1);
  });
  const stopping = new AbortController();
  const introducing =
    config.WORKER_VERSIONING === 'on'
      ? introduce({
          temporal: new Client({ connection, namespace }),
          taskQueue,
          buildId,
          signal: stopping.signal,
          logger,
        })
      : undefined;
  return {
    exposeMetrics: createExposition(...(sdkMetrics ? [sdkMetrics.expose] : [])),
    close: async () => {
      stopping.abort();
      worker.shutdown();
      await Promise.all([running, introducing]);
      await disconnect();
      await db.end({ timeout: 5 });
    },
  };
});

/** New orders go to this build from now on, unless it was replaced before. */
async function introduce(of: {
  temporal: Client;
  taskQueue: string;
  buildId: string;
  signal: AbortSignal;
  logger: Logger;
}): Promise<void> {
  const { logger, buildId } = of;
  const state = await introduceBuild(of, of).catch((error: unknown) => {
    logger.error({ err: error, buildId }, 'this build could not be made the current one; see steadfast deployments');
  });
  if (state === 'current') logger.info({ buildId }, 'new orders go to this build');
  if (state === 'replaced')
    logger.info({ buildId }, 'this build finishes the orders that it began; another one is current');
}
