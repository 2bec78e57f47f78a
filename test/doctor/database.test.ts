import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Client, Connection } from '@temporalio/client';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { createPaymentSimulator } from '../../activities/payment-simulator.ts';
import { cancelOrder, requestCancellation } from '../../db/orders.ts';
import { idempotencyKey, paymentId } from '../../domain/ids.ts';
import { STATISTICS_TABLES } from '../../db/projections.ts';
import { COMPARISONS } from '../../db/statistics-drift.ts';
import { projections } from '../../events/projections.ts';
import { holdLease, readLog } from '../../db/log.ts';
import type { Scene } from '../../doctor/scene.ts';
import { accept, acceptAs, deliver, stockProduct } from '../db/order-fixture.ts';
import { createTestDatabase } from '../support/database.ts';
import { check, makeScene, repaired } from './scene.ts';

const { db } = await createTestDatabase();
const connection = Connection.lazy({ address: inject('temporalAddress') });
afterAll(() => connection.close());
const scene = makeScene({
  db,
  temporal: new Client({ connection }),
  taskQueue: 'nobody',
  settings: {
    paymentDelayMs: 0,
    preparationDelayMs: 0,
    deliveryDelayMs: 0,
    approvalLimit: 10_000,
    approvalTimeoutMs: 1,
  },
});
const provider = createPaymentSimulator(db, { successRate: 1, throwRate: 0 });

/** Charges an order as its workflow does. */
async function charge(orderId: string, amountMinor = 3998): Promise<void> {
  const money = { amountMinor, currency: 'USD', method: 'CREDIT_CARD' as const };
  await provider.charge({ key: idempotencyKey(orderId, 'charge'), orderId, ...money }, new AbortController().signal);
}

async function settleStatistics(of = db): Promise<void> {
  const holder = randomUUID();
  for (;;) {
    const from = await holdLease(of, projections.name, holder, 60_000);
    if (!from) throw new Error('somebody else has the lease');
    const page = await readLog(of, from, { limit: 100, types: projections.types });
    const move = { name: projections.name, holder, from, to: page.next, processed: page.events.length };
    await projections.apply(of, page.events, move);
    if (!page.more && !page.isHeldUp) break;
  }
  await of`update consumers set lease_holder = null, lease_until = null where name = ${projections.name}`;
}

describe('rows', () => {
  it('that differ from the log are named and set to it', async () => {
    const id = await acceptAs(db, 'PROCESSING');
    await db`update orders set customer_id = 'somebody-else' where id = ${id}`;
    await db`update payments set amount_minor = 1 where order_id = ${id}`;
    const [finding] = await repaired('rows', scene);
    expect(finding).toMatchObject({ orderId: id, isRepairable: true });
    expect(finding?.found).toContain('orders.customer_id is "somebody-else", the log says "customer-001"');
    expect(finding?.found).toContain('payments.amount_minor is 1, the log says 3998');
    const [audit] = await db`select actor, action from audit_log where subject = ${id}`;
    expect(audit).toEqual({ actor: 'test', action: 'order.repair' });
  });

  it('without a log are told and left alone', async () => {
    const id = await accept(db);
    await db`alter table order_events disable trigger order_events_append_only`;
    await db`delete from order_events where order_id = ${id}`;
    await db`alter table order_events enable trigger order_events_append_only`;
    const report = await check('rows', scene, { isRepairing: true });
    expect(report).toMatchObject({ differences: 1, repaired: 0 });
    expect(report.findings[0]).toMatchObject({ orderId: id, isRepairable: false });
    await db`delete from order_items where order_id = ${id}`;
    await db`delete from orders where id = ${id}`;
  });
});

