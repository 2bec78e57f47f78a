/** Reading the statistics of all orders. Amounts are minor units, days are those of UTC. */
import type { FailureReason } from '../domain/failure-reason.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { Fragment } from './change.ts';
import type { Database } from './client.ts';
import { PROJECTIONS } from './projections.ts';

/** Orders of one status and currency. */
export interface StatusTotal {
  readonly status: OrderStatus;
  readonly currency: string;
  readonly orders: number;
  readonly totalMinor: number;
}

/** Orders that left a status for another one after a time within one bucket of the histogram. */
export interface StageTotal {
  readonly status: OrderStatus;
  readonly nextStatus: OrderStatus;
  readonly bucket: number;
  readonly orders: number;
  readonly totalMs: number;
}

/** What happened in some days in one currency; `revenueMinor`: what was created in them and not cancelled since. */
export interface PeriodTotal {
  readonly currency: string;
  readonly created: number;
  /** Who ordered for the first time. */
  readonly newCustomers: number;
  readonly delivered: number;
  readonly cancelled: number;
  readonly createdMinor: number;
  readonly deliveredMinor: number;
  readonly cancelledMinor: number;
  readonly revenueMinor: number;
}

/** What happened on one day (`2026-11-21`) in one currency. */
export type DayTotal = PeriodTotal & { readonly day: string };

/** Everything at once, of one moment. */
export interface Statistics {
  readonly statuses: readonly StatusTotal[];
  readonly stages: readonly StageTotal[];
  readonly cancellations: readonly { readonly failureReason: FailureReason; readonly orders: number }[];
  readonly today: readonly PeriodTotal[];
  readonly period: readonly PeriodTotal[];
  /** First and last day of the period; the last is today. */
  readonly from: string;
  readonly to: string;
  readonly customers: number;
  readonly products: number;
}

/** Reads everything, with a period of so many days up to today. */
export async function readStatistics(db: Database, days: number): Promise<Statistics> {
  const today = db`(now() at time zone 'UTC')::date`;
  const from = db`((now() at time zone 'UTC')::date - ${days - 1}::int)`;
  const [row] = await db<Statistics[]>`
    with active as materialized (select ${readGeneration(db)} as generation), recent as materialized (
      select * from daily_stats where generation = (select generation from active) and day between ${from} and ${today}
    )
    select (
      select coalesce(jsonb_agg(jsonb_build_object('status', status, 'currency', currency, 'orders', orders,
        'totalMinor', total_minor) order by orders desc, currency), '[]')
      from status_stats where generation = (select generation from active) and orders <> 0
    ) as statuses, (
      select coalesce(jsonb_agg(jsonb_build_object('status', status, 'nextStatus', next_status, 'bucket', bucket,
        'orders', orders, 'totalMs', total_ms)), '[]')
      from stage_stats where generation = (select generation from active)
    ) as stages, (
      select coalesce(jsonb_agg(jsonb_build_object('failureReason', failure_reason, 'orders', orders)
        order by orders desc, failure_reason), '[]')
      from cancellation_stats where generation = (select generation from active)
    ) as cancellations,
      ${periodTotals(db, db`where day = ${today}`)} as today, ${periodTotals(db, db``)} as period,
      ${from}::text as "from", ${today}::text as "to", (
      select coalesce(sum(new_customers), 0)::bigint from daily_stats where generation = (select generation from active)
    ) as customers, (select count(*) from products) as products`;
  if (!row) throw new Error('a query without a condition answered no row');
  return row;
}

/** The days from one to another (`2026-11-21`), both included, on which something happened; oldest first. */
export function readDays(db: Database, { from, to }: { from: string; to: string }): Promise<DayTotal[]> {
  return db<DayTotal[]>`
    select day::text as day, currency, created, new_customers as "newCustomers", delivered, cancelled,
      created_minor as "createdMinor", delivered_minor as "deliveredMinor", cancelled_minor as "cancelledMinor",
      revenue_minor as "revenueMinor"
    from daily_stats
    where generation = ${readGeneration(db)} and day between ${from}::date and ${to}::date
    order by day, currency`;
}

/** The generation of the statistics that is read now, as SQL. */
export function readGeneration(db: Database): Fragment {
  return db`(select coalesce(max(generation), 0) from consumers where name = ${PROJECTIONS})`;
}

/** This currency, or the one that most orders are in, as SQL. */
export function currencyOrMostUsed(db: Database, currency: string | undefined): Fragment {
  if (currency !== undefined) return db`${currency}`;
  return db`(
    select currency from status_stats where generation = ${readGeneration(db)}
    group by currency order by sum(orders) desc, currency limit 1)`;
}

function periodTotals(db: Database, condition: Fragment): Fragment {
  return db`(
    select coalesce(jsonb_agg(jsonb_build_object('currency', currency, 'created', created,
      'newCustomers', new_customers, 'delivered', delivered, 'cancelled', cancelled, 'createdMinor', created_minor, 'deliveredMinor', delivered_minor,
      'cancelledMinor', cancelled_minor, 'revenueMinor', revenue_minor) order by created desc, currency), '[]')
    from (
      select currency, sum(created) as created, sum(new_customers) as new_customers,
        sum(delivered) as delivered, sum(cancelled) as cancelled, sum(created_minor) as created_minor, sum(delivered_minor) as delivered_minor,
        sum(cancelled_minor) as cancelled_minor, sum(revenue_minor) as revenue_minor
      from recent ${condition} group by currency
    ) as total)`;
}
