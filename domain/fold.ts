/** Folding events into an order: the same result as the rows that the statements keep. */
import type { OrderEvent } from './events.ts';
import type { Order } from './order.ts';
import { furtherStatus } from './shipment-status.ts';

/**
 * The order after these events, oldest first; undefined where there are none. Throws where the first event is not
 * `OrderCreated` or a version is missing, because then the log is broken.
 */
export function foldOrder(events: readonly OrderEvent[]): Order | undefined {
  return events.reduce<Order | undefined>(applyEvent, undefined);
}

/** The order after one more event; throws as {@link foldOrder} does. */
export function applyEvent(order: Order | undefined, event: OrderEvent): Order {
  if (event.version !== (order?.version ?? 0) + 1)
    throw new Error(`order ${event.orderId}: version ${event.version} follows ${order?.version ?? 0}`);
  return order ? evolve(order, event) : create(event);
}

function create(event: OrderEvent): Order {
  if (event.type !== 'OrderCreated') throw new Error(`order ${event.orderId} begins with ${event.type}`);
  const { customer_id, payment_method, currency, total_minor, items } = event.data;
  return {
    id: event.orderId,
    customerId: customer_id,
    status: 'PENDING',
    totalMinor: total_minor,
    currency,
    paymentMethod: payment_method,
    lines: items.map(({ product_id, quantity, unit_price_minor }) => ({
      productId: product_id,
      quantity,
      unitPriceMinor: unit_price_minor,
    })),
    approval: 'NOT_REQUIRED',
    failureReason: null,
    statusDetails: null,
    statusSince: event.occurredAt,
    version: 1,
    createdAt: event.occurredAt,
    updatedAt: event.occurredAt,
    payment: null,
    shipment: null,
  };
}

function evolve(order: Order, event: OrderEvent): Order {
  const changes = change(order, event);
  const statusSince = changes.status ? event.occurredAt : order.statusSince;
  return { ...order, ...changes, statusSince, version: event.version, updatedAt: event.occurredAt };
}

function change(order: Order, event: OrderEvent): Partial<Order> {
  switch (event.type) {
    case 'OrderCreated':
      throw new Error(`order ${event.orderId} is created twice`);
    case 'ApprovalRequested':
      return { approval: 'AWAITING_APPROVAL' };
    case 'OrderApproved':
      return { approval: 'APPROVED', statusDetails: event.data.reason };
    case 'OrderDenied':
      return { approval: 'DENIED', statusDetails: event.data.reason };
    case 'StockReserved':
      return {
        payment: {
          id: event.data.payment_id,
          status: 'PAYMENT_PENDING',
          amountMinor: order.totalMinor,
          method: order.paymentMethod,
        },
      };
    case 'PaymentDelayed':
      return order.payment?.status === 'PAYMENT_PENDING' ? withPayment(order, 'PAYMENT_PROCESSING') : {};
    case 'PaymentAuthorized':
      return {
        ...withPayment(order, 'PAYMENT_COMPLETED'),
        status: 'PROCESSING',
        statusDetails: event.data.details,
      };
    case 'PaymentFailed':
      return withPayment(order, 'PAYMENT_FAILED');
    case 'PaymentRefunded':
      return withPayment(order, 'PAYMENT_REFUNDED');
    case 'ShippingScheduled':
      return {
        status: 'SHIPPED',
        statusDetails: event.data.details,
        shipment: {
          id: event.data.shipment_id,
          trackingNumber: event.data.tracking_number,
          carrier: event.data.carrier,
          status: 'SHIPMENT_IN_TRANSIT',
          currentLocation: null,
          estimatedDelivery: event.data.estimated_delivery,
        },
      };
    case 'ShipmentMoved':
      return withNews(order, event.data);
    case 'OrderDelivered':
      return {
        status: 'DELIVERED',
        statusDetails: event.data.details,
        shipment: order.shipment && { ...order.shipment, status: 'SHIPMENT_DELIVERED' },
      };
    case 'OrderCancelled':
      return {
        ...(isUnderway(order.payment) ? withPayment(order, 'PAYMENT_FAILED') : {}),
        status: 'CANCELLED',
        failureReason: event.data.failure_reason,
        statusDetails: event.data.details,
      };
    case 'StockRejected':
    case 'CancellationRequested':
    case 'StockReleased':
    case 'AlertRaised':
      return {};
  }
}

function isUnderway(payment: Order['payment']): boolean {
  return payment?.status === 'PAYMENT_PENDING' || payment?.status === 'PAYMENT_PROCESSING';
}

function withPayment(order: Order, status: NonNullable<Order['payment']>['status']): Partial<Order> {
  return { payment: order.payment && { ...order.payment, status } };
}

function withNews(order: Order, news: Extract<OrderEvent, { type: 'ShipmentMoved' }>['data']): Partial<Order> {
  if (!order.shipment) return {};
  return {
    shipment: {
      ...order.shipment,
      status: furtherStatus(order.shipment.status, news.status),
      currentLocation: news.location ?? order.shipment.currentLocation,
      estimatedDelivery: news.estimated_delivery ?? order.shipment.estimatedDelivery,
    },
  };
}
