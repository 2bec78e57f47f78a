/** REST and gRPC together, listening. */
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ServerCredentials } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { openDatabase } from '../db/client.ts';
import { createNotifier } from '../db/notify.ts';
import { findTraceparent } from '../db/order-trace.ts';
import type { AlertLimits } from '../domain/alert.ts';
import { authority, reachableUrl } from '../domain/http-url.ts';
import type { LifecycleSettings } from '../domain/lifecycle.ts';
import type { PaymentRates } from '../domain/payment-rates.ts';
import { connectCache } from '../events/cache-connection.ts';
import { createCacheEntries } from '../events/cache-entries.ts';
import { createKafkaProbe } from '../events/kafka/probe.ts';
import { createEventProducer } from '../events/kafka/producer.ts';
import type { KafkaSecurity } from '../events/kafka/security.ts';
import { openLiveLog } from '../events/live-log.ts';
import { tellLogAhead } from '../events/log-ahead.ts';
import { createTrackingLinks, type TrackingSecrets } from '../events/tracking-links.ts';
import { createWebhookSender } from '../events/webhooks/sender.ts';
import { listenToLog } from '../events/wake.ts';
import { type AuthenticationSettings, createAuthentication } from './auth/authentication.ts';
import { createSessions, type SessionSettings } from './auth/sessions.ts';
import { limitConnections } from './grpc/limits.ts';
import { buildGrpcServer, type GrpcServer } from './grpc/server.ts';
import type { InboundSettings } from './inbound-groups.ts';
import { createLimits } from './limits/limits.ts';
import { type LimitSettings, USUAL_LIMITS } from './limits/settings.ts';
import { createOrderCache } from './order-cache.ts';
import { createReadiness, type OptionalDependency } from './readiness.ts';
import { buildHttpApp } from './rest/app.ts';
import type { HttpApp } from './rest/http-app.ts';
import type { StreamSettings } from './rest/open-streams.ts';
import type { SystemStreamSettings } from './rest/system.ts';
import type { TemporalAccess } from '../events/temporal-access.ts';
import { openTemporal } from '../events/temporal-connection.ts';
import { createExposition, type ExposeMetrics } from '../telemetry/metrics.ts';
import { clientInterceptors } from '../telemetry/temporal-client.ts';
import { createSystemMetrics } from './system-metrics.ts';
import { openTls, type Tls, type TlsFiles } from './tls.ts';
import { createUseCases } from './use-cases.ts';
import { createValidationCounter } from './validation-count.ts';

/** Where to listen; port 0 picks a free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Everything that a server needs to know; durations in milliseconds. */
export interface ServerOptions {
  readonly databaseUrl: string;
  readonly databasePoolSize: number;
  /** As host:port. */
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  /** How Temporal lets us in; plain and open where absent. */
  readonly temporalAccess?: TemporalAccess | undefined;
  readonly taskQueue: string;
  readonly settings: LifecycleSettings;
  /** From when on an order needs somebody. */
  readonly alertLimits: AlertLimits;
  readonly commandTimeoutMs: number;
  /** How long a stopping server still takes requests, for load balancers to notice; not at all where absent. */
  readonly shutdownDelayMs?: number | undefined;
  readonly shutdownGraceMs: number;
  /** How the workers' payment simulator is set. */
  readonly paymentRates: PaymentRates;
  /** After how many unanswered attempts the workers give a payment or a booking up. */
  readonly attempts: { readonly payment: number; readonly carrier: number };
  /** Where people find the Web UI of Temporal; nobody is led there where absent. */
  readonly temporalUiUrl?: string | undefined;
  /** Where people find a trace, with `{trace_id}` for its id; likewise. */
  readonly traceUrl?: string | undefined;
  /** Where Kafka is, as host:port; without it nothing is published. */
  readonly kafkaBrokers?: readonly string[] | undefined;
  /** What Kafka asks of us; nothing where absent. */
  readonly kafkaSecurity?: KafkaSecurity | undefined;
  /** How the relays read what comes in from Kafka; how far they are is not told where absent. */
  readonly kafkaInbound?: InboundSettings | undefined;
  /** Whether there are endpoints for testing; none where absent. */
  readonly testEndpoints?: boolean | undefined;
  /** Where the cache of orders is; none where absent. */
  readonly redisUrl?: string | undefined;
  /** How callers are known; everybody may do everything where absent. */
  readonly authentication?: AuthenticationSettings | undefined;
  /** How people stay signed in to the dashboard; 12 hours, and until this process ends, where absent. */
  readonly sessions?: SessionSettings | undefined;
  /** The certificate of REST and gRPC; both do without TLS where absent. */
  readonly tls?: TlsFiles | undefined;
  readonly http: ListenAddress;
  readonly grpc: ListenAddress;
  /** Whether webhooks may go to private and loopback addresses, and how long an attempt may take in milliseconds. */
  readonly webhooks: { readonly allowPrivate: boolean; readonly timeoutMs: number };
  /** How event streams are kept open; the usual way where absent. */
  readonly streams?: StreamSettings | undefined;
  /** How often the system is looked at for those who follow it, and how their streams are kept open; likewise. */
  readonly systemStreams?: SystemStreamSettings | undefined;
  /** What tracking links are made of; without it there are none. */
  readonly tracking?: TrackingSecrets | undefined;
  /** Where customers reach this server, a URL without slash at its end; where it listens, where absent. */
  readonly publicUrl?: string | undefined;
  /** How much is taken on; the usual limits where absent. */
  readonly limits?: LimitSettings | undefined;
  /** Addresses and networks of proxies whose word about callers is believed; none where absent. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Origins whose pages may ask; none where absent. */
  readonly corsOrigins?: readonly string[] | undefined;
  /** Whether the gRPC contract can be asked for. */
  readonly reflection: boolean;
  readonly logger: Logger;
}

