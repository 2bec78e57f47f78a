/**
 * Holding the statistics against the orders. Each comparison is one statement and so sees one moment: the orders as they
 * stood at the cursor of the statistics, whatever has happened since.
 */
import type { Fragment } from './change.ts';
import type { Database } from './client.ts';
import { PROJECTIONS, STATISTICS_EVENTS } from './projections.ts';

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

interface Comparison {
  readonly table: string;
  readonly keys: readonly string[];
  readonly figures: readonly string[];
  /** The same rows, counted from `counted`: the orders at the cursor. */
  readonly counted: (db: Database) => Fragment;
}

/** Compares table by table; answers those that differ. Nothing is compared before the statistics were begun. */
export async function findDrift(db: Database): Promise<Drift[]> {
  const found: Drift[] = [];
  for (const comparison of COMPARISONS) found.push(...(await compare(db, comparison)));
  return found;
}

async function compare(db: Database, { table, keys, figures, counted }: Comparison): Promise<Drift[]> {
  const columns = db([...keys, ...figures]);
  const differs = figures
    .map((figure) => db`coalesce(kept.${db(figure)}, 0) <> coalesce(told.${db(figure)}, 0)`)
    .reduce((all, one) => db`${all} or ${one}`);
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
        (o.created_at at time zone 'UTC')::date as created_on, (o.status_since at time zone 'UTC')::date as since_day,
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

const COMPARISONS: readonly Comparison[] = [
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
    counted: (db) => db`
      select customer_id, currency, count(*) as orders, count(*) filter (where status = 'DELIVERED') as delivered,
        count(*) filter (where status = 'CANCELLED') as cancelled, sum(total_minor)::bigint as ordered_minor,
        coalesce(sum(total_minor) filter (where status = 'CANCELLED'), 0)::bigint as cancelled_minor
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
    figures: ['created', 'delivered', 'cancelled', 'created_minor', 'delivered_minor', 'cancelled_minor', 'lost_minor'],
    counted: (db) => db`
      select day, currency, count(*) filter (where what = 'created') as created,
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
      ) as happening group by 1, 2`,
  },
  {
    table: 'cancellation_stats',
    keys: ['failure_reason'],
    figures: ['orders'],
    counted: (db) => db`
      select failure_reason, count(*) as orders from counted where status = 'CANCELLED' group by 1`,
  },
];
