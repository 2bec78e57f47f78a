/** What happened to an order, in plain words for its customer. */
import type { OrderEvent } from '../../domain/events.ts';
import { foldOrder } from '../../domain/fold.ts';
import { tellAmount } from './amounts.ts';

/** Something that happened; `at` is ISO 8601 in UTC. */
export interface News {
  readonly at: string;
  readonly text: string;
}

/** The news in these events of one order, oldest first. What is of the inside alone is left out. */
export function tellNews(events: readonly OrderEvent[]): News[] {
  const { currency = '' } = foldOrder(events) ?? {};
  let isOut = false;
  return events.flatMap((event) => {
    const text = tell(event, currency, isOut);
    isOut ||= event.type === 'ShipmentMoved' && event.data.status === 'SHIPMENT_OUT_FOR_DELIVERY';
    return text === undefined ? [] : [{ at: event.occurredAt, text }];
  });
}

function tell(event: OrderEvent, currency: string, wasOut: boolean): string | undefined {
  switch (event.type) {
    case 'OrderCreated':
      return 'We received your order';
    case 'ApprovalRequested':
      return 'We began to check your order';
    case 'OrderApproved':
      return 'We checked your order';
    case 'StockReserved':
      return 'Your items were set aside';
    case 'PaymentDelayed':
      return 'The payment takes longer than usual';
    case 'PaymentAuthorized':
      return `Your payment of ${tellAmount(event.data.amount_minor, currency)} was received`;
    case 'PaymentFailed':
      return 'The payment did not go through';
    case 'ShippingScheduled':
      return `Your parcel was handed to ${event.data.carrier}`;
    case 'ShipmentMoved':
      return tellMove(event.data, wasOut);
    case 'OrderDelivered':
      return 'Your parcel was delivered';
    case 'CancellationRequested':
      return 'The cancellation of your order began';
    case 'PaymentRefunded':
      return `We refunded ${tellAmount(event.data.amount_minor, currency)} to you`;
    case 'OrderCancelled':
      return 'Your order was cancelled';
    case 'OrderDenied':
    case 'StockRejected':
    case 'StockReleased':
    case 'AlertRaised':
      return undefined;
  }
}

function tellMove(
  { status, location, estimated_delivery }: Extract<OrderEvent, { type: 'ShipmentMoved' }>['data'],
  wasOut: boolean,
): string | undefined {
  if (status === 'SHIPMENT_OUT_FOR_DELIVERY' && !wasOut)
    return location === null ? 'Your parcel is out for delivery' : `Your parcel is out for delivery from ${location}`;
  if (location !== null) return `Your parcel is at ${location}`;
  return estimated_delivery === null ? undefined : 'The carrier changed the estimated delivery';
}
