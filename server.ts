/** The server process: REST and gRPC. Any number of them may run. */
import { startServer } from './api/server.ts';
import { alertLimits, lifecycleSettings, requireDatabaseUrl, temporalAddress, webhooksMayBePrivate } from './config.ts';
import { runProcess } from './process.ts';

await runProcess('server', async ({ config, logger }) => {
  const { http, grpc, close } = await startServer({
    databaseUrl: requireDatabaseUrl(config),
    databasePoolSize: config.DATABASE_POOL_SIZE,
    temporalAddress: temporalAddress(config),
    temporalNamespace: config.TEMPORAL_NAMESPACE,
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    settings: lifecycleSettings(config),
    alertLimits: alertLimits(config),
    commandTimeoutMs: config.COMMAND_TIMEOUT,
    shutdownGraceMs: config.SHUTDOWN_GRACE,
    kafkaBrokers: config.KAFKA_BROKERS,
    testEndpoints: config.ENABLE_TEST_ENDPOINTS,
    redisUrl: config.REDIS_URL,
    http: { host: config.HTTP_HOST, port: config.HTTP_PORT },
    grpc: { host: config.GRPC_HOST, port: config.GRPC_PORT },
    webhooks: { allowPrivate: webhooksMayBePrivate(config), timeoutMs: config.WEBHOOK_TIMEOUT },
    reflection: config.NODE_ENV !== 'production',
    logger,
  });
  return { ready: { http, grpc }, close };
});