describe('payments', () => {
  const cancelled = async () => {
    const id = await acceptAs(db, 'PROCESSING');
    await charge(id);
    await requestCancellation(db, id, 'CANCELLED_ON_REQUEST', null);
    await cancelOrder(db, id, 'CANCELLED_ON_REQUEST', null);
    return id;
  };
  const ledger = async (id: string) => {
    const rows = await db<{ entry: string }[]>`
      select kind || ' ' || outcome as entry from simulator.payment_ledger where order_id = ${id} order by kind`;
    return rows.map(({ entry }) => entry);
  };

  /** What somebody else asked the provider for. */
  const enter = (
    key: string,
    id: string,
    outcome: 'captured' | 'refunded',
    amountMinor: number,
    currency = 'USD',
  ) => db`
    insert into simulator.payment_ledger (key, order_id, kind, amount_minor, currency, outcome)
    values (${key}, ${id}, ${outcome === 'captured' ? 'charge' : 'refund'}, ${amountMinor}, ${currency}, ${outcome})`;

  it('of a cancelled order that were kept are given back once, and the log tells it', async () => {
    const id = await cancelled();
    const [finding] = await repaired('payments', scene, { orderIds: [id] });
    expect(finding?.found).toContain('captured 39.98 USD and gave nothing back');
    expect(await ledger(id)).toEqual(['charge captured', 'refund refunded']);
    const [last] = await db`select type from order_events where order_id = ${id} order by version desc limit 1`;
    expect(last).toEqual({ type: 'PaymentRefunded' });
    expect((await check('rows', scene, { orderIds: [id] })).differences).toBe(0);
  });

  it('that were given back without a word in the log are recorded, and not given back again', async () => {
    const id = await cancelled();
    const keys = { key: idempotencyKey(id, 'refund'), chargeKey: idempotencyKey(id, 'charge') };
    await provider.refund({ ...keys, orderId: id }, new AbortController().signal);
    const [finding] = await repaired('payments', scene, { orderIds: [id] });
    expect(finding?.found).toContain('gave 39.98 USD back, but the payment is PAYMENT_COMPLETED');
    const [entry] = await db`select attempts from simulator.payment_ledger where key = ${keys.key}`;
    expect(entry).toEqual({ attempts: 2 });
    expect(await ledger(id)).toEqual(['charge captured', 'refund refunded']);
  });

  it('that the provider does not know, of another amount, or given back for a delivered order are told', async () => {
    const unpaid = await acceptAs(db, 'SHIPPED');
    const cheap = await acceptAs(db, 'DELIVERED');
    await charge(cheap, 1);
    const gone = await acceptAs(db, 'DELIVERED');
    await charge(gone);
    await enter(idempotencyKey(gone, 'refund'), gone, 'refunded', 3998);
    const report = await check('payments', scene, { orderIds: [unpaid, cheap, gone], isRepairing: true });
    expect(report).toMatchObject({ differences: 3, repaired: 0 });
    const told = new Map(report.findings.map(({ orderId, found }) => [orderId, found]));
    expect(told.get(unpaid)).toContain('captured nothing for it (key unknown)');
    expect(told.get(cheap)).toContain('total is 39.98 USD, but the provider captured 0.01 USD');
    expect(told.get(gone)).toContain('has given 39.98 USD back');
  });

  it('of a cancelled order that were given back in part, or beyond, are told and not touched', async () => {
    const part = await cancelled();
    const beyond = await cancelled();
    await enter(idempotencyKey(part, 'refund'), part, 'refunded', 1000);
    await enter(idempotencyKey(beyond, 'refund'), beyond, 'refunded', 5000);
    const report = await check('payments', scene, { orderIds: [part, beyond], isRepairing: true });
    expect(report).toMatchObject({ differences: 2, repaired: 0 });
    const told = new Map(report.findings.map(({ orderId, found }) => [orderId, found]));
    expect(told.get(part)).toContain('captured 39.98 USD and gave 10.00 USD back');
    expect(told.get(beyond)).toContain('captured 39.98 USD and gave 50.00 USD back');
    await enter(`${part} the rest, by hand`, part, 'refunded', 2998);
    expect(await check('payments', scene, { orderIds: [part] })).toMatchObject({ findings: [] });
  });

  it('that were taken twice, under another key, are told until they are given back', async () => {
    const id = await acceptAs(db, 'DELIVERED');
    await charge(id);
    await enter(`${id} once more`, id, 'captured', 3998);
    const report = await check('payments', scene, { orderIds: [id], isRepairing: true });
    expect(report).toMatchObject({ differences: 1, repaired: 0, findings: [{ orderId: id, isRepairable: false }] });
    expect(report.findings[0]?.found).toBe(
      `The provider captured 39.98 USD under "${id} once more", which is no key of the order. ` +
        'In all it holds 79.96 USD; the order is DELIVERED, so 39.98 USD are due.',
    );
    await enter(`${id} sorry`, id, 'refunded', 3998);
    expect(await check('payments', scene, { orderIds: [id] })).toMatchObject({ findings: [] });
  });

  it('for an order that is not there, or that nobody has charged yet, are told without being asked for it', async () => {
    const open = await accept(db);
    const [lost, even] = [randomUUID(), randomUUID()];
    await enter(idempotencyKey(lost, 'charge'), lost, 'captured', 700);
    await enter(idempotencyKey(even, 'charge'), even, 'captured', 700);
    await enter(idempotencyKey(even, 'refund'), even, 'refunded', 700);
    await enter(`${open} early`, open, 'captured', 3998);
    await enter(`${open} foreign`, open, 'refunded', 3998, 'EUR');
    const { findings } = await check('payments', scene);
    const told = new Map(findings.map(({ orderId, found }) => [orderId, found]));
    expect(told.get(lost)).toBe(`The provider captured 7.00 USD under "${lost}:charge", but there is no such order.`);
    expect(told.get(open)).toContain(`refunded 39.98 EUR under "${open} foreign", which is no key of the order`);
    expect(told.has(even)).toBe(false);
    expect((await check('payments', scene, { orderIds: [lost] })).differences).toBe(1);
  });

  it('that somebody gave back by hand are not given back again', async () => {
    const whole = await cancelled();
    const part = await cancelled();
    await enter(`${whole} by hand`, whole, 'refunded', 3998);
    await enter(`${part} by hand`, part, 'refunded', 1000);
    expect(await check('payments', scene, { orderIds: [whole], isRepairing: true })).toMatchObject({ findings: [] });
    const report = await check('payments', scene, { orderIds: [part], isRepairing: true });
    expect(report.repaired).toBe(0);
    expect(report.findings.map(({ found }) => found)).toContain(
      'It is cancelled; the provider captured 39.98 USD and gave 10.00 USD back.',
    );
    expect(await ledger(part)).toEqual(['charge captured', 'refund refunded']);
  });

  it('are looked at by key alone where the provider lists nothing', async () => {
    const id = await acceptAs(db, 'DELIVERED');
    await charge(id);
    await enter(`${id} unseen`, id, 'captured', 3998);
    const silent: Scene = { ...scene, ledger: { ask: (keys) => scene.ledger.ask(keys) } };
    const report = await check('payments', silent, { orderIds: [id] });
    expect(report).toMatchObject({ differences: 0 });
  });

  it('that are right are not told', async () => {
    const id = await acceptAs(db, 'DELIVERED');
    await charge(id);
    expect(await check('payments', scene, { orderIds: [id] })).toMatchObject({ differences: 0, findings: [] });
  });
});

