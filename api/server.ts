/** REST and gRPC together, listening. */
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { ServerCredentials } from '@grpc/grpc-js';
import { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { openDatabase } from '../db/client.ts';
import { createNotifier } from '../db/notify.ts';
import type { LifecycleSettings } from '../domain/lifecycle.ts';
import { openLiveLog } from '../events/live-log.ts';
import { listenToLog } from '../events/wake.ts';
import { buildGrpcServer, type GrpcServer } from './grpc/server.ts';
import { createReadiness } from './readiness.ts';
import { buildHttpApp } from './rest/app.ts';
import type { HttpApp } from './rest/http-app.ts';
import { openTemporal } from '../events/temporal-connection.ts';
import { createUseCases } from './use-cases.ts';

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
  readonly commandTimeoutMs: number;
  readonly shutdownGraceMs: number;
  readonly http: ListenAddress;
  readonly grpc: ListenAddress;
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
  const useCases = createUseCases({ ...options, db, temporal, notifier: createNotifier(db), liveLog });
  const stopping = new AbortController();
  const app = await buildHttpApp({ ...options, useCases, readiness: createReadiness({ db, temporal, taskQueue }) });
  const grpc = buildGrpcServer({ ...options, useCases, stopping: stopping.signal });

  const graceMs = options.shutdownGraceMs / 2;
  const close = async () => {
    grpc.setServing(false);
    stopping.abort();
    await Promise.all([closeHttp(app, graceMs), closeGrpc(grpc, graceMs)]);
    await liveLog.close();
    await wakes.close();
    await Promise.all([closeTemporal(), db.end({ timeout: 2 })]);
  };
  try {
    await app.listen(options.http);
    const port = await bind(grpc, options.grpc);
    grpc.setServing(true);
    const { port: httpPort } = app.server.address() as AddressInfo;
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

function authority(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
