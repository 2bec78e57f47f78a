/** The relay process: follows the order log. Any number may run; each consumer is led by one of them. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { consumeInboundTopics } from './api/inbound-consumers.ts';
import type { Config } from './config.ts';
import { trackingSecrets } from './settings/access.ts';
import { requireDatabaseUrl } from './settings/database.ts';
import { kafkaSecurity } from './settings/kafka.ts';
import { alertLimits, lifecycleSettings } from './settings/lifecycle.ts';
import { webhooksMayBePrivate } from './settings/limits.ts';
import { temporalAccess, temporalAddress } from './settings/temporal.ts';
import { openDatabase } from './db/client.ts';
import { createNotifier } from './db/notify.ts';
import { findTraceparent } from './db/order-trace.ts';
import { raiseAlertsWhileOpen } from './events/alert-raiser.ts';
import { connectCache } from './events/cache-connection.ts';
import { createCacheEntries } from './events/cache-entries.ts';
import { createCacheInvalidation } from './events/cache-invalidation.ts';
import { type Consumer, follow, type Projection } from './events/consumer.ts';
import { archiveResolved } from './events/dead-letter-archiver.ts';
import { createEventProducer } from './events/kafka/producer.ts';
import { createKafkaPublisher } from './events/kafka/publisher.ts';
import { ensureTopics } from './events/kafka/topics.ts';
import { tellLogAhead } from './events/log-ahead.ts';
import { projections } from './events/projections.ts';
import { openTemporal } from './events/temporal-connection.ts';
import { createTrackingLinks, type TrackingLinks } from './events/tracking-links.ts';
import { listenToLog } from './events/wake.ts';
import { runWebhooks } from './events/webhooks/webhooks.ts';
import { reviveWorkflows } from './events/workflow-reviver.ts';
import { createWorkflowStarter } from './events/workflow-starter.ts';
import { runProcess } from './process.ts';
import { clientInterceptors } from './telemetry/temporal-client.ts';

/** Each follower holds up to two connections, beside those who look at a beat. */
const DATABASE_POOL = 16;
const SLOW_BEAT_MS = 500;
const ARCHIVE_BEAT_MS = 60_000;
const CACHE_PATIENCE_MS = 1000;

await runProcess('relay', async ({ config, logger }) => {
  const db = openDatabase(requireDatabaseUrl(config), { size: DATABASE_POOL, applicationName: 'steadfast-relay' });
  const { temporal, close: closeTemporal } = openTemporal({
    address: temporalAddress(config),
    namespace: config.TEMPORAL_NAMESPACE,
    access: temporalAccess(config),
    interceptors: await clientInterceptors((orderId) => findTraceparent(db, orderId)),
    logger,
  });
  const wakes = listenToLog(db, (error) => {
    logger.warn({ err: error }, 'not listening to the log yet');
  });
  void tellLogAhead(db, logger);
  const stopping = new AbortController();
  const holder = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const work = { db, holder, logger, signal: stopping.signal };
  const start = { temporal, taskQueue: config.TEMPORAL_TASK_QUEUE, settings: lifecycleSettings(config) };
  const batchSize = config.RELAY_BATCH_SIZE;

  const trackingLinks = openTrackingLinks(config);
  if (!trackingLinks) logger.warn('TRACKING_SECRET or PUBLIC_URL is not set: webhooks carry no tracking links');
  const webhooks = runWebhooks({
    ...work,
    batchSize,
    allowPrivate: webhooksMayBePrivate(config),
    timeoutMs: config.WEBHOOK_TIMEOUT,
    retries: config.WEBHOOK_RETRIES,
    trackingLinks,
  });
  const consumers: (Consumer | Projection)[] = [
    createWorkflowStarter({ ...start, batchSize }),
    projections,
    webhooks.projection,
  ];
  const others: Promise<void>[] = [
    webhooks.delivering,
    reviveWorkflows({ ...work, ...start, beatMs: config.REVIVE_INTERVAL, graceMs: config.REVIVE_GRACE }),
    raiseAlertsWhileOpen({ ...work, notifier: createNotifier(db), limits: alertLimits(config) }),
    archiveResolved({ ...work, retentionMs: config.DLQ_RETENTION, beatMs: ARCHIVE_BEAT_MS }),
  ];

  const redis = config.REDIS_URL
    ? connectCache({ url: config.REDIS_URL, patienceMs: CACHE_PATIENCE_MS, logger })
    : undefined;
  if (redis) consumers.push(createCacheInvalidation(createCacheEntries(redis)));

  const kafka = config.KAFKA_BROKERS && {
    brokers: config.KAFKA_BROKERS,
    clientId: 'steadfast-relay',
    security: kafkaSecurity(config),
  };
  const producer = kafka && createEventProducer(kafka);
  if (producer) {
    const topics = { ...kafka, partitions: config.KAFKA_PARTITIONS, replication: config.KAFKA_REPLICATION };
    const ensure = () => ensureTopics(topics, stopping.signal);
    consumers.push(createKafkaPublisher({ db, producer, ensureTopics: ensure, batchSize, logger }));
    others.push(
      consumeInboundTopics({
        ...work,
        ...start,
        ...kafka,
        group: config.KAFKA_GROUP,
        orderRequests: config.KAFKA_ORDER_REQUESTS,
        timeoutMs: config.COMMAND_TIMEOUT,
        ensureTopics: ensure,
      }),
    );
  }

  const following = consumers.map((consumer) =>
    follow(consumer, { ...work, waker: wakes.createWaker(SLOW_BEAT_MS), leaseMs: config.RELAY_LEASE }),
  );
  return {
    close: async () => {
      stopping.abort();
      await Promise.all([...following, ...others]);
      await producer?.close();
      redis?.close();
      await wakes.close();
      await closeTemporal();
      await db.end({ timeout: 5 });
    },
  };
});

/** A relay does not know where the server listens, so that without its public URL there are no links. */
function openTrackingLinks(config: Config): TrackingLinks | undefined {
  const secrets = trackingSecrets(config);
  const { PUBLIC_URL: publicUrl } = config;
  return secrets && publicUrl !== undefined ? createTrackingLinks(secrets, () => publicUrl) : undefined;
}
