/**
 * The statements that keep the statistics: what the log adds up to for each customer, product, day, status and stage.
 * Sums only, so that the order in which events are added does not matter.
 */
import type { EventType } from '../domain/events.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { Fragment } from './change.ts';
import type { Database } from './client.ts';
import { cursorMove, type CursorMove } from './log.ts';

/** The name of the statistics among the consumers of the log. */
export const PROJECTIONS = 'projections';

/** The events that change statistics, and the status that each of them leads to. */
const STATUS_AFTER = {
  OrderCreated: 'PENDING',
  PaymentAuthorized: 'PROCESSING',
  ShippingScheduled: 'SHIPPED',
  OrderDelivered: 'DELIVERED',
  OrderCancelled: 'CANCELLED',
} as const satisfies Partial<Record<EventType, OrderStatus>>;

/** The types of events that change statistics. */
export const STATISTICS_EVENTS = Object.keys(STATUS_AFTER) as readonly EventType[];

/** Upper bounds, in milliseconds, of the histogram of the time that orders spend in a status. */
export const STAGE_BOUNDS_MS: readonly number[] = [
  1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000, 1_800_000, 3_600_000, 21_600_000, 86_400_000, 604_800_000,
];

/** The tables that hold statistics; each row belongs to a generation. */
export const STATISTICS_TABLES = [
  'customer_stats',
  'product_stats',
  'product_day_stats',
  'daily_stats',
  'status_stats',
  'stage_stats',
  'cancellation_stats',
] as const;

/**
 * Adds a stretch of the log, from where the move begins to where it ends, to the generation that the mover fills, and
 * makes the move: one statement, so that each event counts exactly once. `most` is how many events there are at most.
 * Answers whether the move was made; where it was not, nothing was added.
 */
export async function addStretch(db: Database, move: CursorMove, most: number): Promise<boolean> {
  // What an event does not say is read from its order, which never changes there. `offset 0`: looked up one by one,
  // because the planner cannot know how short the stretch is.
  const moved = await db`
    with move as (${cursorMove(db, move)}), fact as materialized (
      select m.generation, e.order_id, e.occurred_at, e.failure_reason, ${statusAfter(db, db`e.type`)} as status,
        before.status as previous_status, before.since, o.customer_id, o.currency, o.total_minor, o.created_at,
        e.type = 'OrderCreated' and ${isFirstOrder(db)} as is_first
      from move m cross join lateral (
        select tx, position, order_id, version, type, occurred_at, data ->> 'failure_reason' as failure_reason
        from order_events
        where (tx, position) > (${move.from.tx}::xid8, ${move.from.position}::bigint)
          and (tx, position) <= (${move.to.tx}::xid8, ${move.to.position}::bigint)
          and type = any(${[...STATISTICS_EVENTS]}::text[])
        order by tx, position limit ${most}
      ) as e cross join lateral (select * from orders where id = e.order_id offset 0) as o
      left join lateral (
        select ${statusAfter(db, db`p.type`)} as status, p.occurred_at as since from order_events p
        where e.version > 1 and p.order_id = e.order_id and p.version < e.version
          and p.type = any(${[...STATISTICS_EVENTS]}::text[])
        order by p.version desc limit 1
      ) as before on true
    ), sold as materialized (${soldLines(db)}), customer as (${addToCustomers(db)}), product as (${addToProducts(db)}),
    product_day as (${addToProductDays(db)}), day as (${addToDays(db)}),
    status as (${addToStatuses(db)}), stage as (${addToStages(db)}), cancellation as (${addToCancellations(db)})
    select generation from move`;
  return moved.count === 1;
}

function addToCustomers(db: Database): Fragment {
  return db`
    insert into customer_stats as s (generation, customer_id, currency, orders, delivered, cancelled, ordered_minor,
      cancelled_minor, first_order_at, last_order_at)
    select generation, customer_id, currency, count(*) filter (where status = 'PENDING'),
      count(*) filter (where status = 'DELIVERED'), count(*) filter (where status = 'CANCELLED'),
      coalesce(sum(total_minor) filter (where status = 'PENDING'), 0),
      coalesce(sum(total_minor) filter (where status = 'CANCELLED'), 0), min(created_at), max(created_at)
    from fact where status in ('PENDING', 'DELIVERED', 'CANCELLED') group by generation, customer_id, currency
    on conflict (generation, customer_id, currency) do update set orders = s.orders + excluded.orders,
      delivered = s.delivered + excluded.delivered, cancelled = s.cancelled + excluded.cancelled,
      ordered_minor = s.ordered_minor + excluded.ordered_minor,
      cancelled_minor = s.cancelled_minor + excluded.cancelled_minor,
      first_order_at = least(s.first_order_at, excluded.first_order_at),
      last_order_at = greatest(s.last_order_at, excluded.last_order_at)`;
}

/** What was ordered and what was cancelled of each product, by the day on which the order was created. */
function soldLines(db: Database): Fragment {
  return db`
    select f.generation, line.product_id, (f.created_at at time zone 'UTC')::date as day, f.currency,
      count(*) filter (where f.status = 'PENDING') as orders,
      count(*) filter (where f.status = 'CANCELLED') as cancelled,
      coalesce(sum(line.quantity) filter (where f.status = 'PENDING'), 0) as ordered_quantity,
      coalesce(sum(line.quantity) filter (where f.status = 'CANCELLED'), 0) as cancelled_quantity,
      coalesce(sum(line.minor) filter (where f.status = 'PENDING'), 0) as ordered_minor,
      coalesce(sum(line.minor) filter (where f.status = 'CANCELLED'), 0) as cancelled_minor
    from fact f cross join lateral (
      select product_id, sum(quantity) as quantity, sum(quantity::bigint * unit_price_minor) as minor
      from order_items where order_id = f.order_id group by product_id
    ) as line
    where f.status in ('PENDING', 'CANCELLED') group by 1, 2, 3, 4`;
}

