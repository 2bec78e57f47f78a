import type { OrderEvent } from './events.ts';
import { applyEvent } from './fold.ts';
import type { Order } from './order.ts';
import type { OrderStatus } from './order-status.ts';

/** An event with the status before and after it, the words that were said, and the trace of its order. */
export interface HistoryEntry {
  readonly event: OrderEvent;
  readonly previousStatus: OrderStatus | null;
  readonly status: OrderStatus;
  readonly reason: string | null;
  /** W3C, 32 hexadecimal digits; null where the order belongs to no trace. */
  readonly traceId: string | null;
}

/** The history of an order from all of its events, oldest first; the first one carries the trace context of the order. */
export function tellHistory(events: readonly (OrderEvent & { traceparent?: string | null })[]): HistoryEntry[] {
  const traceId = /^[\da-f]{2}-([\da-f]{32})-/.exec(events[0]?.traceparent ?? '')?.[1] ?? null;
  let order: Order | undefined;
  return events.map((event) => {
    const previousStatus = order?.status ?? null;
    order = applyEvent(order, event);
    return { event, previousStatus, status: order.status, reason: reasonOf(event), traceId };
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