describe('stock', () => {
  const read = async (id: string) => {
    const [row] = await db`select available, reserved from products where id = ${id}`;
    return row;
  };

  it('that is reserved for nobody becomes available again; what orders need stays reserved', async () => {
    const productId = await stockProduct(db);
    await acceptAs(db, 'RESERVED', { lines: [{ productId, quantity: 4 }] });
    await db`update products set available = available - 3, reserved = reserved + 3 where id = ${productId}`;
    const [finding, ...others] = await repaired('stock', scene);
    expect(others).toEqual([]);
    expect(finding?.found).toBe(`Of ${productId}, 7 are reserved; open orders need 4.`);
    expect(await read(productId)).toEqual({ available: 96, reserved: 4 });
  });

  it('that orders were promised and is not reserved is reserved, so that they can be shipped', async () => {
    const productId = await stockProduct(db);
    await acceptAs(db, 'RESERVED', { lines: [{ productId, quantity: 4 }] });
    await db`update products set available = available + 4, reserved = 0 where id = ${productId}`;
    await repaired('stock', scene);
    expect(await read(productId)).toEqual({ available: 96, reserved: 4 });
  });

  it('that is not there cannot be reserved, and it says how much is missing', async () => {
    const productId = await stockProduct(db);
    await acceptAs(db, 'RESERVED', { lines: [{ productId, quantity: 4 }] });
    await db`update products set available = 1, reserved = 1 where id = ${productId}`;
    const report = await check('stock', scene, { isRepairing: true });
    expect(report).toMatchObject({ differences: 1, repaired: 0 });
    expect(report.findings[0]?.remedy).toContain('Add at least 2 to the stock');
    await db`update products set available = 96, reserved = 4 where id = ${productId}`;
  });
});

