/**
 * Holding the statistics against the orders. Each comparison is one statement and so sees one moment: the orders as they
 * stood at the cursor of the statistics, whatever has happened since.
 */
import type { Fragment } from './change.ts';
import type { Database } from './client.ts';
import { PROJECTIONS, STAGE_BOUNDS_MS, STATISTICS_EVENTS } from './projections.ts';

/** A table of statistics that says something else than the orders. */
export interface Drift {
  readonly table: string;
  /** How many of its rows differ. */
  readonly rows: number;
  /** One of them: what it says and what the orders add up to, null where there is no such row. */
  readonly example: {
    readonly kept: Readonly<Record<string, unknown>> | null;
    readonly counted: Readonly<Record<string, unknown>> | null;
  };
}

/** How a table of statistics is held against the orders. */
export interface Comparison {
  readonly table: string;
  readonly keys: readonly string[];
  /** Numbers; a row that is not there is one of zeros. */
  readonly figures: readonly string[];
  readonly moments?: readonly string[];
  /** The same rows, counted from `counted`: the orders at the cursor. */
  readonly counted: (db: Database) => Fragment;
}

/** Compares table by table; answers those that differ. Nothing is compared before the statistics were begun. */
export async function findDrift(db: Database): Promise<Drift[]> {
  const found: Drift[] = [];
  for (const comparison of COMPARISONS) found.push(...(await compare(db, comparison)));
  return found;
}

async function compare(db: Database, { table, keys, figures, moments = [], counted }: Comparison): Promise<Drift[]> {
  const columns = db([...keys, ...figures, ...moments]);
  const differs = [
    ...figures.map((figure) => db`coalesce(kept.${db(figure)}, 0) <> coalesce(told.${db(figure)}, 0)`),
    ...moments.map((moment) => db`kept.${db(moment)} is distinct from told.${db(moment)}`),
  ].reduce((all, one) => db`${all} or ${one}`);
  const isSame = keys.map((key) => db`kept.${db(key)} = told.${db(key)}`).reduce((all, one) => db`${all} and ${one}`);
  const rows = await db<(Drift & { rows: number })[]>`
    with ${ordersAtCursor(db)}, told as materialized (${counted(db)}), kept as materialized (
      select ${columns} from ${db(table)} where generation = (select generation from place)
    )
    select ${table} as table, count(*) over () as rows,
      jsonb_build_object('kept', to_jsonb(kept), 'counted', to_jsonb(told)) as example
    from kept full join told on ${isSame}
    where exists (select from place) and (${differs})
    limit 1`;
  return [...rows];
}

/**
 * Parts of a statement: `place`, where the statistics are, and `counted`, the orders that they hold, in the status that each
 * had there.
 */
function ordersAtCursor(db: Database): Fragment {
  return db`
    place as materialized (
      select cursor_tx, cursor_position, generation from consumers where name = ${PROJECTIONS}
    ), ahead as materialized (
      select distinct on (e.order_id) e.order_id, e.type from order_events e
      where (e.tx, e.position) > ((select cursor_tx from place), (select cursor_position from place))
        and e.type = any(${[...STATISTICS_EVENTS]}::text[])
      order by e.order_id, e.version
    ), counted as materialized (
      select o.id, o.customer_id, o.currency, o.total_minor::bigint as total_minor, o.failure_reason,
        o.created_at, (o.created_at at time zone 'UTC')::date as created_on, (o.status_since at time zone 'UTC')::date as since_day,
        case ahead.type
          when 'PaymentAuthorized' then 'PENDING'
          when 'ShippingScheduled' then 'PROCESSING'
          when 'OrderDelivered' then 'SHIPPED'
          when 'OrderCancelled' then case when exists (
            select from order_events p where p.order_id = o.id and p.type = 'PaymentAuthorized'
          ) then 'PROCESSING' else 'PENDING' end
          else o.status end as status
      from orders o left join ahead on ahead.order_id = o.id
      where ahead.type is distinct from 'OrderCreated'
    )`;
}

const SOLD = ['orders', 'cancelled', 'ordered_quantity', 'cancelled_quantity', 'ordered_minor', 'cancelled_minor'];

function countSold(db: Database, day: Fragment): Fragment {
  return db`
    select product_id, ${day} currency, count(*) as orders, count(*) filter (where status = 'CANCELLED') as cancelled,
      sum(quantity)::bigint as ordered_quantity,
      coalesce(sum(quantity) filter (where status = 'CANCELLED'), 0)::bigint as cancelled_quantity,
      sum(minor)::bigint as ordered_minor,
      coalesce(sum(minor) filter (where status = 'CANCELLED'), 0)::bigint as cancelled_minor
    from (
      select c.id, c.status, c.currency, c.created_on as day, i.product_id, sum(i.quantity) as quantity,
        sum(i.quantity::bigint * i.unit_price_minor) as minor
      from counted c join order_items i on i.order_id = c.id group by 1, 2, 3, 4, 5
    ) as line group by product_id, ${day} currency`;
}

/**
 * The orders that were the first of their customers, by the log as the projection goes by it: of those that came before,
 * only one that says to be more than a minute younger is none.
 */
