/** Removing deliveries that are over. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../../db/client.ts';
import { deleteOldDeliveries, giveUpDisabled } from '../../db/webhook-deliveries.ts';
import { deleteRemovedEndpoints } from '../../db/webhooks.ts';

/** How to clean up; durations in milliseconds. */
export interface HousekeepingOptions {
  readonly db: Database;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly cleanUpEveryMs?: number;
  /** How long deliveries are kept after they are over. */
  readonly retentionMs?: number;
}

const THIRTY_DAYS_MS = 2_592_000_000;
const BATCH = 1000;

/** Cleans up at a slow beat until the signal aborts. Every process may: each takes rows that no other has. */
export async function cleanUpWebhooks(options: HousekeepingOptions): Promise<void> {
  const { db, logger, signal, cleanUpEveryMs = 60_000, retentionMs = THIRTY_DAYS_MS } = options;
  const isStopping = () => signal.aborted;
  while (!isStopping()) {
    try {
      await repeat(() => giveUpDisabled(db, BATCH), signal);
      await repeat(() => deleteOldDeliveries(db, { retentionMs, limit: BATCH }), signal);
      await deleteRemovedEndpoints(db);
    } catch (error) {
      if (!isStopping()) logger.warn({ err: error }, 'old webhook deliveries could not be removed, trying again');
    }
    await sleep(cleanUpEveryMs * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
  }
}

async function repeat(batch: () => Promise<number>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await batch()) >= BATCH);
}