function addToProducts(db: Database): Fragment {
  return db`
    insert into product_stats as s (generation, product_id, currency, orders, cancelled, ordered_quantity,
      cancelled_quantity, ordered_minor, cancelled_minor)
    select generation, product_id, currency, sum(orders), sum(cancelled), sum(ordered_quantity),
      sum(cancelled_quantity), sum(ordered_minor), sum(cancelled_minor)
    from sold group by generation, product_id, currency
    on conflict (generation, product_id, currency) do update set ${addSold(db)}`;
}

function addToProductDays(db: Database): Fragment {
  return db`
    insert into product_day_stats as s (generation, product_id, day, currency, orders, cancelled, ordered_quantity,
      cancelled_quantity, ordered_minor, cancelled_minor)
    select generation, product_id, day, currency, orders, cancelled, ordered_quantity, cancelled_quantity,
      ordered_minor, cancelled_minor
    from sold
    on conflict (generation, product_id, day, currency) do update set ${addSold(db)}`;
}

function addSold(db: Database): Fragment {
  return db`
    orders = s.orders + excluded.orders, cancelled = s.cancelled + excluded.cancelled,
    ordered_quantity = s.ordered_quantity + excluded.ordered_quantity,
    cancelled_quantity = s.cancelled_quantity + excluded.cancelled_quantity,
    ordered_minor = s.ordered_minor + excluded.ordered_minor,
    cancelled_minor = s.cancelled_minor + excluded.cancelled_minor`;
}

function addToDays(db: Database): Fragment {
  return db`
    insert into daily_stats as s (generation, day, currency, created, new_customers, delivered, cancelled,
      created_minor, delivered_minor, cancelled_minor, lost_minor)
    select generation, (at at time zone 'UTC')::date, currency, count(*) filter (where what = 'PENDING'),
      count(*) filter (where what = 'PENDING' and is_first),
      count(*) filter (where what = 'DELIVERED'), count(*) filter (where what = 'CANCELLED'),
      coalesce(sum(total_minor) filter (where what = 'PENDING'), 0),
      coalesce(sum(total_minor) filter (where what = 'DELIVERED'), 0),
      coalesce(sum(total_minor) filter (where what = 'CANCELLED'), 0),
      coalesce(sum(total_minor) filter (where what = 'lost'), 0)
    from (
      select generation, occurred_at as at, currency, status as what, total_minor, is_first from fact
      where status in ('PENDING', 'DELIVERED', 'CANCELLED')
      union all select generation, created_at, currency, 'lost', total_minor, false from fact where status = 'CANCELLED'
    ) as happening group by 1, 2, 3
    on conflict (generation, day, currency) do update set created = s.created + excluded.created,
      new_customers = s.new_customers + excluded.new_customers, delivered = s.delivered + excluded.delivered,
      cancelled = s.cancelled + excluded.cancelled, created_minor = s.created_minor + excluded.created_minor,
      delivered_minor = s.delivered_minor + excluded.delivered_minor,
      cancelled_minor = s.cancelled_minor + excluded.cancelled_minor, lost_minor = s.lost_minor + excluded.lost_minor`;
}

function addToStatuses(db: Database): Fragment {
  return db`
    insert into status_stats as s (generation, status, currency, orders, total_minor)
    select generation, status, currency, sum(orders), sum(minor) from (
      select generation, status, currency, 1 as orders, total_minor as minor from fact
      union all select generation, previous_status, currency, -1, -total_minor from fact
        where previous_status is not null
    ) as change group by 1, 2, 3
    on conflict (generation, status, currency) do update set orders = s.orders + excluded.orders,
      total_minor = s.total_minor + excluded.total_minor`;
}

function addToStages(db: Database): Fragment {
  return db`
    insert into stage_stats as s (generation, status, next_status, bucket, orders, total_ms)
    select generation, previous_status, status, width_bucket(ms, ${[...STAGE_BOUNDS_MS]}::bigint[]), count(*), sum(ms)
    from fact cross join lateral (
      select (extract(epoch from occurred_at - since) * 1000)::bigint as ms
    ) as time where previous_status is not null group by 1, 2, 3, 4
    on conflict (generation, status, next_status, bucket) do update set orders = s.orders + excluded.orders,
      total_ms = s.total_ms + excluded.total_ms`;
}

function addToCancellations(db: Database): Fragment {
  return db`
    insert into cancellation_stats as s (generation, failure_reason, orders)
    select generation, failure_reason, count(*) from fact where status = 'CANCELLED' group by 1, 2
    on conflict (generation, failure_reason) do update set orders = s.orders + excluded.orders`;
}

/**
 * Whether no order of the customer was created before in the log, as SQL. That can be told for good, because whatever
 * comes before is committed. It is looked for among those whose transaction may have begun before.
 */
function isFirstOrder(db: Database): Fragment {
  return db`not exists (
    select from orders earlier join order_events created on created.order_id = earlier.id and created.version = 1
    where earlier.customer_id = o.customer_id and earlier.created_at <= o.created_at + interval '1 minute'
      and (created.tx, created.position) < (e.tx, e.position)
  )`;
}

/** The status that an event of this type leads to, as SQL. */
function statusAfter(db: Database, type: Fragment): Fragment {
  return db`(${db.json(STATUS_AFTER)}::jsonb ->> ${type})`;
}
