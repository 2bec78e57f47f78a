import type { Database } from '../db/client.ts';
import type { LedgerEntry, PaymentLedger } from './ports.ts';

/** Money that moved under a key; the amount is in minor units. */
export interface Movement {
  readonly key: string;
  readonly outcome: 'captured' | 'refunded';
  readonly amountMinor: number;
  readonly currency: string;
}

/** What moved for an order beyond its own keys, or for an order that is not known. */
export interface StrayMoney {
  readonly orderId: string;
  readonly movements: readonly Movement[];
}

/** A page of strays by order id; of these orders alone where given. */
export interface StrayPage {
  readonly orderIds?: readonly string[] | undefined;
  readonly after: string;
  readonly limit: number;
}

/** A provider's books, which may also be read the other way: from the money to the orders. */
export interface PaymentBooks extends PaymentLedger {
  /**
   * All captures and refunds under other keys than those of their order, and all for orders that are not known; one that
   * cannot tell may answer others too. Changes nothing. Absent where the provider lists nothing.
   */
  strays?(page: StrayPage): Promise<readonly StrayMoney[]>;
}

/** The books of the payment simulator. */
export function openSimulatorLedger(db: Database): PaymentBooks {
  return {
    ask: async (keys) => {
      const rows = await db<(LedgerEntry & { key: string })[]>`
        select key, case outcome when 'outage' then 'open' else outcome end as outcome, amount_minor as "amountMinor"
        from simulator.payment_ledger where key = any(${[...keys]}::text[])`;
      return new Map(rows.map(({ key, ...entry }) => [key, entry]));
    },
    strays: ({ orderIds, after, limit }) => db<StrayMoney[]>`
      select l.order_id as "orderId", jsonb_agg(jsonb_build_object('key', l.key, 'outcome', l.outcome,
        'amountMinor', l.amount_minor, 'currency', l.currency) order by l.key) as movements
      from simulator.payment_ledger l left join orders o on o.id = l.order_id
      where l.outcome in ('captured', 'refunded') and l.order_id > ${after}
        ${orderIds ? db`and l.order_id = any(${[...orderIds]}::text[])` : db``}
        and (o.id is null or l.key <> l.order_id || case l.outcome when 'captured' then ':charge' else ':refund' end)
      group by l.order_id order by l.order_id limit ${limit}`,
  };
}
