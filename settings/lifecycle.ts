import type { Config } from '../config.ts';
import type { AlertLimits } from '../domain/alert.ts';
import type { LifecycleSettings } from '../domain/lifecycle.ts';

/** How long an order waits at each stage and when a person must approve. */
export function lifecycleSettings(config: Config): LifecycleSettings {
  return {
    paymentDelayMs: config.PAYMENT_DELAY,
    preparationDelayMs: config.PREPARATION_DELAY,
    deliveryDelayMs: config.DELIVERY_DELAY,
    approvalLimit: config.APPROVAL_LIMIT,
    approvalTimeoutMs: config.APPROVAL_TIMEOUT,
  };
}

/** From when on an open order needs somebody to look at it. */
export function alertLimits(config: Config): AlertLimits {
  return {
    stuckAfterMs: config.STUCK_AFTER,
    paymentStuckAfterMs: config.PAYMENT_STUCK_AFTER,
    problematicChanges: config.PROBLEMATIC_CHANGES,
  };
}
