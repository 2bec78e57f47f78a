/** The server process: REST and gRPC. Any number of them may run. */
import { awaitKeysInUse, findKeysInUse } from './api/auth/keys-in-use.ts';
import { startServer } from './api/server.ts';
import {
  authenticationSettings,
  isOffUnasked,
  keysButNoAuthentication,
  sessionSettings,
  trackingSecrets,
} from './settings/access.ts';
import { requireDatabaseUrl } from './settings/database.ts';
import { kafkaSecurity } from './settings/kafka.ts';
import { alertLimits, lifecycleSettings } from './settings/lifecycle.ts';
import { limitSettings, webhooksMayBePrivate } from './settings/limits.ts';
import { temporalAccess, temporalAddress } from './settings/temporal.ts';
import { tlsFiles } from './settings/tls.ts';
import { runProcess } from './process.ts';

await runProcess('server', async ({ config, logger }) => {
  const tracking = trackingSecrets(config);
  if (!tracking) logger.warn('TRACKING_SECRET is not set: orders have no tracking links');
  const authentication = authenticationSettings(config);
  if (!authentication)
    logger.warn('AUTH is off: everybody on this machine may do everything, and nobody else is let in');
  const sessions = sessionSettings(config);
  if (authentication && sessions.secret === undefined)
    logger.warn(
      'SESSION_SECRET is not set: sessions of the dashboard end with this server, and no other one knows them',
    );
  const databaseUrl = requireDatabaseUrl(config);
  const mayNotBeOff = isOffUnasked(config);
  // Where the database does not answer yet, it is asked again while the server is up.
  const areKeysInUse = mayNotBeOff ? await findKeysInUse(databaseUrl).catch(() => undefined) : false;
  if (areKeysInUse) throw keysButNoAuthentication();
  const stopping = new AbortController();
  const { http, grpc, exposeMetrics, close } = await startServer({
    databaseUrl,
    databasePoolSize: config.DATABASE_POOL_SIZE,
    temporalAddress: temporalAddress(config),
    temporalNamespace: config.TEMPORAL_NAMESPACE,
    temporalAccess: temporalAccess(config),
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    settings: lifecycleSettings(config),
    alertLimits: alertLimits(config),
    commandTimeoutMs: config.COMMAND_TIMEOUT,
    shutdownDelayMs: config.SHUTDOWN_DELAY,
    shutdownGraceMs: config.SHUTDOWN_GRACE,
    kafkaBrokers: config.KAFKA_BROKERS,
    kafkaSecurity: kafkaSecurity(config),
    kafkaInbound: { group: config.KAFKA_GROUP, orderRequests: config.KAFKA_ORDER_REQUESTS },
    testEndpoints: config.ENABLE_TEST_ENDPOINTS,
    redisUrl: config.REDIS_URL,
    authentication,
    sessions,
    tls: tlsFiles(config),
    http: { host: config.HTTP_HOST, port: config.HTTP_PORT },
    grpc: { host: config.GRPC_HOST, port: config.GRPC_PORT },
    webhooks: { allowPrivate: webhooksMayBePrivate(config), timeoutMs: config.WEBHOOK_TIMEOUT },
    tracking,
    publicUrl: config.PUBLIC_URL,
    temporalUiUrl: config.TEMPORAL_UI_URL,
    traceUrl: config.TRACE_URL,
    paymentRates: { successRate: config.PAYMENT_SUCCESS_RATE, throwRate: config.PAYMENT_THROW_RATE },
    attempts: { payment: config.PAYMENT_MAX_ATTEMPTS, carrier: config.CARRIER_MAX_ATTEMPTS },
    limits: limitSettings(config),
    trustedProxies: config.TRUSTED_PROXIES,
    corsOrigins: config.CORS_ORIGINS,
    reflection: config.NODE_ENV !== 'production',
    logger,
  });
  const askAgain = async () => {
    if (await awaitKeysInUse(databaseUrl, stopping.signal)) throw keysButNoAuthentication();
  };
  return {
    ready: { http, grpc },
    exposeMetrics,
    unusable: areKeysInUse === undefined ? askAgain() : undefined,
    close: (hurry) => {
      stopping.abort();
      return close(hurry);
    },
  };
});
