/** Holding reserved stock against the orders that it is reserved for. */
import { auditOf } from './audit.ts';
import type { Fragment } from './change.ts';
import type { Database } from './client.ts';

/** A product of which more, or less, is reserved than open orders need. */
export interface StockDifference {
  readonly productId: string;
  readonly available: number;
  readonly reserved: number;
  /** What open orders have reserved and not shipped. */
  readonly needed: number;
}

/** Compares all products in one statement, and so at one moment. */
export function findStockDifferences(db: Database): Promise<StockDifference[]> {
  return db<StockDifference[]>`
    with needed as (${needs(db)})
    select p.id as "productId", p.available, p.reserved, coalesce(n.quantity, 0)::int as needed
    from products p left join needed n on n.product_id = p.id
    where p.reserved <> coalesce(n.quantity, 0)
    order by p.id`;
}

/**
 * Sets what is reserved of a product to what open orders need, and what is available so that nothing is lost or made: one
 * statement, with its entry in the audit. Answers false, and changes nothing, where that is so already, where too little
 * is available, or where somebody else changed the stock meanwhile.
 */
export async function mendReserved(db: Database, productId: string, actor: string): Promise<boolean> {
  const detail = db`jsonb_build_object('reserved', reserved_before, 'needed', needed)`;
  const audit = auditOf(db, db`mended`, { actor, action: 'stock.repair', result: 'REPAIRED', detail });
  const mended = await db`
    with turn as materialized (
      select pg_advisory_xact_lock(hashtextextended(${productId}, 0))
    ), held as materialized (
      select p.* from turn, products p where p.id = ${productId} for no key update of p
    ), target as materialized (
      -- Where the stock was changed while this waited for its turn, the orders are seen as they stood before that.
      select held.id, held.available, held.reserved, coalesce(n.quantity, 0)::int as needed
      from held join products seen on seen.id = held.id
        and seen.available = held.available and seen.reserved = held.reserved
        left join (${needs(db, productId)}) as n on true
    ), mended as (
      update products p set available = t.available + t.reserved - t.needed, reserved = t.needed, updated_at = now()
      from target t
      where p.id = t.id and t.reserved <> t.needed and t.available + t.reserved >= t.needed
      returning p.id as event_id, t.reserved as reserved_before, t.needed
    ), audit as (${audit})
    select from mended`;
  return mended.count === 1;
}

/** What open orders have reserved and not shipped, by product, as SQL. */
function needs(db: Database, productId?: string): Fragment {
  return db`
    select i.product_id, sum(i.quantity) as quantity
    from orders o join order_items i on i.order_id = o.id
    where o.status in ('PENDING', 'PROCESSING') and o.payment_id is not null
      ${productId === undefined ? db`` : db`and i.product_id = ${productId}`}
    group by i.product_id`;
}
