/** What stands beside the orders where a system has run for months: dead letters, webhooks, the audit, keys. */
import type { Fragment } from '../../db/change.ts';
import type { Database } from '../../db/client.ts';
import { withFilling } from './filling.ts';
import { storedId } from './orders.ts';

/** Every how many orders there is one of each. */
const EVERY = { deadLetters: 20, webhookDeliveries: 4, audits: 20 };
const KEYS = 1000;
const PORTION = 20_000;
/** The one endpoint of webhooks that all deliveries were for. */
export const STORED_WEBHOOK = '01900000-0000-7000-8000-000000000001';

/** Stores these for so many stored orders, which must be there already. */
export function storeBesideOrders(databaseUrl: string, orders: number): Promise<void> {
  return withFilling(databaseUrl, async (db) => {
    await db`
      insert into webhook_endpoints (id, url, event_types, secret)
      values (${STORED_WEBHOOK}, 'https://shop.example/hooks', '{}', 'stored-secret')`;
    for (let first = 1; first <= orders; first += PORTION) {
      const ids = [storedId(first), storedId(Math.min(first + PORTION - 1, orders))] as const;
      const creations = db`
        (select e.*, substr(e.order_id, 8)::int as n from order_events e
        where e.order_id between ${ids[0]} and ${ids[1]} and e.version = 1)`;
      await storeDeliveries(db, creations);
      await storeDeadLetters(db, creations);
      await storeAudits(db, creations);
    }
    await db`
      insert into api_keys (id, name, role, hash, created_by)
      select lpad(to_hex(n), 16, '0'), 'stored ' || n, 'operator', sha256(n::text::bytea), 'admin'
      from generate_series(1, ${KEYS}::int) as n`;
    await db`analyze`;
  });
}

/** The first events of some stored orders, with the number `n` of each order, as SQL for a `from`. */
type Creations = Fragment;

function storeDeliveries(db: Database, creations: Creations) {
  return db`
    with delivery as (
      insert into webhook_deliveries (endpoint_id, event_id, event_type, order_id, body, status, attempts, created_at,
        finished_at)
      select ${STORED_WEBHOOK}, event_id, 'order.created.v1', order_id, data::text,
        case n % 5 when 0 then 'FAILED' else 'DELIVERED' end, 1, occurred_at, occurred_at
      from ${creations} as created where n % ${EVERY.webhookDeliveries}::int = 0
      returning id, status
    )
    insert into webhook_attempts (delivery_id, attempt, duration_ms, response_status)
    select id, 1, 20, case status when 'FAILED' then 500 else 204 end from delivery`;
}

function storeDeadLetters(db: Database, creations: Creations) {
  return db`
    insert into dead_letters (event_id, source, status, topic, record_key, payload, event_type, order_id, order_version,
      error, attempts, first_failed_at, last_failed_at, resolved_at, resolved_by)
    select event_id, 'PUBLISHER', (array['PENDING', 'FAILED', 'REPLAYED', 'SKIPPED'])[1 + nth % 4],
      'order.created.v1', order_id, convert_to(data::text, 'UTF8'), 'OrderCreated', order_id, version,
      'the broker refused it', 4, occurred_at, occurred_at,
      case when nth % 4 >= 2 then occurred_at end, case when nth % 4 >= 2 then 'operator-1' end
    from ${creations} as created cross join lateral (select n / ${EVERY.deadLetters}::int as nth) as numbered
    where n % ${EVERY.deadLetters}::int = 0`;
}

function storeAudits(db: Database, creations: Creations) {
  return db`
    insert into audit_log (at, actor, action, subject, result)
    select occurred_at, 'operator-' || (n / ${EVERY.audits}::int) % 20, 'dead-letter.replay', event_id::text, 'REPLAYED'
    from ${creations} as created where n % ${EVERY.audits}::int = 0`;
}
