/** Filling a database with orders of the past, as many as one likes, by one statement for each portion. */
import { type Database, openDatabase } from '../db/client.ts';

/** How many, of how many customers, over how many days up to now. */
export interface StoredOrders {
  readonly orders: number;
  readonly customers: number;
  readonly days: number;
}

const PORTION = 20_000;

/** Stores delivered orders with items, payment, shipment and their five events, and every tenth as cancelled. */
export async function storeOrders(databaseUrl: string, { orders, customers, days }: StoredOrders): Promise<void> {
  const db = openDatabase(databaseUrl, { size: 1, applicationName: 'steadfast-bench' });
  try {
    for (let first = 1; first <= orders; first += PORTION)
      await storePortion(db, { first, last: Math.min(first + PORTION - 1, orders), orders, customers, days });
    await db`analyze`;
  } finally {
    await db.end({ timeout: 5 });
  }
}

function storePortion(db: Database, of: StoredOrders & { first: number; last: number }) {
  return db`
    with life as materialized (
      select 'stored-' || lpad(n::text, 8, '0') as id, 'customer-' || 1 + n % ${of.customers}::int as customer,
        n % 10 = 0 as is_cancelled, 1 + n % 5 as quantity, gen_random_uuid() as payment, gen_random_uuid() as shipment,
        now() - (${of.orders}::int - n) * (${of.days}::int * interval '1 day' / ${of.orders}::int) - interval '1 minute' as created
      from generate_series(${of.first}::int, ${of.last}::int) as n
    ), accepted as materialized (
      select life.*, p.id as product, p.unit_price_minor, p.currency, p.unit_price_minor * quantity as total
      from life join products p on p.id = 'prod-001'
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
