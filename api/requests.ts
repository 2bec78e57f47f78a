/** From the words of the contract to the arguments of the use cases, the same on REST and gRPC. */
import { invalidRequest } from '../domain/failures.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { OrderRequest } from '../domain/rules.ts';
import type { ShipmentStatus } from '../domain/shipment-status.ts';
import { SHIPMENT_STATUSES } from '../domain/shipment-status.ts';
import {
  checkInteger,
  checkLocation,
  checkPageSize,
  checkTime,
  demand,
  readStatus,
  toInstant,
  violation,
} from './checks.ts';
import type { LocationUpdate } from './order-commands.ts';
import { type FilterMessage, readOrderFilter, readSort } from './order-filter.ts';
import type { ListOrdersQuery } from './order-queries.ts';

/** A new order in the words of the contract. */
export interface OrderMessage {
  readonly customer_id: string;
  readonly items: readonly { readonly product_id: string; readonly quantity: number }[];
  readonly order_id?: string | undefined;
  readonly payment_method?: string | undefined;
  readonly total_amount?: number | undefined;
}

/** Which page of which orders, in the words of the contract. */
export interface ListMessage extends FilterMessage {
  readonly sort?: string | undefined;
  /** Whether to count all of them. */
  readonly count?: boolean | undefined;
  readonly page_size?: number | undefined;
  readonly page_token?: string | undefined;
}

/** News of the carrier in the words of the contract. */
export interface NewsMessage {
  readonly location: string;
  readonly status?: string | undefined;
  readonly estimated_delivery?: string | undefined;
  readonly occurred_at?: string | undefined;
}

const TRACEPARENT = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/;
const VERSION = /^-?\d+(\.\d+)?$/;

/** A new order; the rules of orders are checked later, together. */
export function readOrder(message: OrderMessage): OrderRequest {
  return {
    customerId: message.customer_id,
    items: message.items.map(({ product_id, quantity }) => ({ productId: product_id, quantity })),
    orderId: message.order_id,
    paymentMethod: message.payment_method,
    statedTotal: message.total_amount,
  };
}

/** Which page of which orders. */
export function readListQuery(message: ListMessage): ListOrdersQuery {
  demand(checkPageSize(message.page_size));
  return {
    filter: readOrderFilter(message),
    sort: readSort(message.sort),
    isCounted: message.count,
    pageSize: message.page_size,
    pageToken: message.page_token,
  };
}

/** News of the carrier. */
export function readNews(message: NewsMessage): LocationUpdate {
  const { location, status, estimated_delivery, occurred_at } = message;
  demand(
    checkLocation(location),
    isShipmentStatus(status) ? [] : [violation('status', status, 'known_status', NOT_A_SHIPMENT_STATUS)],
    checkTime('estimated_delivery', estimated_delivery),
    checkTime('occurred_at', occurred_at),
  );
  return {
    location,
    status: status as ShipmentStatus | undefined,
    estimatedDelivery: toInstant(estimated_delivery),
    occurredAt: toInstant(occurred_at),
  };
}

/** A version or a moment to travel to. */
export function readAt(at: string, field = 'at'): { version: number } | { time: string } {
  if (VERSION.test(at)) {
    const version = Number(at);
    demand(checkInteger(field, version, { rule: 'time', least: 1 }));
    return { version };
  }
  const time = toInstant(at);
  if (time !== undefined) return { time };
  throw invalidRequest([
    violation(field, at, 'time', 'must be a version such as 3 or a time such as 2026-11-21T08:00:00Z'),
  ]);
}

/** What a status that somebody wishes means: a decision about the approval, or a status of the order. */
export function readWish(word: string): 'APPROVE' | 'DENY' | OrderStatus {
  switch (word.trim().toUpperCase()) {
    case 'ACCEPTED':
    case 'APPROVED':
      return 'APPROVE';
    case 'DENIED':
      return 'DENY';
    default:
      return readStatus('status', word);
  }
}

/** The W3C trace context of a request, where it is one. */
export function traceparentOf(value: unknown): string | undefined {
  return typeof value === 'string' && TRACEPARENT.test(value) ? value : undefined;
}

const NOT_A_SHIPMENT_STATUS = `must be one of ${SHIPMENT_STATUSES.join(', ')}`;

function isShipmentStatus(word: string | undefined): word is ShipmentStatus | undefined {
  return word === undefined || (SHIPMENT_STATUSES as readonly string[]).includes(word);
}