/** A server that listens: `http` as URL, `grpc` as host:port. */
export interface RunningServer {
  readonly http: string;
  readonly grpc: string;
  /** What Prometheus reads of this server and of the system. */
  readonly exposeMetrics: ExposeMetrics;
  /**
   * Says that it is stopping, takes requests for `shutdownDelayMs` more, ends streams with where to resume, finishes what
   * is under way and lets go of everything. When `hurry` aborts it waits no longer.
   */
  readonly close: (hurry?: AbortSignal) => Promise<void>;
}

const SLOW_BEAT_MS = 500;
const SESSION_LIFE_MS = 12 * 3600 * 1000;
/** How long a read waits for the cache before it goes on without. */
const CACHE_PATIENCE_MS = 50;

/** Starts to listen; neither Postgres nor Temporal need be there yet. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { logger, taskQueue } = options;
  const tls = options.tls && openTls(options.tls, logger);
  const scheme = tls ? 'https' : 'http';
  const db = openDatabase(options.databaseUrl, { size: options.databasePoolSize, applicationName: 'steadfast-server' });
  const { temporal, close: closeTemporal } = openTemporal({
    address: options.temporalAddress,
    namespace: options.temporalNamespace,
    access: options.temporalAccess,
    interceptors: await clientInterceptors((orderId) => findTraceparent(db, orderId)),
    logger,
  });
  const wakes = listenToLog(db, (error) => {
    logger.warn({ err: error }, 'not listening to the log yet');
  });
  void tellLogAhead(db, logger);
  const liveLog = openLiveLog({ db, waker: wakes.createWaker(SLOW_BEAT_MS), logger });
  const validations = createValidationCounter(db);
  const webhookSender = createWebhookSender(options.webhooks);
  const kafka = options.kafkaBrokers && {
    brokers: options.kafkaBrokers,
    clientId: 'steadfast-server',
    security: options.kafkaSecurity,
  };
  const producer = kafka && createEventProducer(kafka);
  const kafkaProbe = kafka && createKafkaProbe(kafka);
  const draining = new AbortController();
  const stopping = new AbortController();
  const redis = options.redisUrl
    ? connectCache({ url: options.redisUrl, patienceMs: CACHE_PATIENCE_MS, logger })
    : undefined;
  const orderCache = redis && createOrderCache({ db, entries: createCacheEntries(redis) });
  const optional: OptionalDependency[] = [
    ...(kafkaProbe ? [{ name: 'kafka' as const, check: kafkaProbe.ask }] : []),
    ...(redis ? [{ name: 'redis' as const, check: redis.check }] : []),
  ];
  const readiness = createReadiness({ db, temporal, taskQueue, optional, draining: draining.signal });
  let ownUrl = reachableUrl(options.http.host, options.http.port, scheme);
  const trackingLinks = options.tracking && createTrackingLinks(options.tracking, () => options.publicUrl ?? ownUrl);
  const authentication = createAuthentication({ db, logger, settings: options.authentication });
  const sessions =
    options.authentication &&
    createSessions(
      { db, authentication },
      { ...options.authentication, ...(options.sessions ?? { lifeMs: SESSION_LIFE_MS }) },
    );
  if (sessions) authentication.addSource(sessions.source);
  const limits = createLimits(options.limits ?? USUAL_LIMITS);
  const useCases = createUseCases({
    ...options,
    beginWork: limits.beginWork,
    db,
    temporal,
    notifier: createNotifier(db),
    readOrder: orderCache?.read,
    forgetOrder: orderCache?.forget,
    liveLog,
    validations,
    producer,
    kafkaProbe,
    webhookSender,
    webhookTimeoutMs: options.webhooks.timeoutMs,
    trackingLinks,
    readiness,
    onKeyRevoked: authentication.keys?.forget,
    stopping: stopping.signal,
  });
  const exposeMetrics = createExposition(createSystemMetrics({ db, readSystem: useCases.readSystem }));
  const app = await buildHttpApp({
    ...options,
    tls: tls?.serverOptions,
    limits,
    useCases,
    authentication,
    sessions,
    readiness,
    exposeMetrics,
    draining: draining.signal,
  });
  const grpc = buildGrpcServer({ ...options, limits, useCases, authentication, stopping: stopping.signal });

  const close = async (hurry?: AbortSignal) => {
    draining.abort();
    grpc.setServing(false);
    const patience = { graceMs: options.shutdownGraceMs / 2, hurry };
    await sleep(options.shutdownDelayMs ?? 0, undefined, hurry && { signal: hurry }).catch(() => undefined);
    stopping.abort();
    await Promise.all([closeHttp(app, patience), closeGrpc(grpc, patience)]);
    await Promise.all([
      authentication.close(),
      liveLog.close(),
      validations.close(),
      webhookSender.close(),
      producer?.close(),
      kafkaProbe?.close(),
    ]);
    await wakes.close();
    tls?.close();
    redis?.close();
    await Promise.all([closeTemporal(), db.end({ timeout: 2 })]);
  };
  try {
    tls?.follow(app.server);
    await app.listen(options.http);
    const { port: httpPort } = app.server.address() as AddressInfo;
    ownUrl = reachableUrl(options.http.host, httpPort, scheme);
    const port = await bind(grpc, options.grpc, tls);
    limitConnections(grpc.server, limits.settings);
    grpc.setServing(true);
    return {
      http: `${scheme}://${authority(options.http.host, httpPort)}`,
      grpc: authority(options.grpc.host, port),
      exposeMetrics,
      close,
    };
  } catch (error) {
    await close(AbortSignal.abort());
    throw error;
  }
}

function bind({ server }: GrpcServer, { host, port }: ListenAddress, tls: Tls | undefined): Promise<number> {
  const credentials = tls?.grpcCredentials() ?? ServerCredentials.createInsecure();
  return promisify(server.bindAsync.bind(server))(authority(host, port), credentials);
}

/** How long what is under way may take: `graceMs`, or until `hurry` aborts. */
interface Patience {
  readonly graceMs: number;
  readonly hurry: AbortSignal | undefined;
}

/** Finishes the requests under way; those that take too long are cut off. */
async function closeHttp(app: HttpApp, patience: Patience): Promise<void> {
  // A connection that was busy when closing began would stay open as an idle one until its keep-alive ends.
  const sweep = setInterval(() => {
    app.server.closeIdleConnections();
  }, 50);
  await atMost(patience, () => app.server.closeAllConnections(), app.close());
  clearInterval(sweep);
}

/** Finishes the calls under way; those that take too long are cut off. */
async function closeGrpc({ server }: GrpcServer, patience: Patience): Promise<void> {
  const finished = promisify(server.tryShutdown.bind(server))().catch(() => undefined);
  await atMost(patience, () => server.forceShutdown(), finished);
}

async function atMost({ graceMs, hurry }: Patience, cutOff: () => void, finished: PromiseLike<void>): Promise<void> {
  const timer = setTimeout(cutOff, graceMs);
  if (hurry?.aborted) cutOff();
  hurry?.addEventListener('abort', cutOff);
  await finished;
  clearTimeout(timer);
  hurry?.removeEventListener('abort', cutOff);
}
