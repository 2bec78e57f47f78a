/** The connection of a worker to Temporal, which takes new credentials without a restart. */
import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection, type Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { type TemporalAccess, watchAccess } from './events/temporal-access.ts';

/** Where Temporal is, and how to be let in. */
export interface WorkerConnectionOptions {
  /** As host:port. */
  readonly address: string;
  readonly access?: TemporalAccess | undefined;
  readonly logger: Logger;
}

/** A connection that is open. */
export interface WorkerConnection {
  readonly connection: NativeConnection;
  /** Gives the worker the connection that takes this one's place each time the certificate has changed. */
  readonly serve: (worker: Worker) => void;
  /** To be called when the worker has ended. */
  readonly close: () => Promise<void>;
}

const RETRY_MS = 5000;

/** Connects; throws where Temporal is away or does not let us in, and where certificates or key cannot be read. */
export async function connectWorker({
  address,
  access = {},
  logger,
}: WorkerConnectionOptions): Promise<WorkerConnection> {
  const watched = watchAccess(access, logger);
  const closing = new AbortController();
  let worker: Worker | undefined;
  const connect = () => NativeConnection.connect({ address, tls: tlsOf(), ...keyOf() });
  const keyOf = () => {
    const apiKey = watched.apiKey();
    return apiKey === undefined ? {} : { apiKey };
  };
  const tlsOf = () => {
    if (!watched.certificate) return false;
    const { cert, key, ca } = watched.certificate.current();
    const serverName = access.tls?.serverName;
    return {
      ...(ca !== undefined && { serverRootCACertificate: Buffer.from(ca) }),
      ...(cert !== undefined &&
        key !== undefined && { clientCertPair: { crt: Buffer.from(cert), key: Buffer.from(key) } }),
      ...(serverName !== undefined && { serverNameOverride: serverName }),
    };
  };
  let connection = await connect();

  let reconnecting = Promise.resolve();
  const reconnect = async () => {
    while (!closing.signal.aborted) {
      try {
        const next = await connect();
        const last = connection;
        if (worker) worker.connection = next;
        connection = next;
        // The key may have changed while the connection was made with the one before.
        const apiKey = watched.apiKey();
        if (apiKey !== undefined) await next.setApiKey(apiKey);
        await last.close().catch((error: unknown) => logger.warn({ err: error }, 'the former connection stays open'));
        return;
      } catch (error) {
        logger.error({ err: error }, 'not connected to Temporal with the new certificate yet');
        await sleep(RETRY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  };
  watched.certificate?.follow(() => {
    reconnecting = reconnecting.then(reconnect);
  });
  watched.followApiKey((apiKey) => {
    connection.setApiKey(apiKey).catch((error: unknown) => logger.error({ err: error }, 'the new API key is not used'));
  });

  return {
    connection,
    serve: (served) => {
      worker = served;
    },
    close: async () => {
      closing.abort();
      watched.close();
      await reconnecting;
      await connection.close();
    },
  };
}
