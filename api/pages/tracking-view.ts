/**
 * What a customer is told of their order: everything that the page shows, and nothing else. Reasons, ids and stages of
 * the inside stop here. Moments are ISO 8601 in UTC, amounts are text with their currency.
 */
import { foldOrder } from '../../domain/fold.ts';
import type { Order } from '../../domain/order.ts';
import { hasReached, isSettled } from '../../domain/order-status.ts';
import type { TrackedOrder } from '../tracking.ts';
import { tellAmount } from './amounts.ts';
import { type Headline, tellHeadline } from './tracking-headline.ts';
import { type News, tellNews } from './tracking-news.ts';

/** A step on the way; `at` is when it was reached, null where it was not. */
export interface TrackingStep {
  readonly name: string;
  readonly state: 'done' | 'current' | 'ahead';
  readonly at: string | null;
}

/** Where the parcel is; null where nobody has said. */
export interface Parcel {
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly location: string | null;
  readonly estimatedDelivery: string | null;
}

/** A line of the order. */
export interface TrackedItem {
  readonly name: string;
  readonly quantity: number;
  readonly price: string;
}

/** An order as its customer sees it. */
export interface TrackingView extends Headline {
  readonly orderId: string;
  readonly steps: readonly TrackingStep[];
  readonly parcel: Parcel | null;
  /** What happened, the latest first. */
  readonly news: readonly News[];
  readonly items: readonly TrackedItem[];
  readonly total: string;
  /** Whether nothing more will happen. */
  readonly isSettled: boolean;
  /** Grows with every change; it is not shown. */
  readonly version: number;
}

/** The view of an order from its events; throws where there are none. */
export function toTrackingView({ events, productNames }: TrackedOrder): TrackingView {
  const order = foldOrder(events);
  if (!order) throw new Error('an order has at least one event');
  const momentOf = (type: (typeof events)[number]['type']) =>
    events.find((event) => event.type === type)?.occurredAt ?? null;
  const isBeingCancelled = momentOf('CancellationRequested') !== null;
  return {
    ...tellHeadline(order, { isBeingCancelled }),
    orderId: order.id,
    steps: tellSteps(order, {
      ordered: order.createdAt,
      paid: momentOf('PaymentAuthorized'),
      shipped: momentOf('ShippingScheduled'),
      ended: isSettled(order.status) ? order.statusSince : null,
    }),
    parcel: tellParcel(order),
    news: tellNews(events).toReversed(),
    items: order.lines.map(({ productId, quantity, unitPriceMinor }) => ({
      name: productNames.get(productId) ?? productId,
      quantity,
      price: tellAmount(quantity * unitPriceMinor, order.currency),
    })),
    total: tellAmount(order.totalMinor, order.currency),
    isSettled: isSettled(order.status),
    version: order.version,
  };
}

interface Moments {
  readonly ordered: string;
  readonly paid: string | null;
  readonly shipped: string | null;
  readonly ended: string | null;
}

/** The whole way to delivery; of a cancelled order only as far as it came. */
function tellSteps(order: Order, { ordered, paid, shipped, ended }: Moments): TrackingStep[] {
  const reached = [
    { name: 'Ordered', at: ordered },
    { name: 'Being prepared', at: paid },
    { name: 'On its way', at: shipped },
  ];
  if (order.status === 'CANCELLED') {
    const steps = [...reached.filter(({ at }) => at !== null), { name: 'Cancelled', at: ended }];
    return steps.map((step, place) => ({ ...step, state: place === steps.length - 1 ? 'current' : 'done' }));
  }
  const steps = [...reached, { name: 'Delivered', at: ended }];
  const current = steps.findLastIndex(({ at }) => at !== null);
  return steps.map((step, place) => ({ ...step, state: stateOf(place, current) }));
}

function stateOf(place: number, current: number): TrackingStep['state'] {
  if (place === current) return 'current';
  return place < current ? 'done' : 'ahead';
}

function tellParcel({ shipment, status }: Order): Parcel | null {
  if (!shipment || !hasReached(status, 'SHIPPED')) return null;
  const { carrier, trackingNumber, currentLocation, estimatedDelivery } = shipment;
  const isUnderWay = status === 'SHIPPED';
  return {
    carrier,
    trackingNumber,
    location: currentLocation,
    estimatedDelivery: isUnderWay ? estimatedDelivery : null,
  };
}
