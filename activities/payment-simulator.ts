import type { Database } from '../db/client.ts';
import { findPaymentRates } from '../db/payment-rates.ts';
import { overrideRates, type PaymentRates } from '../domain/payment-rates.ts';
import { draw } from './draw.ts';
import { type ChargeRequest, type ChargeResult, type PaymentProvider, ProviderUnavailable } from './ports.ts';

/** How the payment simulator behaves. */
export interface PaymentSimulatorSettings extends PaymentRates {
  /** Whether what somebody has set in the database since counts instead; not where absent. */
  readonly isSteerable?: boolean | undefined;
}

type Outcome = 'outage' | 'captured' | 'declined' | 'voided';

/**
 * The built-in payment provider. It keeps a ledger of its own (`simulator.payment_ledger`), as a real provider would,
 * so that charges and refunds can be counted independently of orders. Its decisions derive from the order id, an
 * outage from order id and attempt; half of the outages come after the money has moved, when only the answer is lost.
 * Other rates count from the next attempt on; what was decided stays so.
 */
export function createPaymentSimulator(db: Database, settings: PaymentSimulatorSettings): PaymentProvider {
  const readRates = async () => overrideRates(settings, settings.isSteerable ? await findPaymentRates(db) : undefined);

  return {
    async charge(request) {
      const rates = await readRates();
      const first = plan(request.orderId, 1, rates);
      let entry = await enter(db, request, first.outcome);
      const { isOutage, outcome } = plan(request.orderId, entry.attempts, rates);
      if (entry.outcome === 'outage' && outcome !== 'outage') entry = await settle(db, request.key, outcome);
      if (isOutage) throw new ProviderUnavailable(`payment simulator: outage at attempt ${entry.attempts}`);
      return toResult(request, entry.outcome);
    },

    async refund({ key, chargeKey, orderId }) {
      const [charge] = await db<{ outcome: Outcome; amountMinor: number; currency: string }[]>`
        insert into simulator.payment_ledger as l (key, order_id, kind, amount_minor, currency, outcome)
        values (${chargeKey}, ${orderId}, 'charge', 0, '', 'voided')
        on conflict (key) do update set outcome = case l.outcome when 'outage' then 'voided' else l.outcome end
        returning outcome, amount_minor as "amountMinor", currency`;
      if (charge?.outcome !== 'captured') return { outcome: 'voided' };
      await db`
        insert into simulator.payment_ledger as l (key, order_id, kind, amount_minor, currency, outcome)
        values (${key}, ${orderId}, 'refund', ${charge.amountMinor}, ${charge.currency}, 'refunded')
        on conflict (key) do update set attempts = l.attempts + 1`;
      return { outcome: 'refunded' };
    },
  };
}

function plan(orderId: string, attempt: number, { successRate, throwRate }: PaymentRates) {
  const isOutage = draw(orderId, 'outage', attempt) < throwRate;
  const settled: Outcome = draw(orderId, 'decline') < successRate ? 'captured' : 'declined';
  return { isOutage, outcome: isOutage && draw(orderId, 'unheard', attempt) < 0.5 ? 'outage' : settled };
}

interface Entry {
  readonly outcome: Outcome;
  readonly attempts: number;
}

async function enter(db: Database, request: ChargeRequest, outcome: string): Promise<Entry> {
  const { key, orderId, amountMinor, currency } = request;
  const [entry] = await db<Entry[]>`
    insert into simulator.payment_ledger as l (key, order_id, kind, amount_minor, currency, outcome)
    values (${key}, ${orderId}, 'charge', ${amountMinor}, ${currency}, ${outcome})
    on conflict (key) do update set attempts = l.attempts + 1
    returning outcome, attempts`;
  if (!entry) throw new Error(`payment simulator: ${key} was not entered`);
  return entry;
}

/** Settles a charge that met only outages so far. */
async function settle(db: Database, key: string, outcome: string): Promise<Entry> {
  const [entry] = await db<Entry[]>`
    update simulator.payment_ledger set outcome = case outcome when 'outage' then ${outcome} else outcome end
    where key = ${key} returning outcome, attempts`;
  if (!entry) throw new Error(`payment simulator: ${key} is not in the ledger`);
  return entry;
}

function toResult(request: ChargeRequest, outcome: Outcome): ChargeResult {
  if (outcome === 'captured') return { outcome, reference: `sim-${request.key}` };
  return { outcome: 'declined', reason: outcome === 'voided' ? 'the charge was voided' : 'the card was declined' };
}
