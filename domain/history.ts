import type { OrderEvent } from './events.ts';
import { applyEvent } from './fold.ts';
import type { Order } from './order.ts';
import type { OrderStatus } from './order-status.ts';

/** An event with the status before and after it, and the words that were said. */
export interface HistoryEntry {
  readonly event: OrderEvent;
  readonly previousStatus: OrderStatus | null;
  readonly status: OrderStatus;
  readonly reason: string | null;
}

/** The history of an order from all of its events, oldest first. */
export function tellHistory(events: readonly OrderEvent[]): HistoryEntry[] {
  let order: Order | undefined;
  return events.map((event) => {
    const previousStatus = order?.status ?? null;
    order = applyEvent(order, event);
    return { event, previousStatus, status: order.status, reason: reasonOf(event) };
  });
}

/** The words that were said with an event, or null. */
export function reasonOf(event: OrderEvent): string | null {
  switch (event.type) {
    case 'OrderCancelled':
    case 'CancellationRequested':
      return event.data.details ?? event.data.failure_reason;
    case 'PaymentAuthorized':
    case 'ShippingScheduled':
    case 'OrderDelivered':
      return event.data.details;
    case 'AlertRaised':
      return event.data.details;
    case 'OrderApproved':
    case 'OrderDenied':
    case 'PaymentFailed':
      return event.data.reason;
    default:
      return null;
  }
}
