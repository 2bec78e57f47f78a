/** Lists of orders: filtered, sorted, a page at a time by the place of the last order before (keyset). */
import { decimals, toMajor } from '../domain/money.ts';
import type { Order } from '../domain/order.ts';
import { isSettled, ORDER_STATUSES } from '../domain/order-status.ts';
import type { Fragment } from './change.ts';
import { type Database, plannedAnew } from './client.ts';
import { conditionsOf, type OrderFilter, statusesOf } from './order-filter.ts';
import { type OrderRow, selectOrders, toOrder } from './order-reads.ts';

/** What a list can be sorted by; `total` is in major units, whatever the currency. */
export const SORT_FIELDS = ['created_at', 'updated_at', 'total'] as const;

/** The order of a list; orders that are equal in it go by their ids. */
export interface OrderSort {
  readonly field: (typeof SORT_FIELDS)[number];
  readonly isDescending: boolean;
}

/** The newest first. */
export const NEWEST_FIRST: OrderSort = { field: 'created_at', isDescending: true };

/** The place of an order in a list: what it is sorted by, ISO 8601 or a decimal, and its id. */
export interface Place {
  readonly key: string;
  readonly id: string;
}

/** A page of orders, after a place where given. */
export async function listOrders(
  db: Database,
  filter: OrderFilter,
  { sort = NEWEST_FIRST, after, limit }: { sort?: OrderSort; after?: Place | undefined; limit: number },
): Promise<Order[]> {
  const { column, type } = COLUMNS[sort.field];
  const direction = sort.isDescending ? db`desc` : db`asc`;
  const order = db`order by ${db(column)} ${direction}, id ${direction} limit ${limit}`;
  const isAfter = after
    ? db`and (o.${db(column)}, o.id) ${sort.isDescending ? db`<` : db`>`} (${after.key}::${db.unsafe(type)}, ${after.id})`
    : db``;
  const matching = conditionsOf(db, filter, { isByChange: sort.field === 'updated_at' });
  const most = mostToSort(filter, sort);
  const walked = partsOf(db, filter, sort).map(
    (part) => db`(select * from orders o where ${part} ${matching} ${isAfter} ${order})`,
  );
  const walk = walked.reduce((one, other) => db`${one} union all ${other}`, db`(select * from orders where false)`);
  // Payment, shipment and lines are looked up for the page only.
  const page = most
    ? db`(
      with few as materialized (
        select count(*) <= ${most}::int as few
        from (select from orders o where true ${matching} limit ${most + 1}::int) as probe
      )
      (select * from (select * from orders o where (select few from few) ${matching} ${isAfter} offset 0) as o ${order})
      union all (select * from (${walk}) as o where not (select few from few)) ${order})`
    : db`(select * from (${walk}) as o ${order})`;
  const rows = await plannedAnew(
    db<OrderRow[]>`${selectOrders(db, page)} order by o.${db(column)} ${direction}, o.id ${direction}`,
  );
  return rows.map(toOrder);
}

/** How many orders there are, counted up to `most`. */
export async function countOrders(db: Database, filter: OrderFilter, most: number): Promise<number> {
  const field = filter.minTotal === undefined && filter.maxTotal === undefined ? 'created_at' : 'total';
  const matching = conditionsOf(db, filter, { isByChange: false });
  const parts = partsOf(db, filter, { field, isDescending: true })
    .map((part) => db`(select true from orders o where ${part} ${matching} limit ${most})`)
    .reduce((one, other) => db`${one} union all ${other}`, db`(select true from orders where false)`);
  const [row] = await plannedAnew(
    db<{ count: number }[]>`select count(*)::int as count from (${parts} limit ${most}) as found`,
  );
  return row?.count ?? 0;
}

/** The place of an order in a list that is sorted so. */
export function placeOf(order: Order, { field }: OrderSort): Place {
  switch (field) {
    case 'created_at':
      return { key: order.createdAt, id: order.id };
    case 'updated_at':
      return { key: order.updatedAt, id: order.id };
    case 'total':
      return { key: toMajor(order.totalMinor, order.currency).toFixed(decimals(order.currency)), id: order.id };
  }
}

const COLUMNS = {
  created_at: { column: 'created_at', type: 'timestamptz' },
  updated_at: { column: 'updated_at', type: 'timestamptz' },
  total: { column: 'total_amount', type: 'numeric' },
} as const;

/**
 * Up to how many orders are rather sorted than searched for along an index. Where they lie close together in the order of
 * the list, because times and ids go with one another, or far apart in the table, walking along the index may read most
 * orders before it has a page of them, and the planner does not foresee that.
 */
function mostToSort(filter: OrderFilter, { field }: OrderSort): number {
  const { search, createdFrom, createdTo, customerId, failureReasons, approvals, minTotal, maxTotal } = filter;
  if (search !== undefined) return 20_000;
  if (field !== 'created_at' && (createdFrom !== undefined || createdTo !== undefined)) return 200_000;
  const hasBound = minTotal !== undefined || maxTotal !== undefined;
  const isRare = [customerId, failureReasons?.[0], approvals?.[0]].some((wanted) => wanted !== undefined);
  return field === 'total' && isRare && !hasBound ? 20_000 : 0;
}

/**
 * The parts of the orders that are walked each along its index and then merged; none where nothing can match. By time of
 * change and by total only settled orders have an index, so that accepting and moving an order costs nothing for it; those
 * that are open are few.
 */
function partsOf(db: Database, filter: OrderFilter, { field }: OrderSort): Fragment[] {
  const statuses = statusesOf(filter);
  if (field !== 'created_at')
    return [
      ...(statuses.some(isSettled) ? [db`o.status in ('DELIVERED', 'CANCELLED')`] : []),
      ...(statuses.every(isSettled) ? [] : [db`o.status not in ('DELIVERED', 'CANCELLED')`]),
    ];
  if (statuses.length === ORDER_STATUSES.length || filter.failureReasons?.length) return [db`true`];
  return statuses.map((status) => db`o.status = ${status}`);
}
