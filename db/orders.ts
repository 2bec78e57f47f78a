/** The statements that accept, approve, deliver and cancel orders. */
import type { EventData } from '../domain/events.ts';
import type { FailureReason } from '../domain/failure-reason.ts';
import { eventId } from '../domain/ids.ts';
import type { PaymentMethod } from '../domain/payment-status.ts';
import { type LineRequest, LIMITS } from '../domain/rules.ts';
import { changeOrder, type ChangeResult } from './change.ts';
import type { Database } from './client.ts';
import { lockStock } from './stock.ts';

/** An order to accept; every rule that needs no catalogue is kept already. `statedTotal` is in major units. */
export interface OrderToAccept {
  readonly orderId: string;
  readonly customerId: string;
  readonly paymentMethod: PaymentMethod;
  readonly statedTotal?: number | undefined;
  readonly statedCurrency?: string | undefined;
  readonly lines: readonly LineRequest[];
  readonly idempotencyKey?: string | undefined;
  readonly digest: string;
  readonly traceparent?: string | undefined;
}

/** What became of an accepted order: when, and the data of its first event. */
export interface Acceptance {
  readonly createdAt: string;
  readonly created: EventData['OrderCreated'];
}

/**
 * Accepts a set of orders in one statement: catalogue prices, rules, orders, lines, events and idempotency keys.
 * Answers each order's acceptance in the same order; undefined where nothing was stored, because a rule is broken or
 * the order id or the key is known already. A set must not hold an order id or a key twice.
 */
export async function acceptOrders(
  db: Database,
  orders: readonly OrderToAccept[],
): Promise<(Acceptance | undefined)[]> {
  const input = orders.map((order, place) => ({
    place,
    order_id: order.orderId,
    customer_id: order.customerId,
    payment_method: order.paymentMethod,
    stated_total: order.statedTotal ?? null,
    stated_currency: order.statedCurrency ?? null,
    idempotency_key: order.idempotencyKey ?? null,
    digest: order.digest,
    traceparent: order.traceparent ?? null,
    event_id: eventId(order.orderId, 'created'),
    lines: order.lines.map(({ productId, quantity, statedPrice }, line) => ({
      line: line + 1,
      product_id: productId,
      quantity,
      stated_price: statedPrice ?? null,
    })),
  }));
  const { total, totalTolerance, priceTolerance } = LIMITS;
  const rows = await db<{ place: number; createdAt: string; created: EventData['OrderCreated'] }[]>`
    with input as materialized (
      select * from jsonb_to_recordset(${db.json(input)}) as i(place int, order_id text, customer_id text,
        payment_method text, stated_total numeric, stated_currency text, idempotency_key text, digest uuid,
        traceparent text, event_id uuid, lines jsonb)
    ), line as materialized (
      select i.place, l.line, l.product_id, l.quantity, l.stated_price, p.unit_price_minor, p.currency
      from input i cross join jsonb_to_recordset(i.lines) as l(line int, product_id text, quantity int,
        stated_price numeric)
        left join products p on p.id = l.product_id
    ), sum as (
      select place, min(currency) as currency, sum(quantity::bigint * unit_price_minor) as total_minor,
        jsonb_agg(jsonb_build_object('product_id', product_id, 'quantity', quantity,
          'unit_price_minor', unit_price_minor) order by line) as items
      from line group by place
      having bool_and(unit_price_minor is not null) and min(currency) = max(currency)
        and bool_and(stated_price is null or abs(stated_price * (10 ^ currency_decimals(currency))::int
          - unit_price_minor) <= ${priceTolerance}::numeric + 0.0005)
    ), acceptable as materialized (
      select i.*, s.currency, s.total_minor, jsonb_build_object('customer_id', i.customer_id,
        'payment_method', i.payment_method, 'currency', s.currency, 'total_minor', s.total_minor, 'items', s.items) as created
      from input i join sum s using (place)
        cross join lateral (select (10 ^ currency_decimals(s.currency))::int as scale) as unit
      where s.total_minor between ${total.least}::int * scale and ${total.most}::int * scale
        and (i.stated_total is null
          or abs(i.stated_total * scale - s.total_minor) <= ${totalTolerance}::numeric * scale + 0.0005)
        and (i.stated_currency is null or i.stated_currency = s.currency)
        and not exists (select from orders o where o.id = i.order_id)
    ), key as (
      insert into idempotency_keys (key, order_id, request_digest)
      select idempotency_key, order_id, digest from acceptable where idempotency_key is not null
      on conflict do nothing
      returning key
    ), accepted as (
      insert into orders (id, customer_id, status, total_minor, currency, payment_method, status_since, version,
        request_digest, created_at, updated_at)
      select order_id, customer_id, 'PENDING', total_minor, currency, payment_method, now(), 1, digest, now(), now()
      from acceptable
      where idempotency_key is null or idempotency_key in (select key from key)
      on conflict do nothing
      returning id, created_at
    ), item as (
      insert into order_items (order_id, line, product_id, quantity, unit_price_minor, currency)
      select a.order_id, l.line, l.product_id, l.quantity, l.unit_price_minor, l.currency
      from acceptable a join accepted on accepted.id = a.order_id join line l using (place)
    ), event as (
      insert into order_events (event_id, order_id, version, type, data, traceparent, occurred_at)
      select a.event_id, a.order_id, 1, 'OrderCreated', a.created, a.traceparent, accepted.created_at
      from acceptable a join accepted on accepted.id = a.order_id
    )
    select a.place, accepted.created_at as "createdAt", a.created
    from acceptable a join accepted on accepted.id = a.order_id`;
  const acceptances: (Acceptance | undefined)[] = orders.map(() => undefined);
  for (const { place, createdAt, created } of rows) acceptances[place] = { createdAt, created };
  return acceptances;
}

