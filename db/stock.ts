/** The stock of products: how statements take their turn at it, and the one that reserves it. */
import { paymentId } from '../domain/ids.ts';
import { changeOrder, type ChangeResult, type Fragment } from './change.ts';
import type { Database } from './client.ts';

/**
 * Parts of a statement: `stock(id, available, reserved, quantity)`, the products of the order with their newest values,
 * locked. Statements wait for their turn at a product by an advisory lock, in the order of product ids, because a queue
 * for the row itself deadlocks: each locks the row and then updates it, and the foreign keys of orders that are being
 * accepted hold it too. `no key`: those foreign keys and this need not wait for each other.
 */
export function lockStock(db: Database): Fragment {
  return db`
    turn as materialized (
      select line.product_id, line.quantity, pg_advisory_xact_lock(hashtextextended(line.product_id, 0))
      from (
        select i.product_id, i.quantity from order_items i join target t on t.id = i.order_id order by i.product_id
      ) as line
    ), stock as materialized (
      select p.id, p.available, p.reserved, turn.quantity
      from products p join turn on turn.product_id = p.id
      order by p.id for no key update of p
    )`;
}

/**
 * Reserves every line of a pending order and records the intent to charge; where a product is short, reserves nothing
 * and cancels the order. One statement, so that stock is never negative and never reserved by halves.
 */
export function reserveStock(db: Database, orderId: string): Promise<ChangeResult> {
  const payment = paymentId(orderId);
  return changeOrder(db, {
    orderId,
    guard: db`status = 'PENDING' and approval in ('NOT_REQUIRED', 'APPROVED') and payment_id is null`,
    before: db`
      ${lockStock(db)}, verdict as materialized (
        select bool_and(available >= quantity) as enough,
          jsonb_agg(jsonb_build_object('product_id', id, 'requested', quantity, 'available', available))
            filter (where available < quantity) as shortages
        from stock
      )`,
    events: [
      {
        step: 'stock-reserved',
        type: 'StockReserved',
        data: { payment_id: payment },
        when: db`(select enough from verdict)`,
      },
      {
        step: 'stock-rejected',
        type: 'StockRejected',
        data: db`(select jsonb_build_object('shortages', shortages) from verdict)`,
        when: db`(select not enough from verdict)`,
      },
      {
        step: 'cancelled',
        type: 'OrderCancelled',
        data: { failure_reason: 'OUT_OF_STOCK', details: null },
        when: db`(select not enough from verdict)`,
      },
    ],
    set: db`
      payment_id = case when v.enough then ${payment}::uuid end,
      status = case when v.enough then o.status else 'CANCELLED' end,
      status_since = case when v.enough then o.status_since else e.occurred_at end,
      failure_reason = case when v.enough then null else 'OUT_OF_STOCK' end,
      status_details = case when v.enough then o.status_details end`,
    from: db`, verdict v`,
    // From the locked row: Postgres would first compute and check p.available as it stood before the wait for the lock.
    after: db`
      reserved as (
        update products p set available = s.available - s.quantity, reserved = s.reserved + s.quantity, updated_at = now()
        from stock s, changed where p.id = s.id and changed.payment_id is not null
      ), intent as (
        insert into payments (id, order_id, status, amount_minor, currency, payment_method)
        select payment_id, id, 'PAYMENT_PENDING', total_minor, currency, payment_method
        from changed where payment_id is not null
      )`,
  });
}
