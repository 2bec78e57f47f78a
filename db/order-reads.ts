/** Reading orders and their events. */
import type { OrderEvent } from '../domain/events.ts';
import type { Order, OrderLine, Payment, Shipment } from '../domain/order.ts';
import type { Fragment } from './change.ts';
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

/** Whether there is an order of this id and this customer: the same look-up for an unknown order as for another customer's. */
export async function isOrderOf(db: Database, id: string, customerId: string): Promise<boolean> {
  const [row] = await db<{ isTheirs: boolean }[]>`
    select exists (select from orders where id = ${id} and customer_id = ${customerId}) as "isTheirs"`;
  return row?.isTheirs === true;
}

/** Whether an order has this event already. */
export async function hasEvent(db: Database, eventId: string): Promise<boolean> {
  const [row] = await db<{ isThere: boolean }[]>`
    select exists (select from order_events where event_id = ${eventId}) as "isThere"`;
  return row?.isThere === true;
}

/** The orders with these ids, with their payments and shipments, in any order; those that do not exist are left out. */
export async function findOrders(db: Database, ids: readonly string[]): Promise<Order[]> {
  const rows = await db<OrderRow[]>`${selectOrders(db)} where o.id = any(${[...ids]}::text[])`;
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

/** An event with the trace context that its order came with; only the first one of an order has it. */
export type StoredEvent = OrderEvent & { readonly traceparent: string | null };

/** The events of an order, oldest first, up to a version or a moment (ISO 8601) where given. */
export function findEvents(
  db: Database,
  orderId: string,
  until: { version?: number | undefined; time?: string | undefined; after?: number | undefined } = {},
): Promise<StoredEvent[]> {
  return db<StoredEvent[]>`
    select event_id as "eventId", order_id as "orderId", version, type, data, occurred_at as "occurredAt", traceparent
    from order_events where order_id = ${orderId}
      ${until.version === undefined ? db`` : db`and version <= ${until.version}`}
      ${until.after === undefined ? db`` : db`and version > ${until.after}`}
      ${until.time === undefined ? db`` : db`and occurred_at <= ${until.time}`}
    order by version`;
}

/** When these orders were created (ISO 8601); unknown ones are absent. */
export function findCreationTimes(
  db: Database,
  ids: readonly string[],
): Promise<{ readonly id: string; readonly createdAt: string }[]> {
  return db<{ id: string; createdAt: string }[]>`
    select id, created_at as "createdAt" from orders where id = any(${[...ids]}::text[])`;
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

/** A row that {@link selectOrders} answers. */
export interface OrderRow extends Omit<Order, 'lines' | 'payment' | 'shipment'> {
  readonly lines: OrderLine[];
  readonly payment: Payment | null;
  readonly shipment: (Omit<Shipment, 'estimatedDelivery'> & { estimatedDelivery: string | null }) | null;
}

/** Selects whole orders `o`, of the rows of a source: the table, or a part of it. */
export function selectOrders(db: Database, source: Fragment = db`orders`) {
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
    from ${source} o
      left join payments p on p.id = o.payment_id
      left join shipments s on s.id = o.shipment_id
      cross join lateral (
        select jsonb_agg(jsonb_build_object('productId', i.product_id, 'quantity', i.quantity,
          'unitPriceMinor', i.unit_price_minor) order by i.line) as lines
        from order_items i where i.order_id = o.id
      ) as l`;
}

/** The order that a row stands for. */
export function toOrder(row: OrderRow): Order {
  const { shipment } = row;
  if (!shipment?.estimatedDelivery) return row;
  return { ...row, shipment: { ...shipment, estimatedDelivery: new Date(shipment.estimatedDelivery).toISOString() } };
}
