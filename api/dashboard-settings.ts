/** What the pages of the dashboard must know of the installation; no secrets, and nothing that changes while it runs. */
import packageJson from '../package.json' with { type: 'json' };
import type { AlertLimits } from '../domain/alert.ts';
import type { LifecycleSettings } from '../domain/lifecycle.ts';
import type { PaymentRates } from '../domain/payment-rates.ts';

/** What the settings are told from. */
export interface DashboardSources {
  readonly temporalNamespace: string;
  readonly temporalUiUrl?: string | undefined;
  readonly traceUrl?: string | undefined;
  readonly settings: LifecycleSettings;
  readonly alertLimits: AlertLimits;
  readonly attempts: { readonly payment: number; readonly carrier: number };
  readonly paymentRates: PaymentRates;
  readonly testEndpoints?: boolean | undefined;
  /** Each is absent where it is not configured. */
  readonly kafkaProbe?: object | undefined;
  readonly readOrder?: object | undefined;
  readonly trackingLinks?: object | undefined;
}

/** The settings as the dashboard gets them: durations in seconds, the limit of approval in major units. */
export function presentDashboardSettings(of: DashboardSources) {
  const { settings, alertLimits } = of;
  return {
    version: packageJson.version,
    temporal_ui_url: of.temporalUiUrl,
    temporal_namespace: of.temporalNamespace,
    trace_url_template: of.traceUrl,
    approval_limit: settings.approvalLimit,
    approval_timeout_seconds: settings.approvalTimeoutMs / 1000,
    stuck_after_seconds: alertLimits.stuckAfterMs / 1000,
    payment_stuck_after_seconds: alertLimits.paymentStuckAfterMs / 1000,
    problematic_changes: alertLimits.problematicChanges,
    delays: {
      payment_seconds: settings.paymentDelayMs / 1000,
      preparation_seconds: settings.preparationDelayMs / 1000,
      delivery_seconds: settings.deliveryDelayMs / 1000,
    },
    attempts: { payment: of.attempts.payment, carrier: of.attempts.carrier },
    test_endpoints: of.testEndpoints === true,
    features: {
      kafka: of.kafkaProbe !== undefined,
      redis: of.readOrder !== undefined,
      tracking: of.trackingLinks !== undefined,
    },
    simulator: { success_rate: of.paymentRates.successRate, throw_rate: of.paymentRates.throwRate },
  };
}

export type DashboardSettings = ReturnType<typeof presentDashboardSettings>;
