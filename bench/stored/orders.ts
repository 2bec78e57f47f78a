/** Filling a database with orders of the past, as many as one likes, by one statement for each portion. */
import type { Database } from '../../db/client.ts';
import { withFilling } from './filling.ts';

/** How many, of how many customers, over how many days up to now, of how many products (1 where absent). */
export interface StoredOrders {
  readonly orders: number;
  readonly customers: number;
  readonly days: number;
  readonly products?: number;
  /** How many of them are there already. */
  readonly stored?: number;
}

const PORTION = 20_000;

/** Stores delivered orders with items, payment, shipment and their five events, and every tenth as cancelled. */
export function storeOrders(databaseUrl: string, given: StoredOrders): Promise<void> {
  const { orders, stored = 0, products = 1 } = given;
  return withFilling(databaseUrl, async (db) => {
    await storeProducts(db, products);
    for (let first = stored + 1; first <= orders; first += PORTION) {
      const last = Math.min(first + PORTION - 1, orders);
      await storePortion(db, { ...given, products, first, last });
    }
    await db`analyze`;
  });
}

/** Removes all orders, also those that were accepted to warm a server up. */
export function emptyOrders(databaseUrl: string): Promise<void> {
  return withFilling(databaseUrl, (db) => db`truncate orders, order_items, order_events, idempotency_keys cascade`);
}

/** The id of the n-th of them, which is the n-th oldest. */
export function storedId(n: number): string {
  return `stored-${String(n).padStart(8, '0')}`;
}

/** The id of the n-th product; the first is one of the demo catalogue. */
export function storedProductId(n: number): string {
  return n === 1 ? 'prod-001' : `stored-product-${n}`;
}

async function storeProducts(db: Database, products: number): Promise<void> {
  await db`
    insert into products (id, name, unit_price_minor, currency, available)
    select 'stored-product-' || n, 'Stored product ' || n, 1000 + n, 'USD', 1000 + n
    from generate_series(2, ${products}::int) as n on conflict (id) do nothing`;
}

function storePortion(db: Database, of: StoredOrders & { products: number; first: number; last: number }) {
  return db`
    with life as materialized (
      select n, 'stored-' || lpad(n::text, 8, '0') as id,
        'customer-' || 1 + n % ${of.customers}::int as customer,
        (n / 7) % 10 = 0 as is_cancelled, 1 + n % 5 as quantity, gen_random_uuid() as payment, gen_random_uuid() as shipment,
        now() - (${of.orders}::int - n) * (${of.days}::int * interval '1 day' / ${of.orders}::int) - interval '1 minute' as created
      from generate_series(${of.first}::int, ${of.last}::int) as n
    ), accepted as materialized (
      select life.*, p.id as product, p.unit_price_minor, p.currency, p.unit_price_minor * quantity as total
      from life join products p
        on p.id = case (n / 3) % ${of.products}::int when 0 then 'prod-001'
          else 'stored-product-' || 1 + (n / 3) % ${of.products}::int end
    ), stored as (
      insert into orders (id, customer_id, status, total_minor, currency, payment_method, payment_id, shipment_id,
        failure_reason, status_since, version, request_digest, created_at, updated_at)
      select id, customer, case when is_cancelled then 'CANCELLED' else 'DELIVERED' end, total, currency, 'CREDIT_CARD',
        case when not is_cancelled then payment end, case when not is_cancelled then shipment end,
        case when is_cancelled then 'OUT_OF_STOCK' end, created + interval '20 seconds', case when is_cancelled then 3 else 5 end,
        md5(id)::uuid, created, created + interval '20 seconds'
      from accepted
    ), lines as (
      insert into order_items (order_id, line, product_id, quantity, unit_price_minor, currency)
      select id, 1, product, quantity, unit_price_minor, currency from accepted
    ), paid as (
      insert into payments (id, order_id, status, amount_minor, currency, payment_method, provider_reference)
      select payment, id, 'PAYMENT_COMPLETED', total, currency, 'CREDIT_CARD', 'bench-' || id
      from accepted where not is_cancelled
    ), shipped as (
      insert into shipments (id, order_id, status, tracking_number, carrier)
      select shipment, id, 'SHIPMENT_DELIVERED', 'TRACK-' || id, 'Northline' from accepted where not is_cancelled
    )
    insert into order_events (event_id, order_id, version, type, data, occurred_at)
    select gen_random_uuid(), id, version, type, data, created + at
    from accepted cross join lateral (
      values
        (1, 'OrderCreated', interval '0', true, jsonb_build_object('customer_id', customer, 'payment_method', 'CREDIT_CARD',
          'currency', currency, 'total_minor', total, 'items', jsonb_build_array(jsonb_build_object(
            'product_id', product, 'quantity', quantity, 'unit_price_minor', unit_price_minor)))),
        (2, 'StockReserved', interval '20 milliseconds', not is_cancelled, jsonb_build_object('payment_id', payment)),
        (3, 'PaymentAuthorized', interval '5 seconds', not is_cancelled, jsonb_build_object('payment_id', payment,
          'amount_minor', total, 'provider_reference', 'bench-' || id, 'details', null)),
        (4, 'ShippingScheduled', interval '10 seconds', not is_cancelled, jsonb_build_object('shipment_id', shipment,
          'tracking_number', 'TRACK-' || id, 'carrier', 'Northline', 'estimated_delivery', created, 'details', null)),
        (5, 'OrderDelivered', interval '20 seconds', not is_cancelled,
          jsonb_build_object('shipment_id', shipment, 'details', null)),
        (2, 'StockRejected', interval '20 milliseconds', is_cancelled, jsonb_build_object('shortages', jsonb_build_array(
          jsonb_build_object('product_id', product, 'requested', quantity, 'available', 0)))),
        (3, 'OrderCancelled', interval '20 seconds', is_cancelled,
          jsonb_build_object('failure_reason', 'OUT_OF_STOCK', 'details', null))
    ) as event (version, type, at, happened, data)
    where happened`;
}
