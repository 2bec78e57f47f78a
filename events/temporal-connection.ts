import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

/** A connection to Temporal that is made on demand, and again after Temporal was away. */
export interface TemporalConnection {
  readonly connection: Connection;
  readonly close: () => Promise<void>;
}

const LONGEST_DELAY_MS = 250;
const MOST_ATTEMPTS = 100;

/**
 * Connects to host:port. A call that Temporal does not answer is tried again until its deadline. The SDK's own retries wait
 * for up to five seconds, outlive the deadline by that, and throw out of their timer once the connection is closed, which
 * would end the process: so delays are short here, and closing outwaits the last of them.
 */
export function openTemporal(address: string): TemporalConnection {
  const { retryableDecider } = defaultGrpcRetryOptions({ maxAttempts: MOST_ATTEMPTS });
  const delayFunction = (attempt: number) => Math.min(LONGEST_DELAY_MS, 25 * 2 ** attempt);
  const connection = Connection.lazy({
    address,
    interceptors: [makeGrpcRetryInterceptor({ retryableDecider, delayFunction })],
  });
  return {
    connection,
    close: async () => {
      await sleep(2 * LONGEST_DELAY_MS);
      await connection.close();
    },
  };
}
