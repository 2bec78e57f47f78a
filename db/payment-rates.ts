/** How somebody steers the payment simulator while it runs, instead of its settings. */
import type { PaymentRatesChange } from '../domain/payment-rates.ts';
import { auditOf } from './audit.ts';
import type { Fragment } from './change.ts';
import type { Database } from './client.ts';

/** What somebody wishes; a rate that is null is as the settings say. `changedAt` is ISO 8601. */
export interface PaymentRatesOverride {
  readonly successRate: number | null;
  readonly throwRate: number | null;
  readonly changedBy: string;
  readonly changedAt: string;
}

/** What somebody wishes, or undefined where the settings count. */
export async function findPaymentRates(db: Database): Promise<PaymentRatesOverride | undefined> {
  const [row] = await db<PaymentRatesOverride[]>`select ${columns(db)} from simulator.payment_rates`;
  return row;
}

/** Changes the rates that are given, from now on and for all workers; those that are not stay as they are. */
export async function changePaymentRates(
  db: Database,
  { actor, ...rates }: PaymentRatesChange & { readonly actor: string },
): Promise<PaymentRatesOverride> {
  const { successRate = null, throwRate = null } = rates;
  const detail = db`jsonb_strip_nulls(jsonb_build_object(
    'success_rate', ${successRate}::float8, 'throw_rate', ${throwRate}::float8))`;
  const [row] = await db<PaymentRatesOverride[]>`
    with changed as (
      insert into simulator.payment_rates as r (success_rate, throw_rate, changed_by)
      values (${successRate}::float8, ${throwRate}::float8, ${actor})
      on conflict (is_only) do update set success_rate = coalesce(excluded.success_rate, r.success_rate),
        throw_rate = coalesce(excluded.throw_rate, r.throw_rate), changed_by = excluded.changed_by, changed_at = now()
      returning r.*
    ), audit as (
      ${auditOf(db, subject(db, db`changed`), { actor, action: 'payment-simulator.change', result: 'CHANGED', detail })}
    )
    select ${columns(db)} from changed`;
  if (!row) throw new Error('the rates of the payment simulator were not changed');
  return row;
}

/** Goes back to the settings; a repeat changes nothing. */
export async function resetPaymentRates(db: Database, actor: string): Promise<void> {
  await db`
    with removed as (
      delete from simulator.payment_rates returning is_only
    )
    ${auditOf(db, subject(db, db`removed`), { actor, action: 'payment-simulator.reset', result: 'RESET' })}`;
}

/** Under which subject the audit speaks of the simulator. */
function subject(db: Database, from: Fragment): Fragment {
  return db`(select 'payment-simulator' as event_id from ${from}) as s`;
}

function columns(db: Database) {
  return db`success_rate as "successRate", throw_rate as "throwRate", changed_by as "changedBy",
    changed_at as "changedAt"`;
}
