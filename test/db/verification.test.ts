import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findEvents, findOrder } from '../../db/order-reads.ts';
import { repairOrder } from '../../db/order-repair.ts';
import { capturePayment } from '../../db/payments.ts';
import { examine, readEvidence } from '../../db/verification.ts';
import { foldOrder } from '../../domain/fold.ts';
import { paymentId } from '../../domain/ids.ts';
import { openSession } from '../events/following.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { accept, acceptAs, everything, ship } from './order-fixture.ts';
import { life, live } from './random-lives.ts';

const { db, url } = await createTestDatabase();

const evidenceOf = async (orderId: string) => (await readEvidence(db, { orderId, after: '', limit: 1 }))[0]!;
const fieldsOf = async (orderId: string) => examine(await evidenceOf(orderId)).differences.map(({ field }) => field);
const repair = async (orderId: string) => {
  const evidence = await evidenceOf(orderId);
  return repairOrder(db, { evidence, differences: examine(evidence).differences, actor: 'tester' });
};

describe('any lives', () => {
  it('leave rows that are what the log says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 12, maxLength: 20 }), async (lives) => {
        for (const id of await live(db, lives))
          expect(examine(await evidenceOf(id))).toEqual({ orderId: id, fault: undefined, differences: [] });
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });
});

/** What a hand may break, and how that is named. */
const BROKEN: { name: string; break: string; fields: string[] }[] = [
  {
    name: 'a status that went on',
    break: `update orders set status = 'DELIVERED' where id = $1`,
    fields: ['orders.status'],
  },
  { name: 'a version', break: `update orders set version = 9 where id = $1`, fields: ['orders.version'] },
  {
    name: 'a customer, a total and a time',
    break: `update orders set customer_id = 'x', total_minor = 1, status_since = now() + interval '1 h' where id = $1`,
    fields: ['orders.customer_id', 'orders.total_minor', 'orders.status_since'],
  },
  {
    name: 'a missing link',
    break: `update orders set payment_id = null, shipment_id = null where id = $1`,
    fields: ['orders.payment_id', 'orders.shipment_id'],
  },
  {
    name: 'a payment',
    break: `update payments set status = 'PAYMENT_FAILED' where order_id = $1`,
    fields: ['payments.status'],
  },
  {
    name: 'a shipment without its tracking',
    break: `update shipments set tracking_number = null, carrier = null, status = 'SHIPMENT_CREATED' where order_id = $1`,
    fields: ['shipments.status', 'shipments.tracking_number', 'shipments.carrier'],
  },
  {
    name: 'a removed payment',
    break: `with o as (update orders set payment_id = null where id = $1 returning id) delete from payments p using o where p.order_id = o.id`,
    fields: [
      'orders.payment_id',
      'payments.id',
      'payments.status',
      'payments.amount_minor',
      'payments.currency',
      'payments.payment_method',
    ],
  },
  {
    name: 'a line',
    break: `update order_items set quantity = 7 where order_id = $1`,
    fields: ['order_items[0].quantity'],
  },
  {
    name: 'a line too many',
    break: `insert into order_items (order_id, line, product_id, quantity, unit_price_minor, currency) values ($1, 2, 'prod-002', 1, 1, 'USD')`,
    fields: [
      'order_items[1].line',
      'order_items[1].product_id',
      'order_items[1].quantity',
      'order_items[1].unit_price_minor',
      'order_items[1].currency',
    ],
  },
];

