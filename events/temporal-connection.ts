import { setTimeout as sleep } from 'node:timers/promises';
import { experimental, type Interceptor, InterceptingCall } from '@grpc/grpc-js';
import {
  Client,
  Connection,
  type ConnectionOptions,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
  type WorkflowClientInterceptor,
} from '@temporalio/client';
import type { Logger } from 'pino';
import { createPayloadCodec } from './payload-codec.ts';
import { type TemporalAccess, type WatchedAccess, watchAccess } from './temporal-access.ts';

/** Where Temporal is, and how to be let in. */
export interface TemporalOptions {
  /** As host:port. */
  readonly address: string;
  readonly namespace: string;
  /** Plain and open where absent. */
  readonly access?: TemporalAccess | undefined;
  readonly interceptors?: readonly WorkflowClientInterceptor[] | undefined;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/** A client of Temporal whose connection is made on demand, and again after Temporal was away. */
export interface OpenTemporal {
  readonly temporal: Client;
  readonly close: () => Promise<void>;
}

const LONGEST_DELAY_MS = 250;
const MOST_ATTEMPTS = 100;

/**
 * Makes the client; throws where its certificates or its key cannot be read. A call that Temporal does not answer is tried
 * again until its deadline. The SDK's own retries wait for up to five seconds, outlive the deadline by that, and throw out
 * of their timer once the connection is closed, which would end the process: so delays are short here, and closing outwaits
 * the last of them.
 */
export function openTemporal({
  address,
  namespace,
  access = {},
  interceptors = [],
  logger,
}: TemporalOptions): OpenTemporal {
  const { retryableDecider } = defaultGrpcRetryOptions({ maxAttempts: MOST_ATTEMPTS });
  const delayFunction = (attempt: number) => Math.min(LONGEST_DELAY_MS, 25 * 2 ** attempt);
  const watched = watchAccess(access, logger);
  const tellUnreadable = (why: Error) =>
    logger.error({ reason: why.message }, 'what Temporal answers cannot be decrypted');
  const connection = Connection.lazy({
    address,
    ...channelOf(access, watched),
    interceptors: [makeGrpcRetryInterceptor({ retryableDecider, delayFunction }), sendApiKey(watched.apiKey)],
  });
  const temporal = new Client({
    connection,
    namespace,
    interceptors: { workflow: [...interceptors] },
    dataConverter: { payloadCodecs: [createPayloadCodec(access.payloadKeys ?? [], tellUnreadable)] },
  });
  return {
    temporal,
    close: async () => {
      await sleep(2 * LONGEST_DELAY_MS);
      watched.close();
      await connection.close();
    },
  };
}

/** TLS takes each certificate that comes, for the connections that are made from then on. */
function channelOf({ tls }: TemporalAccess, { certificate }: WatchedAccess): ConnectionOptions {
  if (!tls || !certificate) return {};
  const identity = tls.certFile === undefined ? null : certificate.provider;
  const name = tls.serverName;
  return {
    credentials: experimental.createCertificateProviderChannelCredentials(certificate.provider, identity),
    ...(name !== undefined && {
      channelArgs: { 'grpc.ssl_target_name_override': name, 'grpc.default_authority': name },
    }),
  };
}

/** Sends the key of now with each attempt of each call. */
function sendApiKey(apiKey: () => string | undefined): Interceptor {
  return (options, nextCall) =>
    new InterceptingCall(nextCall(options), {
      start: (metadata, listener, next) => {
        const key = apiKey();
        if (key !== undefined) metadata.set('authorization', `Bearer ${key}`);
        next(metadata, listener);
      },
    });
}
