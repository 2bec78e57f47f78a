/** The use cases that look at the built-in payment simulator and steer it while it runs. */
import type { Database } from '../db/client.ts';
import {
  changePaymentRates,
  findPaymentRates,
  type PaymentRatesOverride,
  resetPaymentRates,
} from '../db/payment-rates.ts';
import { Failure } from '../domain/failures.ts';
import { overrideRates, type PaymentRates, type PaymentRatesChange } from '../domain/payment-rates.ts';
import type { Violation } from '../domain/rules.ts';
import { demand, violation } from './checks.ts';

/** How the simulator behaves now, and how it is set; `override` where somebody has steered it. */
export interface PaymentSimulatorState {
  readonly rates: PaymentRates;
  readonly settings: PaymentRates;
  readonly override: PaymentRatesOverride | undefined;
}

export type PaymentSimulatorControl = ReturnType<typeof createPaymentSimulatorControl>;

/** Makes the use cases. Where it may not be steered its settings count, whatever anybody wished before. */
export function createPaymentSimulatorControl({
  db,
  paymentRates: settings,
  testEndpoints: isSteerable = false,
}: {
  db: Database;
  paymentRates: PaymentRates;
  testEndpoints?: boolean | undefined;
}) {
  const stateOf = (override: PaymentRatesOverride | undefined): PaymentSimulatorState => ({
    rates: overrideRates(settings, override),
    settings,
    override,
  });
  const demandSteerable = () => {
    if (isSteerable) return;
    const message = 'The payment simulator can be steered only where ENABLE_TEST_ENDPOINTS is true.';
    throw new Failure('NOT_FOUND', message);
  };

  return {
    /** How it behaves now. */
    get: async (): Promise<PaymentSimulatorState> => stateOf(isSteerable ? await findPaymentRates(db) : undefined),

    /** Changes the rates that are given, for the next attempt of every charge that is not decided. */
    change: async (rates: PaymentRatesChange, actor: string): Promise<PaymentSimulatorState> => {
      demandSteerable();
      const { successRate, throwRate } = rates;
      demand(checkShare('success_rate', successRate), checkShare('throw_rate', throwRate), checkSomething(rates));
      return stateOf(await changePaymentRates(db, { successRate, throwRate, actor }));
    },

    /** Goes back to the settings. */
    reset: async (actor: string): Promise<PaymentSimulatorState> => {
      demandSteerable();
      await resetPaymentRates(db, actor);
      return stateOf(undefined);
    },
  };
}

function checkShare(field: string, share: number | undefined): Violation[] {
  if (share === undefined || (share >= 0 && share <= 1)) return [];
  return [violation(field, share, 'share', 'must be a number from 0 to 1')];
}

function checkSomething({ successRate, throwRate }: PaymentRatesChange): Violation[] {
  if (successRate !== undefined || throwRate !== undefined) return [];
  return [violation('body', undefined, 'shape', 'must have success_rate, throw_rate or both')];
}