describe('statistics', () => {
  it('that are behind are right for where they stand', async () => {
    await settleStatistics();
    expect(await check('statistics', scene)).toMatchObject({ differences: 0 });
    const moving = await acceptAs(db, 'SHIPPED', { customerId: 'customer-late' });
    const id = await acceptAs(db, 'PROCESSING');
    expect(await check('statistics', scene)).toMatchObject({ findings: [] });
    await settleStatistics();
    await cancelOrder(db, id, 'CANCELLED_ON_REQUEST', null);
    await deliver(db, moving);
    expect(await check('statistics', scene)).toMatchObject({ findings: [] });
    await settleStatistics();
    expect(await check('statistics', scene)).toMatchObject({ findings: [] });
  });

  it.each([
    ['status_stats', 'update status_stats set orders = orders + 1'],
    ['customer_stats', 'delete from customer_stats'],
    ['product_stats', 'update product_stats set cancelled_minor = 7'],
    ['product_day_stats', 'update product_day_stats set orders = orders - 1'],
    ['daily_stats', 'update daily_stats set delivered = 0'],
    ['daily_stats', 'update daily_stats set new_customers = new_customers + 1'],
    ['stage_stats', 'update stage_stats set total_ms = total_ms + 1'],
    ['stage_stats', 'delete from stage_stats'],
    ['customer_stats', "update customer_stats set first_order_at = first_order_at - interval '1 day'"],
    ['customer_stats', "update customer_stats set last_order_at = last_order_at + interval '1 day'"],
    ['cancellation_stats', 'update cancellation_stats set orders = 99'],
  ])('that drifted in %s are named and built anew: %s', async (table, damage) => {
    await settleStatistics();
    await db.unsafe(damage);
    const [finding, ...others] = await repaired('statistics', scene);
    expect(others).toEqual([]);
    expect(finding?.found).toContain(`of ${table} differ`);
  });

  it('are compared in every table and every column that is counted', async () => {
    const kept = await db<{ table: string; column: string }[]>`
      select table_name as "table", column_name as "column" from information_schema.columns
      where table_schema = 'public' and table_name = any(${[...STATISTICS_TABLES]}) and is_generated = 'NEVER'
        and column_name <> 'generation'`;
    const compared = COMPARISONS.flatMap(({ table, keys, figures, moments = [] }) =>
      [...keys, ...figures, ...moments].map((column) => ({ table, column })),
    );
    const told = (columns: readonly { table: string; column: string }[]) =>
      columns.map(({ table, column }) => `${table}.${column}`).sort();
    expect(told(compared)).toEqual(told(kept));
    expect(COMPARISONS.map(({ table }) => table).sort()).toEqual([...STATISTICS_TABLES].sort());
  });
});