function firstOrders(db: Database): Fragment {
  return db`
    select created_on, currency from (
      select c.created_on, c.currency, c.created_at, min(c.created_at) over (
        partition by c.customer_id collate "C" order by e.tx, e.position rows between unbounded preceding and 1 preceding
      ) as earlier_at
      from counted c join order_events e on e.order_id = c.id and e.version = 1
    ) as placed where earlier_at is null or earlier_at > created_at + interval '1 minute'`;
}

/**
 * How long orders had been in each status when they left it. Statuses are named when little is left to name, and the time
 * is computed once for each change (`offset 0`): the log is long.
 */
function countStages(db: Database): Fragment {
  return db`
    select ${statusAfter(db, db`previous_type`)} as status, ${statusAfter(db, db`type`)} as next_status, bucket,
      orders, total_ms
    from (
      select previous_type, type, width_bucket(ms, ${[...STAGE_BOUNDS_MS]}::bigint[]) as bucket, count(*) as orders,
        sum(ms)::bigint as total_ms
      from (
        select previous_type, type, (extract(epoch from occurred_at - since) * 1000)::bigint as ms from (
          select type, occurred_at, lag(type) over life as previous_type, lag(occurred_at) over life as since,
            (tx, position) <= ((select cursor_tx from place), (select cursor_position from place)) as is_counted
          from order_events where type = any(${[...STATISTICS_EVENTS]}::text[])
          window life as (partition by order_id order by version)
        ) as change where is_counted and since is not null offset 0
      ) as time group by 1, 2, 3
    ) as stage`;
}

/** The status that an event of this type leads to, as SQL. */
function statusAfter(db: Database, type: Fragment): Fragment {
  return db`
    case ${type} when 'OrderCreated' then 'PENDING' when 'PaymentAuthorized' then 'PROCESSING'
      when 'ShippingScheduled' then 'SHIPPED' when 'OrderDelivered' then 'DELIVERED'
      when 'OrderCancelled' then 'CANCELLED' end`;
}

/** Every table of statistics, with all that is counted in it. */
export const COMPARISONS: readonly Comparison[] = [
  {
    table: 'status_stats',
    keys: ['status', 'currency'],
    figures: ['orders', 'total_minor'],
    counted: (db) => db`
      select status, currency, count(*) as orders, sum(total_minor)::bigint as total_minor from counted group by 1, 2`,
  },
  {
    table: 'customer_stats',
    keys: ['customer_id', 'currency'],
    figures: ['orders', 'delivered', 'cancelled', 'ordered_minor', 'cancelled_minor'],
    moments: ['first_order_at', 'last_order_at'],
    counted: (db) => db`
      select customer_id, currency, count(*) as orders, count(*) filter (where status = 'DELIVERED') as delivered,
        count(*) filter (where status = 'CANCELLED') as cancelled, sum(total_minor)::bigint as ordered_minor,
        coalesce(sum(total_minor) filter (where status = 'CANCELLED'), 0)::bigint as cancelled_minor,
        min(created_at) as first_order_at, max(created_at) as last_order_at
      from counted group by 1, 2`,
  },
  {
    table: 'product_stats',
    keys: ['product_id', 'currency'],
    figures: SOLD,
    counted: (db) => countSold(db, db``),
  },
  {
    table: 'product_day_stats',
    keys: ['product_id', 'day', 'currency'],
    figures: SOLD,
    counted: (db) => countSold(db, db`day,`),
  },
  {
    table: 'daily_stats',
    keys: ['day', 'currency'],
    figures: [
      'created',
      'new_customers',
      'delivered',
      'cancelled',
      'created_minor',
      'delivered_minor',
      'cancelled_minor',
      'lost_minor',
    ],
    counted: (db) => db`
      select day, currency, count(*) filter (where what = 'created') as created,
        count(*) filter (where what = 'first') as new_customers,
        count(*) filter (where what = 'DELIVERED') as delivered,
        count(*) filter (where what = 'CANCELLED') as cancelled,
        coalesce(sum(total_minor) filter (where what = 'created'), 0)::bigint as created_minor,
        coalesce(sum(total_minor) filter (where what = 'DELIVERED'), 0)::bigint as delivered_minor,
        coalesce(sum(total_minor) filter (where what = 'CANCELLED'), 0)::bigint as cancelled_minor,
        coalesce(sum(total_minor) filter (where what = 'created' and status = 'CANCELLED'), 0)::bigint as lost_minor
      from (
        select created_on as day, currency, 'created' as what, status, total_minor from counted
        union all select since_day, currency, status, status, total_minor from counted
          where status in ('DELIVERED', 'CANCELLED')
        union all select created_on, currency, 'first', null, 0 from (${firstOrders(db)}) as first
      ) as happening group by 1, 2`,
  },
  {
    table: 'stage_stats',
    keys: ['status', 'next_status', 'bucket'],
    figures: ['orders', 'total_ms'],
    counted: countStages,
  },
  {
    table: 'cancellation_stats',
    keys: ['failure_reason'],
    figures: ['orders'],
    counted: (db) => db`
      select failure_reason, count(*) as orders from counted where status = 'CANCELLED' group by 1`,
  },
];
