/** Setting the rows of an order to the fold of its events. */
import type { JSONValue } from 'postgres';
import type { Difference } from '../domain/difference.ts';
import { auditOf } from './audit.ts';
import type { Fragment } from './change.ts';
import type { Database } from './client.ts';
import { type OrderEvidence, type OrderRows, rowsOf } from './verification.ts';

/** Who wants a repair, and of what: the rows as they were read, the rows that they should be, and what differs. */
export interface Repair {
  readonly evidence: OrderEvidence;
  readonly differences: readonly Difference[];
  readonly actor: string;
}

/**
 * Sets the rows of an order to the fold of its events and writes that to the audit, in one statement. Only while row and
 * log are as they were read; answers whether it was done. The stock of products is not touched: the statements of the log
 * have moved it.
 */
export async function repairOrder(db: Database, { evidence, differences: found, actor }: Repair): Promise<boolean> {
  const { orderId, rows, events } = evidence;
  if (!rows) return false;
  const expected = rowsOf(events);
  const isWrong = (table: keyof OrderRows) => found.some(({ field }) => field.split(/[.[]/)[0] === table);
  const detail = { differences: found.map(({ field, before, after }) => ({ field, row: before, log: after })) };
  const audit = auditOf(db, db`(select id as event_id from target) as repaired`, {
    actor,
    action: 'order.repair',
    result: 'REPAIRED',
    detail: db`${db.json(detail as JSONValue)}::jsonb`,
  });
  const repaired = await db`
    with target as materialized (
      select o.id, set_config('steadfast.repair', 'on', true) as repair from orders o
      where o.id = ${orderId} and o.version = ${Number(rows.orders.version)}
        and (select max(e.version) from order_events e where e.order_id = o.id) = ${events.length}
      for no key update of o
    )
    ${isWrong('orders') ? db`, ${setOrder(db, expected)}` : db``}
    ${isWrong('order_items') ? db`, ${setItems(db, expected)}` : db``}
    ${isWrong('payments') ? db`, ${setPayment(db, expected)}` : db``}
    ${isWrong('shipments') ? db`, ${setShipment(db, expected)}` : db``}
    , audit as (${audit})
    select from target`;
  return repaired.count === 1;
}

function setOrder(db: Database, { orders }: OrderRows): Fragment {
  return db`
    fixed_order as (
      update orders o set customer_id = x.customer_id, status = x.status, total_minor = x.total_minor,
        currency = x.currency, payment_method = x.payment_method, approval = x.approval, payment_id = x.payment_id,
        shipment_id = x.shipment_id, failure_reason = x.failure_reason, status_details = x.status_details,
        status_since = x.status_since, version = x.version, created_at = x.created_at, updated_at = x.updated_at
      from target t, jsonb_populate_record(null::orders, ${db.json(orders)}) as x
      where o.id = t.id and t.repair = 'on'
    )`;
}

function setItems(db: Database, { order_items: items }: OrderRows): Fragment {
  return db`
    fixed_items as (
      insert into order_items (order_id, line, product_id, quantity, unit_price_minor, currency)
      select t.id, x.line, x.product_id, x.quantity, x.unit_price_minor, x.currency
      from target t, jsonb_populate_recordset(null::order_items, ${db.json(items)}) as x
      on conflict (order_id, line) do update set product_id = excluded.product_id, quantity = excluded.quantity,
        unit_price_minor = excluded.unit_price_minor, currency = excluded.currency
    ), removed_items as (
      delete from order_items i using target t where i.order_id = t.id and i.line > ${items.length}
    )`;
}

function setPayment(db: Database, { payments }: OrderRows): Fragment {
  if (!payments) return db`removed_payment as (delete from payments p using target t where p.order_id = t.id)`;
  return db`
    fixed_payment as (
      insert into payments (id, order_id, status, amount_minor, currency, payment_method)
      select x.id, t.id, x.status, x.amount_minor, x.currency, x.payment_method
      from target t, jsonb_populate_record(null::payments, ${db.json(payments)}) as x
      on conflict (order_id) do update set id = excluded.id, status = excluded.status, amount_minor = excluded.amount_minor,
        currency = excluded.currency, payment_method = excluded.payment_method, updated_at = now()
    )`;
}

function setShipment(db: Database, { shipments }: OrderRows): Fragment {
  if (!shipments) return db`removed_shipment as (delete from shipments s using target t where s.order_id = t.id)`;
  return db`
    fixed_shipment as (
      insert into shipments (id, order_id, status, tracking_number, carrier, current_location, estimated_delivery)
      select x.id, t.id, x.status, x.tracking_number, x.carrier, x.current_location, x.estimated_delivery
      from target t, jsonb_populate_record(null::shipments, ${db.json(shipments)}) as x
      on conflict (order_id) do update set id = excluded.id, status = excluded.status,
        tracking_number = excluded.tracking_number, carrier = excluded.carrier,
        current_location = excluded.current_location, estimated_delivery = excluded.estimated_delivery, updated_at = now()
    )`;
}
