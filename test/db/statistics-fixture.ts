/** What the statistics should be: computed from orders, lines and events directly, in other words than the projection. */
import { expect } from 'vitest';
import type { Database } from '../../db/client.ts';
import { STAGE_BOUNDS_MS } from '../../db/projections.ts';

/** The rows of each table of statistics. */
export type StatisticsRows = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** The statistics that are read now, without rows that say nothing. */
export async function readProjection(db: Database): Promise<StatisticsRows> {
  const generation = db`(select generation from consumers where name = 'projections')`;
  const [people, customers, products, productDays, days, statuses, stages, cancellations] = await Promise.all([
    db`select coalesce(sum(new_customers), 0)::bigint as customers from daily_stats where generation = ${generation}`,
    db`select customer_id, currency, orders, delivered, cancelled, spent_minor, first_order_at, last_order_at
       from customer_stats where generation = ${generation} order by 1, 2`,
    db`select product_id, currency, orders, quantity, revenue_minor from product_stats
       where generation = ${generation} order by 1, 2`,
    db`select product_id, day::text as day, currency, orders, cancelled, quantity, revenue_minor from product_day_stats
       where generation = ${generation} order by 1, 2, 3`,
    db`select day::text as day, currency, created, delivered, cancelled, created_minor, delivered_minor, cancelled_minor,
         revenue_minor
       from daily_stats where generation = ${generation} order by 1, 2`,
    db`select status, currency, orders, total_minor from status_stats
       where generation = ${generation} and (orders <> 0 or total_minor <> 0) order by 1, 2`,
    db`select status, next_status, bucket, orders, total_ms from stage_stats
       where generation = ${generation} order by 1, 2, 3`,
    db`select failure_reason, orders from cancellation_stats where generation = ${generation} order by 1`,
  ]);
  return { people, customers, products, productDays, days, statuses, stages, cancellations };
}

/** The same from the orders themselves. */
export async function addUpOrders(db: Database): Promise<StatisticsRows> {
  const [people, customers, products, productDays, days, statuses, stages, cancellations] = await Promise.all([
    db`select count(distinct customer_id) as customers from orders`,
    db`select customer_id, currency, count(*) as orders, count(*) filter (where status = 'DELIVERED') as delivered,
         count(*) filter (where status = 'CANCELLED') as cancelled,
         coalesce(sum(total_minor) filter (where status <> 'CANCELLED'), 0)::bigint as spent_minor,
         min(created_at) as first_order_at, max(created_at) as last_order_at
       from orders group by 1, 2 order by 1, 2`,
    db`select i.product_id, o.currency, count(distinct o.id) as orders,
         coalesce(sum(i.quantity) filter (where o.status <> 'CANCELLED'), 0)::bigint as quantity,
         coalesce(sum(i.quantity * i.unit_price_minor) filter (where o.status <> 'CANCELLED'), 0)::bigint as revenue_minor
       from order_items i join orders o on o.id = i.order_id group by 1, 2 order by 1, 2`,
    db`select i.product_id, (o.created_at at time zone 'UTC')::date::text as day, o.currency, count(distinct o.id) as orders,
         count(distinct o.id) filter (where o.status = 'CANCELLED') as cancelled,
         coalesce(sum(i.quantity) filter (where o.status <> 'CANCELLED'), 0)::bigint as quantity,
         coalesce(sum(i.quantity * i.unit_price_minor) filter (where o.status <> 'CANCELLED'), 0)::bigint as revenue_minor
       from order_items i join orders o on o.id = i.order_id group by 1, 2, 3 order by 1, 2, 3`,
    addUpDays(db),
    db`select status, currency, count(*) as orders, sum(total_minor)::bigint as total_minor
       from orders group by 1, 2 order by 1, 2`,
    addUpStages(db),
    db`select failure_reason, count(*) as orders from orders where status = 'CANCELLED' group by 1 order by 1`,
  ]);
  return { people, customers, products, productDays, days, statuses, stages, cancellations };
}

/** Fails where the statistics are not what the orders add up to. */
export async function expectStatisticsAddUp(db: Database): Promise<void> {
  expect(await readProjection(db)).toEqual(await addUpOrders(db));
}

interface Day extends Record<string, unknown> {
  readonly day: string;
  readonly currency: string;
}

async function addUpDays(db: Database): Promise<Day[]> {
  const orders = await db<
    { created: string; settled: string; status: string; currency: string; totalMinor: number }[]
  >`select (created_at at time zone 'UTC')::date::text as created, status, currency, total_minor as "totalMinor",
      (status_since at time zone 'UTC')::date::text as settled
    from orders`;
  const days = new Map<string, Day & Record<(typeof NUMBERS)[number], number>>();
  const on = (day: string, currency: string) => {
    const none = Object.fromEntries(NUMBERS.map((name) => [name, 0])) as Record<(typeof NUMBERS)[number], number>;
    const found = days.get(`${day} ${currency}`) ?? { day, currency, ...none };
    days.set(`${day} ${currency}`, found);
    return found;
  };
  for (const { created, settled, status, currency, totalMinor } of orders) {
    const first = on(created, currency);
    first.created += 1;
    first.created_minor += totalMinor;
    if (status !== 'CANCELLED') first.revenue_minor += totalMinor;
    const what = status === 'DELIVERED' ? 'delivered' : status === 'CANCELLED' ? 'cancelled' : undefined;
    if (!what) continue;
    on(settled, currency)[what] += 1;
    on(settled, currency)[`${what}_minor`] += totalMinor;
  }
  return [...days.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, day]) => day);
}

const NUMBERS = [
  'created',
  'delivered',
  'cancelled',
  'created_minor',
  'delivered_minor',
  'cancelled_minor',
  'revenue_minor',
] as const;

const STATUS_OF: Readonly<Record<string, string>> = {
  OrderCreated: 'PENDING',
  PaymentAuthorized: 'PROCESSING',
  ShippingScheduled: 'SHIPPED',
  OrderDelivered: 'DELIVERED',
  OrderCancelled: 'CANCELLED',
};

async function addUpStages(db: Database): Promise<Record<string, unknown>[]> {
  const events = await db<{ orderId: string; type: string; occurredAt: string }[]>`
    select order_id as "orderId", type, occurred_at as "occurredAt" from order_events
    where type = any(${Object.keys(STATUS_OF)}) order by order_id, version`;
  const stages = new Map<string, { orders: number; total_ms: number }>();
  events.forEach((event, place) => {
    const before = events[place - 1];
    if (before?.orderId !== event.orderId) return;
    const ms = Date.parse(event.occurredAt) - Date.parse(before.occurredAt);
    const bucket = STAGE_BOUNDS_MS.filter((bound) => ms >= bound).length;
    const key = JSON.stringify([STATUS_OF[before.type], STATUS_OF[event.type], bucket]);
    const { orders, total_ms } = stages.get(key) ?? { orders: 0, total_ms: 0 };
    stages.set(key, { orders: orders + 1, total_ms: total_ms + ms });
  });
  return [...stages.entries()].sort().map(([key, sums]) => {
    const [status, next_status, bucket] = JSON.parse(key) as [string, string, number];
    return { status, next_status, bucket, ...sums };
  });
}
