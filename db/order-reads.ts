/** Reading orders and their events. */
import type { OrderEvent } from '../domain/events.ts';
import type { Order, OrderLine, Payment, Shipment } from '../domain/order.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { Database } from './client.ts';

/** An order with its payment and its shipment, or undefined. */
export async function findOrder(db: Database, id: string): Promise<Order | undefined> {
  const [row] = await db<OrderRow[]>`${selectOrders(db)} where o.id = ${id}`;
  return row && toOrder(row);
}

/** The order that a shipment belongs to, or undefined. */
export async function findOrderOfShipment(db: Database, shipmentId: string): Promise<Order | undefined> {
  const [row] = await db<OrderRow[]>`
    ${selectOrders(db)} where o.id = (select order_id from shipments where id = ${shipmentId})`;
  return row && toOrder(row);
}

/** The order of the shipment that the carrier knows by this number, or undefined. */
export async function findOrderOfTracking(db: Database, trackingNumber: string): Promise<Order | undefined> {
  const [row] = await db<OrderRow[]>`
    ${selectOrders(db)} where o.id = (select order_id from shipments where tracking_number = ${trackingNumber})`;
  return row && toOrder(row);
}

/** Whether an order has this event already. */
export async function hasEvent(db: Database, eventId: string): Promise<boolean> {
  const [row] = await db<{ isThere: boolean }[]>`
    select exists (select from order_events where event_id = ${eventId}) as "isThere"`;
  return row?.isThere === true;
}

/** Which orders to list: the newest first, after the last one of the page before. */
export interface OrderFilter {
  readonly customerId?: string | undefined;
  readonly statuses?: readonly OrderStatus[] | undefined;
  /** Created at or after, ISO 8601. */
  readonly createdFrom?: string | undefined;
  /** Created before, ISO 8601. */
  readonly createdTo?: string | undefined;
  readonly after?: { readonly createdAt: string; readonly id: string } | undefined;
  readonly limit: number;
}

/** A page of orders, the newest first. */
export async function listOrders(db: Database, filter: OrderFilter): Promise<Order[]> {
  const { customerId, statuses, createdFrom, createdTo, after } = filter;
  const rows = await db<OrderRow[]>`
    ${selectOrders(db)} where true
      ${customerId === undefined ? db`` : db`and o.customer_id = ${customerId}`}
      ${statuses?.length ? db`and o.status = any(${[...statuses]}::text[])` : db``}
      ${createdFrom === undefined ? db`` : db`and o.created_at >= ${createdFrom}`}
      ${createdTo === undefined ? db`` : db`and o.created_at < ${createdTo}`}
      ${after === undefined ? db`` : db`and (o.created_at, o.id) < (${after.createdAt}, ${after.id})`}
    order by o.created_at desc, o.id desc limit ${filter.limit}`;
  return rows.map(toOrder);
}

/**
 * Open orders that have not changed for `idleMs`, by id, after the last one of the page before: those whose workflow
 * may be gone.
 */
export async function findIdleOrders(
  db: Database,
  options: { idleMs: number; after: string; limit: number },
): Promise<Order[]> {
  const rows = await db<OrderRow[]>`
    ${selectOrders(db)}
    where o.status not in ('DELIVERED', 'CANCELLED') and o.id > ${options.after}
      and o.updated_at < now() - ${options.idleMs} * interval '1 millisecond'
    order by o.id limit ${options.limit}`;
  return rows.map(toOrder);
}

/** The events of an order, oldest first, up to a version or a moment (ISO 8601) where given. */
export function findEvents(
  db: Database,
  orderId: string,
  until: { version?: number | undefined; time?: string | undefined; after?: number | undefined } = {},
): Promise<OrderEvent[]> {
  return db<OrderEvent[]>`
    select event_id as "eventId", order_id as "orderId", version, type, data, occurred_at as "occurredAt"
    from order_events where order_id = ${orderId}
      ${until.version === undefined ? db`` : db`and version <= ${until.version}`}
      ${until.after === undefined ? db`` : db`and version > ${until.after}`}
      ${until.time === undefined ? db`` : db`and occurred_at <= ${until.time}`}
    order by version`;
}

/** What is known under an idempotency key or, without one, under an order id: to answer a repeated request. */
export async function findAcceptance(
  db: Database,
  request: { orderId: string; idempotencyKey?: string | undefined },
): Promise<{ orderId: string; keyDigest: string | null; orderDigest: string | null } | undefined> {
  const key = request.idempotencyKey ?? null;
  const [row] = await db<{ orderId: string; keyDigest: string | null; orderDigest: string | null }[]>`
    select coalesce(k.order_id, o.id) as "orderId", k.request_digest as "keyDigest", o.request_digest as "orderDigest"
    from (select ${request.orderId}::text as order_id) as wanted
      left join idempotency_keys k on k.key = ${key}
      left join orders o on o.id = coalesce(k.order_id, wanted.order_id)
    where k.key is not null or o.id is not null`;
  return row;
}

interface OrderRow extends Omit<Order, 'lines' | 'payment' | 'shipment'> {
  readonly lines: OrderLine[];
  readonly payment: Payment | null;
  readonly shipment: (Omit<Shipment, 'estimatedDelivery'> & { estimatedDelivery: string | null }) | null;
}

function selectOrders(db: Database) {
  return db`
    select o.id, o.customer_id as "customerId", o.status, o.total_minor as "totalMinor", o.currency,
      o.payment_method as "paymentMethod", o.approval, o.failure_reason as "failureReason",
      o.status_details as "statusDetails", o.status_since as "statusSince", o.version,
      o.created_at as "createdAt", o.updated_at as "updatedAt", l.lines,
      case when p.id is not null then jsonb_build_object('id', p.id, 'status', p.status,
        'amountMinor', p.amount_minor, 'method', p.payment_method) end as payment,
      case when s.id is not null then jsonb_build_object('id', s.id, 'trackingNumber', s.tracking_number,
        'carrier', s.carrier, 'status', s.status, 'currentLocation', s.current_location,
        'estimatedDelivery', s.estimated_delivery) end as shipment
    from orders o
      left join payments p on p.id = o.payment_id
      left join shipments s on s.id = o.shipment_id
      cross join lateral (
        select jsonb_agg(jsonb_build_object('productId', i.product_id, 'quantity', i.quantity,
          'unitPriceMinor', i.unit_price_minor) order by i.line) as lines
        from order_items i where i.order_id = o.id
      ) as l`;
}

function toOrder(row: OrderRow): Order {
  const { shipment } = row;
  if (!shipment?.estimatedDelivery) return row;
  return { ...row, shipment: { ...shipment, estimatedDelivery: new Date(shipment.estimatedDelivery).toISOString() } };
}
