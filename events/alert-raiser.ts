/** Orders that somebody should look at are told in the log, once for each order and reason. */
import { findUntoldAlerts, type OpenAlert, raiseAlerts } from '../db/alerts.ts';
import { countConsumed } from '../db/log.ts';
import type { Notifier } from '../db/notify.ts';
import { type AlertLimits, describeAlert } from '../domain/alert.ts';
import { type BeatOptions, workAtBeat } from './beat.ts';

/** How to look for what is wrong. */
export interface AlertRaiserOptions extends Omit<BeatOptions, 'beatMs'> {
  readonly notifier: Notifier;
  readonly limits: AlertLimits;
}

const NAME = 'alert-raiser';
const PAGE = 500;
const BEAT = { shortest: 200, longest: 15_000 };

/** Looks at each beat and tells what is new, as the one of several processes that holds the lease. Ends with the signal. */
export async function raiseAlertsWhileOpen(options: AlertRaiserOptions): Promise<void> {
  const complaint = 'orders that need somebody could not be looked for';
  const work = () => raiseAll(options);
  await workAtBeat({ name: NAME, complaint, work }, { ...options, beatMs: alertBeat(options.limits) });
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
      await countConsumed(db, NAME, { processed: told, errors: [] });
      logger.warn({ alerts: told, first: found[0] }, 'orders need somebody to look at them');
    }
    if (found.length < PAGE || told === 0 || signal.aborted) return;
  }
}

function inWords(alert: OpenAlert, limits: AlertLimits) {
  return { ...alert, details: describeAlert(alert, limits) };
}