describe('a row that was changed by hand', () => {
  it.each(BROKEN)('is found and set to the log: $name', async ({ break: statement, fields }) => {
    const id = await acceptAs(db, 'SHIPPED');
    const { products: stockBefore } = await everything(db);
    await db.unsafe(statement, [id]);
    expect(await fieldsOf(id)).toEqual(fields);

    expect(await repair(id)).toBe(true);
    expect(await fieldsOf(id)).toEqual([]);
    expect(await findOrder(db, id)).toEqual(foldOrder(await findEvents(db, id)));
    expect((await everything(db)).products).toEqual(stockBefore);
    const [audit] = await db`select actor, action, result, detail from audit_log where subject = ${id}`;
    expect(audit).toMatchObject({ actor: 'tester', action: 'order.repair', result: 'REPAIRED' });
    expect((audit?.detail as { differences: { field: string }[] }).differences.map(({ field }) => field)).toEqual(
      fields,
    );
  });

  it('is set back even where no order may go that way, and only by the repair', async () => {
    const id = await accept(db);
    await db`update orders set status = 'PROCESSING' where id = ${id}`;
    await db`update orders set status = 'SHIPPED' where id = ${id}`;
    const back = () => db`update orders set status = 'PENDING' where id = ${id}`;
    await expect(back()).rejects.toMatchObject({ constraint_name: 'orders_transition_allowed' });
    expect(await repair(id)).toBe(true);
    expect((await findOrder(db, id))?.status).toBe('PENDING');
    await db`update orders set status = 'PROCESSING' where id = ${id}`;
    await expect(back()).rejects.toMatchObject({ constraint_name: 'orders_transition_allowed' });
  });

  it('that stands for a payment or a shipment that the log does not know is removed', async () => {
    const id = await accept(db);
    await db`insert into payments (id, order_id, status, amount_minor, currency, payment_method)
      values (${paymentId(id)}, ${id}, 'PAYMENT_COMPLETED', 1, 'USD', 'CREDIT_CARD')`;
    await db`insert into shipments (id, order_id, status) values (${paymentId(id)}, ${id}, 'SHIPMENT_CREATED')`;
    await db`update orders set payment_id = ${paymentId(id)} where id = ${id}`;
    expect(await repair(id)).toBe(true);
    expect(await fieldsOf(id)).toEqual([]);
    expect(await db`select from payments where order_id = ${id}`).toHaveLength(0);
  });
});

describe('a repair of an order that goes on meanwhile', () => {
  it('does nothing', async () => {
    const id = await acceptAs(db, 'PROCESSING');
    await db`update orders set customer_id = 'x' where id = ${id}`;
    const evidence = await evidenceOf(id);
    await ship(db, id);
    const stale = { evidence, differences: examine(evidence).differences, actor: 'tester' };
    expect(await repairOrder(db, stale)).toBe(false);
    expect(await findOrder(db, id)).toMatchObject({ status: 'SHIPPED', customerId: 'x' });
    expect(await db`select from audit_log where subject = ${id}`).toHaveLength(0);
    expect(await repair(id)).toBe(true);
    expect(await findOrder(db, id)).toMatchObject({ status: 'SHIPPED', customerId: 'customer-001' });
  });

  it('does nothing where the change commits while it waits for the row', async () => {
    const id = await acceptAs(db, 'RESERVED');
    await db`update orders set customer_id = 'x' where id = ${id}`;
    const session = await openSession(url);
    await session`begin`;
    await capturePayment(session as never, id, { id: paymentId(id), amountMinor: 1, providerReference: 'r' });
    const repairing = repair(id);
    await until('the repair waits for the row', async () => {
      const waiting =
        await db`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return waiting.length > 0;
    });
    await session`commit`;
    expect(await repairing).toBe(false);
    expect(await findOrder(db, id)).toMatchObject({ status: 'PROCESSING', customerId: 'x' });
  });
});

describe('what no repair mends', () => {
  it('is named: rows without events, events without a row, a broken log', async () => {
    const [bare, orphan, gap] = [await accept(db), await accept(db), await acceptAs(db, 'PROCESSING')];
    const session = await openSession(url);
    await session`set session_replication_role = replica`;
    await session`delete from order_events where order_id = ${bare}`;
    await session`delete from orders where id = ${orphan}`;
    await session`delete from order_events where order_id = ${gap} and version = 2`;
    const faultOf = async (id: string) => examine(await evidenceOf(id)).fault;
    expect(await faultOf(bare)).toBe(`order ${bare} has a row but no events`);
    expect(await faultOf(orphan)).toBe(`order ${orphan} has 1 events but no row`);
    expect(await faultOf(gap)).toBe(`the log is broken: order ${gap}: version 3 follows 1`);
    const all = await readEvidence(db, { after: '', limit: 10_000 });
    expect(all.map(({ orderId }) => orderId)).toEqual(expect.arrayContaining([bare, orphan, gap]));
    await session`delete from orders where id = ${bare}`;
  });
});

describe('pages', () => {
  it('go through all orders once, by id', async () => {
    const seen: string[] = [];
    for (let after = ''; ;) {
      const page = await readEvidence(db, { after, limit: 7 });
      seen.push(...page.map(({ orderId }) => orderId));
      if (page.length < 7) break;
      after = seen.at(-1)!;
    }
    const rows = await db<{ id: string }[]>`
      select id from orders union select order_id from order_events order by 1`;
    expect(seen).toEqual(rows.map(({ id }) => id));
  });
});
