/** Reading the order status view. */
import type { ViewStatus } from '../domain/published-events.ts';
import { ORDER_STATUS_IN_VIEW, type OrderStatusView } from '../domain/status-view.ts';
import type { Database } from './client.ts';

/** An order in the view, with what depends on the moment of reading. */
export type OrderStatusRow = OrderStatusView & {
  readonly secondsInCurrentState: number;
  readonly createdAt: string;
};

/** Which orders to read: the newest first, after the last one of the page before. */
export interface StatusViewFilter {
  readonly statuses?: readonly ViewStatus[] | undefined;
  readonly customerId?: string | undefined;
  readonly after?: { readonly createdAt: string; readonly id: string } | undefined;
  readonly limit: number;
}

/** How many orders are in a status, and their share in percent. */
export interface StatusShare {
  readonly status: ViewStatus;
  readonly orders: number;
  readonly percentage: number;
}

/** One order in the view, or undefined. */
export async function findStatusView(db: Database, orderId: string): Promise<OrderStatusRow | undefined> {
  const [row] = await db<Row[]>`${selectView(db)} where order_id = ${orderId}`;
  return row && toView(row);
}

/** A page of orders in the view, the newest first. */
export async function listStatusViews(db: Database, filter: StatusViewFilter): Promise<OrderStatusRow[]> {
  const { statuses, customerId, after } = filter;
  // The status of the order says nothing new, but has an index.
  const orderStatuses = [...new Set(statuses?.map((status) => ORDER_STATUS_IN_VIEW[status]))];
  const rows = await db<Row[]>`
    ${selectView(db)} where true
      ${statuses?.length ? db`and status = any(${[...statuses]}::text[]) and order_status = any(${orderStatuses}::text[])` : db``}
      ${customerId === undefined ? db`` : db`and customer_id = ${customerId}`}
      ${after === undefined ? db`` : db`and (created_at, order_id) < (${after.createdAt}, ${after.id})`}
    order by created_at desc, order_id desc limit ${filter.limit}`;
  return rows.map(toView);
}

/** How many orders are in each status of the view, in the order of a life. */
export function summariseStatusViews(db: Database): Promise<StatusShare[]> {
  return db<StatusShare[]>`
    select status, orders, percentage::float8 as percentage from order_status_summary`;
}

type Row = Omit<OrderStatusRow, 'lines'> & {
  readonly items: readonly { product_id: string; quantity: number; unit_price_minor: number }[];
};

function selectView(db: Database) {
  return db`
    select order_id as "orderId", customer_id as "customerId", status, total_minor as "totalMinor", currency, items,
      last_updated as "lastUpdated", last_status_details as "lastStatusDetails",
      total_status_changes as "totalStatusChanges", status_since as "statusSince",
      seconds_in_current_state as "secondsInCurrentState", created_at as "createdAt"
    from order_status_view`;
}

function toView({ items, ...row }: Row): OrderStatusRow {
  const lines = items.map(({ product_id, quantity, unit_price_minor }) => ({
    productId: product_id,
    quantity,
    unitPriceMinor: unit_price_minor,
  }));
  return { ...row, lines };
}
