import { describe, expect, it } from 'vitest';
import { isAllowed, ORDER_STATUSES, type OrderStatus } from '../../domain/order-status.ts';
import { createTestDatabase } from '../support/database.ts';
import { accept, acceptAs, stockProduct } from './order-fixture.ts';
import { cancelOrder } from '../../db/orders.ts';

const { db } = await createTestDatabase();

const pairs = ORDER_STATUSES.flatMap((from) => ORDER_STATUSES.map((to) => [from, to] as const));
const orders: Record<OrderStatus, () => Promise<string>> = {
  PENDING: () => acceptAs(db, 'PENDING'),
  PROCESSING: () => acceptAs(db, 'PROCESSING'),
  SHIPPED: () => acceptAs(db, 'SHIPPED'),
  DELIVERED: () => acceptAs(db, 'DELIVERED'),
  CANCELLED: async () => {
    const id = await accept(db);
    await cancelOrder(db, id, 'CANCELLED_ON_REQUEST', null);
    return id;
  },
};

describe('order_transition_allowed() in SQL', () => {
  it('is the table of transitions of the domain', async () => {
    for (const [from, to] of pairs) {
      const [row] = await db`select order_transition_allowed(${from}, ${to}) as allowed`;
      expect(`${from} ${to} ${String(row?.allowed)}`).toBe(`${from} ${to} ${isAllowed(from, to)}`);
    }
  });
});

describe('a status that is written by hand', () => {
  const write = (id: string, to: OrderStatus) =>
    db`update orders set status = ${to}, failure_reason = ${to === 'CANCELLED' ? 'CANCELLED_ON_REQUEST' : null}
       where id = ${id} returning status`;

  it.each(pairs.filter(([from, to]) => from !== to && !isAllowed(from, to)))(
    'is refused where it leads from %s to %s',
    async (from, to) => {
      const id = await orders[from]();
      await expect(write(id, to)).rejects.toMatchObject({
        code: '23514',
        constraint_name: 'orders_transition_allowed',
        message: `order ${id} is ${from} and cannot become ${to}`,
      });
      const [row] = await db`select status from orders where id = ${id}`;
      expect(row).toEqual({ status: from });
    },
  );

  it.each(pairs.filter(([from, to]) => isAllowed(from, to)))(
    'is stored where it leads from %s to %s',
    async (from, to) => {
      expect([...(await write(await orders[from](), to))]).toEqual([{ status: to }]);
    },
  );

  it('must be one that exists', async () => {
    const id = await accept(db);
    await expect(db`update orders set status = 'PAID' where id = ${id}`).rejects.toMatchObject({ code: '23514' });
  });
});

describe('a cancelled order', () => {
  it('has a reason, of the closed list, and no other order has one', async () => {
    const id = await accept(db);
    const refused = { code: '23514' };
    await expect(db`update orders set status = 'CANCELLED' where id = ${id}`).rejects.toMatchObject(refused);
    await expect(db`update orders set failure_reason = 'OUT_OF_STOCK' where id = ${id}`).rejects.toMatchObject(refused);
    await expect(
      db`update orders set status = 'CANCELLED', failure_reason = 'BECAUSE' where id = ${id}`,
    ).rejects.toMatchObject(refused);
  });
});

describe('the log', () => {
  it.each(['update order_events set data = data', 'delete from order_events'])('refuses: %s', async (statement) => {
    const id = await accept(db);
    await expect(db.unsafe(`${statement} where order_id = $1`, [id])).rejects.toMatchObject({
      code: '23514',
      message: 'order_events is append-only',
    });
    expect(await db`select from order_events where order_id = ${id}`).toHaveLength(1);
  });

  it('holds each version of an order once, and only known types', async () => {
    const id = await accept(db);
    const append = (version: number, type: string) =>
      db`insert into order_events (event_id, order_id, version, type, data, occurred_at)
         values (gen_random_uuid(), ${id}, ${version}, ${type}, '{}', now())`;
    await expect(append(1, 'OrderDelivered')).rejects.toMatchObject({ constraint_name: 'order_events_version' });
    await expect(append(2, 'OrderForgotten')).rejects.toMatchObject({ constraint_name: 'order_events_type_known' });
  });

  it('holds events of orders that exist only', async () => {
    await expect(
      db`insert into order_events (event_id, order_id, version, type, data, occurred_at)
         values (gen_random_uuid(), 'no-such-order', 1, 'OrderCreated', '{}', now())`,
    ).rejects.toMatchObject({ code: '23503' });
  });
});

describe('stock', () => {
  it.each(['available', 'reserved'])('is never negative: %s', async (column) => {
    const product = await stockProduct(db);
    await expect(db`update products set ${db(column)} = -1 where id = ${product}`).rejects.toMatchObject({
      constraint_name: `products_${column}_not_negative`,
    });
  });
});

describe('payment and shipment', () => {
  it.each(['payment_id', 'shipment_id'])('of an order must exist: %s', async (column) => {
    const id = await accept(db);
    await expect(db`update orders set ${db(column)} = gen_random_uuid() where id = ${id}`).rejects.toMatchObject({
      code: '23503',
    });
  });

  it('exist once for each order', async () => {
    const id = await acceptAs(db, 'SHIPPED');
    await expect(
      db`insert into payments (id, order_id, status, amount_minor, currency, payment_method)
         values (gen_random_uuid(), ${id}, 'PAYMENT_PENDING', 1, 'USD', 'CREDIT_CARD')`,
    ).rejects.toMatchObject({ constraint_name: 'payments_one_for_each_order' });
    await expect(
      db`insert into shipments (id, order_id, status) values (gen_random_uuid(), ${id}, 'SHIPMENT_CREATED')`,
    ).rejects.toMatchObject({ constraint_name: 'shipments_one_for_each_order' });
  });
});