/** Makes a pending order wait for a person. `limit` is in major units. */
export function requestApproval(
  db: Database,
  orderId: string,
  data: EventData['ApprovalRequested'],
): Promise<ChangeResult> {
  return changeOrder(db, {
    orderId,
    guard: db`status = 'PENDING' and approval = 'NOT_REQUIRED' and payment_id is null`,
    events: [{ step: 'approval-requested', type: 'ApprovalRequested', data }],
    set: db`approval = 'AWAITING_APPROVAL'`,
  });
}

/** Records what a person, or the timeout, said of an order that waits for approval. */
export function decideApproval(
  db: Database,
  orderId: string,
  decision: 'APPROVED' | 'DENIED',
  reason: string | null,
): Promise<ChangeResult> {
  return changeOrder(db, {
    orderId,
    guard: db`status = 'PENDING' and approval = 'AWAITING_APPROVAL'`,
    events: [
      decision === 'APPROVED'
        ? { step: 'approved', type: 'OrderApproved', data: { reason } }
        : { step: 'denied', type: 'OrderDenied', data: { reason } },
    ],
    set: db`approval = ${decision}, status_details = ${reason}`,
  });
}

/** Records that somebody asked for cancellation and that the undoing begins. */
export function requestCancellation(
  db: Database,
  orderId: string,
  failureReason: FailureReason,
  details: string | null,
): Promise<ChangeResult> {
  return changeOrder(db, {
    orderId,
    guard: db`status in ('PENDING', 'PROCESSING')`,
    events: [
      {
        step: 'cancellation-requested',
        type: 'CancellationRequested',
        data: { failure_reason: failureReason, details },
      },
    ],
  });
}

/** Cancels an order that is not shipped and releases what it has reserved, in one statement. */
export async function cancelOrder(
  db: Database,
  orderId: string,
  failureReason: FailureReason,
  details: string | null,
): Promise<ChangeResult> {
  return changeOrder(db, {
    orderId,
    guard: db`status in ('PENDING', 'PROCESSING')`,
    before: db`${lockStock(db)}, released_lines as (select stock.* from stock, target t where t.payment_id is not null)`,
    events: [
      {
        step: 'stock-released',
        type: 'StockReleased',
        data: db`(select jsonb_build_object('items',
          jsonb_agg(jsonb_build_object('product_id', id, 'quantity', quantity))) from released_lines)`,
        when: db`exists (select from released_lines)`,
      },
      { step: 'cancelled', type: 'OrderCancelled', data: { failure_reason: failureReason, details } },
    ],
    set: db`status = 'CANCELLED', status_since = e.occurred_at, failure_reason = ${failureReason}, status_details = ${details}`,
    after: db`
      released as (
        update products p set available = s.available + s.quantity, reserved = s.reserved - s.quantity, updated_at = now()
        from released_lines s, changed where p.id = s.id
      ), voided as (
        update payments p set status = 'PAYMENT_FAILED', updated_at = now() from changed
        where p.id = changed.payment_id and p.status in ('PAYMENT_PENDING', 'PAYMENT_PROCESSING')
      )`,
  });
}

/** Marks a shipped order and its shipment as delivered. */
export function deliverOrder(
  db: Database,
  orderId: string,
  shipmentId: string,
  details: string | null = null,
): Promise<ChangeResult> {
  return changeOrder(db, {
    orderId,
    guard: db`status = 'SHIPPED'`,
    events: [{ step: 'delivered', type: 'OrderDelivered', data: { shipment_id: shipmentId, details } }],
    set: db`status = 'DELIVERED', status_since = e.occurred_at, status_details = ${details}`,
    after: db`
      arrived as (
        update shipments s set status = 'SHIPMENT_DELIVERED', updated_at = now() from changed
        where s.id = changed.shipment_id
      )`,
  });
}
