/** What all orders add up to, from the statistics: as cheap with a million orders as with one. */
import type { FailureReason } from '../domain/failure-reason.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { Database } from './client.ts';
import { readGeneration, type StageTotal } from './statistics.ts';

/** Totals since the beginning. Amounts are minor units. */
export interface OrderTotals {
  readonly statuses: readonly { readonly status: OrderStatus; readonly orders: number }[];
  readonly stages: readonly StageTotal[];
  readonly cancellations: readonly { readonly failureReason: FailureReason; readonly orders: number }[];
  readonly delivered: readonly { readonly currency: string; readonly totalMinor: number }[];
  readonly validations: readonly { readonly outcome: 'APPROVED' | 'REJECTED'; readonly orders: number }[];
  /** Connections of each process to this database. */
  readonly connections: readonly {
    readonly application: string;
    readonly state: string;
    readonly connections: number;
  }[];
}

/** Reads them in one statement. */
export async function readOrderTotals(db: Database): Promise<OrderTotals> {
  const [totals] = await db<OrderTotals[]>`
    with active as materialized (select ${readGeneration(db)} as generation)
    select (
      select coalesce(jsonb_agg(jsonb_build_object('status', status, 'orders', orders)), '[]') from (
        select status, sum(orders) as orders from status_stats
        where generation = (select generation from active) group by status) as s
    ) as statuses, (
      select coalesce(jsonb_agg(jsonb_build_object('status', status, 'nextStatus', next_status, 'bucket', bucket,
        'orders', orders, 'totalMs', total_ms)), '[]')
      from stage_stats where generation = (select generation from active)
    ) as stages, (
      select coalesce(jsonb_agg(jsonb_build_object('failureReason', failure_reason, 'orders', orders)), '[]')
      from cancellation_stats where generation = (select generation from active)
    ) as cancellations, (
      select coalesce(jsonb_agg(jsonb_build_object('currency', currency, 'totalMinor', total_minor)), '[]')
      from status_stats where generation = (select generation from active) and status = 'DELIVERED'
    ) as delivered, (
      select coalesce(jsonb_agg(jsonb_build_object('outcome', outcome, 'orders', orders)), '[]') from (
        select outcome, sum(orders) as orders from validation_stats
        where outcome in ('APPROVED', 'REJECTED') group by outcome) as v
    ) as validations, (
      select coalesce(jsonb_agg(jsonb_build_object('application', application, 'state', state,
        'connections', connections)), '[]') from (
        select application_name as application, coalesce(state, 'unknown') as state, count(*) as connections
        from pg_stat_activity where datname = current_database() and application_name like 'steadfast-%'
        group by 1, 2) as c
    ) as connections`;
  if (!totals) throw new Error('a query without a condition answered no row');
  return totals;
}
