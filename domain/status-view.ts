/** The order status view: an order in the uniform statuses of its events, whatever the log holds beside them. */
import type { OrderEvent } from './events.ts';
import { foldOrder } from './fold.ts';
import { reasonOf } from './history.ts';
import type { OrderLine } from './order.ts';
import type { OrderStatus } from './order-status.ts';
import { PUBLICATIONS, VIEW_STATUSES, type ViewStatus } from './published-events.ts';

/** An order in the order status view. Moments are ISO 8601 in UTC. */
export interface OrderStatusView {
  readonly orderId: string;
  readonly customerId: string;
  readonly status: ViewStatus;
  readonly totalMinor: number;
  readonly currency: string;
  readonly lines: readonly OrderLine[];
  /** When anything of the order changed last. */
  readonly lastUpdated: string;
  /** What was said with the event that led to the status, or null. */
  readonly lastStatusDetails: string | null;
  /** How many events led to a status, the first included. */
  readonly totalStatusChanges: number;
  /** Since when the order is in its status. */
  readonly statusSince: string;
}

/** The view of an order from all of its events, oldest first; undefined where there are none. Throws as `foldOrder` does. */
export function foldStatusView(events: readonly OrderEvent[]): OrderStatusView | undefined {
  const order = foldOrder(events);
  const changes = events.filter(({ type }) => PUBLICATIONS[type].viewStatus !== null);
  const last = changes.at(-1);
  const status = last && PUBLICATIONS[last.type].viewStatus;
  if (!order || !status) return undefined;
  return {
    orderId: order.id,
    customerId: order.customerId,
    status,
    totalMinor: order.totalMinor,
    currency: order.currency,
    lines: order.lines,
    lastUpdated: order.updatedAt,
    lastStatusDetails: reasonOf(last),
    totalStatusChanges: changes.length,
    statusSince: last.occurredAt,
  };
}

/**
 * The status of an order that stands in each status of the view. None stays `INVENTORY_REJECTED`, because the statement that
 * rejects the stock cancels the order, too.
 */
export const ORDER_STATUS_IN_VIEW: Readonly<Record<ViewStatus, OrderStatus>> = {
  CREATED: 'PENDING',
  INVENTORY_RESERVED: 'PENDING',
  INVENTORY_REJECTED: 'CANCELLED',
  PAYMENT_FAILED: 'PENDING',
  PAYMENT_AUTHORIZED: 'PROCESSING',
  SHIPPING_SCHEDULED: 'SHIPPED',
  COMPLETED: 'DELIVERED',
  CANCELLED: 'CANCELLED',
};

/** Reads a status of the view in any letter case; undefined where it is none. */
export function parseViewStatus(text: string): ViewStatus | undefined {
  const word = text.trim().toUpperCase();
  return VIEW_STATUSES.find((status) => status === word);
}
