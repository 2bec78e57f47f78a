import type { Database } from '../db/client.ts';
import type { LedgerEntry, PaymentLedger } from './ports.ts';

/** The books of the payment simulator. */
export function openSimulatorLedger(db: Database): PaymentLedger {
  return {
    ask: async (keys) => {
      const rows = await db<(LedgerEntry & { key: string })[]>`
        select key, case outcome when 'outage' then 'open' else outcome end as outcome, amount_minor as "amountMinor"
        from simulator.payment_ledger where key = any(${[...keys]}::text[])`;
      return new Map(rows.map(({ key, ...entry }) => [key, entry]));
    },
  };
}
