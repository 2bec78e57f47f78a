/** REST and gRPC together, listening. */
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { ServerCredentials } from '@grpc/grpc-js';
import { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { openDatabase } from '../db/client.ts';
import { createNotifier } from '../db/notify.ts';
import type { AlertLimits } from '../domain/alert.ts';
import { authority, reachableUrl } from '../domain/http-url.ts';
import type { LifecycleSettings } from '../domain/lifecycle.ts';
import type { PaymentRates } from '../domain/payment-rates.ts';
import { connectCache } from '../events/cache-connection.ts';
import { createCacheEntries } from '../events/cache-entries.ts';
import { createKafkaProbe } from '../events/kafka/probe.ts';
import { createEventProducer } from '../events/kafka/producer.ts';
import { openLiveLog } from '../events/live-log.ts';
import { createTrackingLinks, type TrackingSecrets } from '../events/tracking-links.ts';
import { createWebhookSender } from '../events/webhooks/sender.ts';
import { listenToLog } from '../events/wake.ts';
import { buildGrpcServer, type GrpcServer } from './grpc/server.ts';
import type { InboundSettings } from './inbound-groups.ts';
import { createOrderCache } from './order-cache.ts';
import { createReadiness, type OptionalDependency } from './readiness.ts';
import { buildHttpApp } from './rest/app.ts';
import type { HttpApp } from './rest/http-app.ts';
import type { StreamSettings } from './rest/open-streams.ts';
import type { SystemStreamSettings } from './rest/system.ts';
import { openTemporal } from '../events/temporal-connection.ts';
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
  readonly taskQueue: string;
  readonly settings: LifecycleSettings;
  /** From when on an order needs somebody. */
  readonly alertLimits: AlertLimits;
  readonly commandTimeoutMs: number;
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
  /** How the relays read what comes in from Kafka; how far they are is not told where absent. */
  readonly kafkaInbound?: InboundSettings | undefined;
  /** Whether there are endpoints for testing; none where absent. */
  readonly testEndpoints?: boolean | undefined;
  /** Where the cache of orders is; none where absent. */
  readonly redisUrl?: string | undefined;
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
  /** Whether the gRPC contract can be asked for. */
  readonly reflection: boolean;
  readonly logger: Logger;
}

/** A server that listens: `http` as URL, `grpc` as host:port. */
export interface RunningServer {
  readonly http: string;
  readonly grpc: string;
  /** Takes no more requests, finishes those under way and lets go of everything. */
  readonly close: () => Promise<void>;
}

const SLOW_BEAT_MS = 500;
/** How long a read waits for the cache before it goes on without. */
const CACHE_PATIENCE_MS = 50;

/** Starts to listen; neither Postgres nor Temporal need be there yet. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { logger, taskQueue } = options;
  const db = openDatabase(options.databaseUrl, { size: options.databasePoolSize, applicationName: 'steadfast-server' });
  const { connection, close: closeTemporal } = openTemporal(options.temporalAddress);
  const temporal = new Client({ connection, namespace: options.temporalNamespace });
  const wakes = listenToLog(db, (error) => {
    logger.warn({ err: error }, 'not listening to the log yet');
  });
  const liveLog = openLiveLog({ db, waker: wakes.createWaker(SLOW_BEAT_MS), logger });
  const validations = createValidationCounter(db);
  const webhookSender = createWebhookSender(options.webhooks);
  const kafka = options.kafkaBrokers && { brokers: options.kafkaBrokers, clientId: 'steadfast-server' };
  const producer = kafka && createEventProducer(kafka);
  const kafkaProbe = kafka && createKafkaProbe(kafka);
  const stopping = new AbortController();
  const redis = options.redisUrl
    ? connectCache({ url: options.redisUrl, patienceMs: CACHE_PATIENCE_MS, logger })
    : undefined;
  const orderCache = redis && createOrderCache({ db, entries: createCacheEntries(redis) });
  const optional: OptionalDependency[] = [
    ...(kafkaProbe ? [{ name: 'kafka' as const, check: kafkaProbe.ask }] : []),
    ...(redis ? [{ name: 'redis' as const, check: redis.check }] : []),
  ];
  const readiness = createReadiness({ db, temporal, taskQueue, optional });
  let ownUrl = reachableUrl(options.http.host, options.http.port);
  const trackingLinks = options.tracking && createTrackingLinks(options.tracking, () => options.publicUrl ?? ownUrl);
  const useCases = createUseCases({
    ...options,
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
    stopping: stopping.signal,
  });
  const app = await buildHttpApp({ ...options, useCases, readiness });
  const grpc = buildGrpcServer({ ...options, useCases, stopping: stopping.signal });

  const graceMs = options.shutdownGraceMs / 2;
  const close = async () => {
    grpc.setServing(false);
    stopping.abort();
    await Promise.all([closeHttp(app, graceMs), closeGrpc(grpc, graceMs)]);
    await Promise.all([
      liveLog.close(),
      validations.close(),
      webhookSender.close(),
      producer?.close(),
      kafkaProbe?.close(),
    ]);
    await wakes.close();
    redis?.close();
    await Promise.all([closeTemporal(), db.end({ timeout: 2 })]);
  };
  try {
    await app.listen(options.http);
    const { port: httpPort } = app.server.address() as AddressInfo;
    ownUrl = reachableUrl(options.http.host, httpPort);
    const port = await bind(grpc, options.grpc);
    grpc.setServing(true);
    return {
      http: `http://${authority(options.http.host, httpPort)}`,
      grpc: authority(options.grpc.host, port),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function bind({ server }: GrpcServer, { host, port }: ListenAddress): Promise<number> {
  return promisify(server.bindAsync.bind(server))(authority(host, port), ServerCredentials.createInsecure());
}

/** Finishes the requests under way; those that take longer than `graceMs` are cut off. */
async function closeHttp(app: HttpApp, graceMs: number): Promise<void> {
  // A connection that was busy when closing began would stay open as an idle one until its keep-alive ends.
  const sweep = setInterval(() => {
    app.server.closeIdleConnections();
  }, 50);
  const cutOff = setTimeout(() => {
    app.server.closeAllConnections();
  }, graceMs);
  await app.close();
  clearInterval(sweep);
  clearTimeout(cutOff);
}

/** Finishes the calls under way; those that take longer than `graceMs` are cut off. */
async function closeGrpc({ server }: GrpcServer, graceMs: number): Promise<void> {
  const cutOff = setTimeout(() => {
    server.forceShutdown();
  }, graceMs);
  await promisify(server.tryShutdown.bind(server))().catch(() => undefined);
  clearTimeout(cutOff);
}
