/** Orders that somebody should look at are told in the log, once for each order and reason. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { findUntoldAlerts, type OpenAlert, raiseAlerts } from '../db/alerts.ts';
import type { Database } from '../db/client.ts';
import { countConsumerError, holdLease, releaseLease } from '../db/log.ts';
import type { Notifier } from '../db/notify.ts';
import { type AlertLimits, describeAlert } from '../domain/alert.ts';
import { backoffDelay } from '../domain/backoff.ts';

/** How to look for what is wrong. */
export interface AlertRaiserOptions {
  readonly db: Database;
  readonly notifier: Notifier;
  readonly limits: AlertLimits;
  /** Who holds the lease: unique for each process. */
  readonly holder: string;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const LEASE = 'alert-raiser';
const PAGE = 500;
const BEAT = { shortest: 200, longest: 15_000 };
const LONGEST_RETRY_MS = 30_000;

/** Looks at each beat and tells what is new, as the one of several processes that holds the lease. Ends with the signal. */
export async function raiseAlertsWhileOpen(options: AlertRaiserOptions): Promise<void> {
  const { db, limits, holder, logger, signal } = options;
  const beatMs = alertBeat(limits);
  const isStopping = () => signal.aborted;
  let failures = 0;
  while (!isStopping()) {
    try {
      if (await holdLease(db, LEASE, holder, 3 * beatMs)) await raiseAll(options);
      failures = 0;
    } catch (error) {
      if (isStopping()) break;
      failures += 1;
      logger.warn({ err: error, failures }, 'orders that need somebody could not be looked for, trying again');
      await countConsumerError(db, LEASE, error instanceof Error ? error.message : String(error)).catch(
        () => undefined,
      );
    }
    const retryMs = failures && backoffDelay({ first: beatMs, longest: LONGEST_RETRY_MS }, failures, Math.random());
    await sleep(Math.max(beatMs, retryMs), undefined, { signal }).catch(() => undefined);
  }
  await releaseLease(db, LEASE, holder).catch(() => undefined);
}

/** How often to look, in milliseconds: a quarter of the shorter limit, within bounds. */
export function alertBeat({ stuckAfterMs, paymentStuckAfterMs }: AlertLimits): number {
  return Math.min(BEAT.longest, Math.max(BEAT.shortest, Math.min(stuckAfterMs, paymentStuckAfterMs) / 4));
}

/** Tells what is not told yet, a page at a time; what is being changed meanwhile is left to the next beat. */
async function raiseAll({ db, notifier, limits, logger, signal }: AlertRaiserOptions): Promise<void> {
  for (;;) {
    const found = await findUntoldAlerts(db, limits, { limit: PAGE });
    const told = await raiseAlerts(
      db,
      found.map((alert) => inWords(alert, limits)),
    );
    if (told > 0) {
      notifier.wake();
      logger.warn({ alerts: told, first: found[0] }, 'orders need somebody to look at them');
    }
    if (found.length < PAGE || told === 0 || signal.aborted) return;
  }
}

function inWords(alert: OpenAlert, limits: AlertLimits) {
  return { ...alert, details: describeAlert(alert, limits) };
}
