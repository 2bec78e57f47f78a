/** The statements that keep how many orders the rules approved and rejected. */
import type { Database } from './client.ts';

/** `APPROVED`, `REJECTED` or the name of a rule that was broken, and how many orders. */
export interface ValidationCount {
  readonly outcome: string;
  readonly orders: number;
}

/** Keeps the totals of a running server; those of a repeat, or of one that comes late, change nothing. */
export async function keepValidationCounts(
  db: Database,
  server: string,
  counts: readonly ValidationCount[],
): Promise<void> {
  await db`
    insert into validation_stats as s (server, outcome, orders)
    select ${server}, outcome, orders from jsonb_to_recordset(${db.json(counts.map(({ outcome, orders }) => ({ outcome, orders })))}) as c(outcome text, orders bigint)
    on conflict (server, outcome) do update set orders = greatest(s.orders, excluded.orders)`;
}

/** Adds the totals of a server that ends to those of all before it. */
export async function settleValidationCounts(db: Database, server: string): Promise<void> {
  await db`
    with own as (delete from validation_stats where server = ${server} returning outcome, orders)
    insert into validation_stats as s (server, outcome, orders) select '', outcome, orders from own
    on conflict (server, outcome) do update set orders = s.orders + excluded.orders`;
}

/** All totals, the greatest first. */
export function readValidationCounts(db: Database): Promise<ValidationCount[]> {
  return db<ValidationCount[]>`
    select outcome, sum(orders)::bigint as orders from validation_stats group by outcome order by 2 desc, 1`;
}
