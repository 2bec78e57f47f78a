/** The metrics that the SDK of Temporal keeps in its native part, which serves them by itself. */
import getPort from 'get-port';
import type { RuntimeOptions } from '@temporalio/worker';
import type { ExposeMetrics } from './metrics.ts';

/** What the runtime is installed with, and how its metrics are read then. */
export interface SdkMetrics {
  readonly telemetryOptions: NonNullable<RuntimeOptions['telemetryOptions']>;
  readonly expose: ExposeMetrics;
}

const READ_WITHIN_MS = 2000;

/** Chooses a port on loopback for them. What cannot be read leaves the other metrics as they are. */
export async function prepareSdkMetrics(): Promise<SdkMetrics> {
  const bindAddress = `127.0.0.1:${await getPort({ host: '127.0.0.1' })}`;
  return {
    telemetryOptions: {
      metrics: {
        prometheus: { bindAddress, countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true },
      },
    },
    expose: () =>
      fetch(`http://${bindAddress}/metrics`, { signal: AbortSignal.timeout(READ_WITHIN_MS) })
        .then((answer) => answer.text())
        .catch(() => ''),
  };
}