describe('who follows the log', () => {
  const impatient: Scene = { ...scene, patience: { ...scene.patience, standstillMs: 0 } };

  it('and stands still is told with its last error; who moves is not', async () => {
    await db`insert into consumers (name, types, last_error) values ('kafka', '{OrderCreated}', 'no broker answers')`;
    await db`insert into consumers (name, types, lease_holder, lease_until)
      values ('workflow-starter', '{OrderCreated}', 'elsewhere-1-00000000', now() + interval '1 minute')`;
    await accept(db);
    const told = await check('followers', impatient);
    expect(told.findings.map(({ found, isNote }) => ({ found, isNote }))).toEqual([
      {
        found: expect.stringMatching(
          /^"kafka" stands still before \d+ events, .*: nobody leads it; its last error: no broker answers\.$/,
        ) as string,
        // Nobody says that there is a Kafka.
        isNote: true,
      },
      {
        found: expect.stringMatching(/^"workflow-starter" stands still .*: elsewhere-1-00000000 leads it\.$/) as string,
        isNote: false,
      },
    ]);
    const moving = setInterval(
      () => void db`update consumers set processed = processed + 1`.catch(() => undefined),
      20,
    );
    const calm = await check('followers', impatient);
    clearInterval(moving);
    expect(calm.differences).toBe(0);
  });

  it('is somebody: without a relay it says so', async () => {
    await db`update consumers set lease_until = now() - interval '1 second' where name = 'workflow-starter'`;
    const { findings } = await check('followers', scene);
    expect(findings.map(({ found }) => found)).toContain('No relay follows the log.');
  });

  it('and died with its lease is told: as a note where that ends soon, else as a difference', async () => {
    const dead = `${hostname()}-4194303-00000000`;
    await db`insert into consumers (name, lease_holder, lease_until) values
      ('soon', ${dead}, now() + interval '20 seconds'), ('never', ${dead}, now() + interval '100 years'),
      ('alive', ${`${hostname()}-${process.pid}-00000000`}, now() + interval '20 seconds')`;
    const { findings, differences } = await check('leases', scene);
    expect(differences).toBe(1);
    expect(findings.map(({ found, isNote }) => [/"(\w+)"/.exec(found)?.[1], isNote])).toEqual([
      ['never', false],
      ['soon', true],
    ]);
  });
});

describe('what waits for somebody', () => {
  it('in front of an order is told, with how many wait behind it', async () => {
    const id = await accept(db);
    const [front, behind] = [randomUUID(), randomUUID()];
    await db`
      insert into dead_letters (event_id, source, status, topic, payload, event_type, order_id, order_version, waits_behind,
        error, attempts)
      values (${front}, 'PUBLISHER', 'PENDING', 'order.created.v1', '', 'order.created', ${id}, 1, null, 'too large', 3),
        (${behind}, 'PUBLISHER', 'PENDING', 'order.updated.v1', '', 'order.updated', ${id}, 2, ${front}, 'waits', 0)`;
    const report = await check('dead-letters', scene, { orderIds: [id], isRepairing: true });
    expect(report).toMatchObject({ differences: 1, repaired: 0 });
    expect(report.findings[0]?.means).toContain('1 later event of the order wait');
    expect(report.findings[0]?.remedy).toContain(`steadfast dlq replay ${front}`);
    await db`delete from dead_letters`;
  });

  it('to be delivered and is not is told without the secrets of its address', async () => {
    const endpoint = randomUUID();
    await db`insert into webhook_endpoints (id, url, event_types, secret)
      values (${endpoint}, 'https://user:pass@shop.example/hook?token=secret', '{}', 'x')`;
    await db`insert into webhook_deliveries (endpoint_id, event_id, event_type, order_id, body, next_attempt_at)
      values (${endpoint}, ${randomUUID()}, 'order.created', ${paymentId('any')}, '{}', now() - interval '1 hour')`;
    const { findings } = await check('webhooks', scene);
    expect(findings.map(({ found }) => found)).toEqual([
      expect.stringMatching(/^1 deliveries to https:\/\/shop\.example\/hook are due, the oldest since /),
    ]);
  });
});

it('a schema that is behind is told, and nothing else is asked', async () => {
  const other = await createTestDatabase();
  await other.db`delete from drizzle.__drizzle_migrations where created_at = (
    select max(created_at) from drizzle.__drizzle_migrations)`;
  expect(await check('schema', { ...scene, db: other.db })).toMatchObject({ differences: 1 });
});
