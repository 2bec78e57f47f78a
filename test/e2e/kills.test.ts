import postgres from 'postgres';
import { expect, it } from 'vitest';
import { startSystem, temporaryFolder } from './system.ts';
import { until } from '../support/until.ts';

const ORDERS = 50;

it('delivers or cancels every order, each charged once, when worker, relay and server are killed in the middle', async () => {
  const system = await startSystem(temporaryFolder(), {
    PAYMENT_DELAY: '2s',
    PREPARATION_DELAY: '2s',
    DELIVERY_DELAY: '2s',
    PAYMENT_SUCCESS_RATE: '0.8',
    PAYMENT_THROW_RATE: '0.1',
  });
  const { http, database } = system.endpoints();
  const sql = postgres(database, { max: 2, onnotice: () => undefined });
  const [before] = await sql`select available, reserved from products where id = 'prod-001'`;

  const create = async (index: number): Promise<void> => {
    await until(`order ${index} is accepted`, async () => {
      const answer = await fetch(`${http}/api/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `kill-${index}` },
        body: JSON.stringify({ customer_id: `customer-${index}`, items: [{ product_id: 'prod-001', quantity: 2 }] }),
      });
      return answer.status === 201;
    });
  };
  const inStatus = async (status: string) =>
    Number((await sql`select count(*) from orders where status = ${status}`)[0]?.count);

  await Promise.all(Array.from({ length: ORDERS / 2 }, (_, index) => create(index)));
  system.kill('relay');
  const rest = Promise.all(Array.from({ length: ORDERS / 2 }, (_, index) => create(ORDERS / 2 + index)));
  system.kill('server');
  await rest;
  await until('some are paid', async () => (await inStatus('PROCESSING')) > 0);
  system.kill('worker');
  await until('some are shipped', async () => (await inStatus('SHIPPED')) > 0);
  system.kill('worker');
  system.kill('relay');

  await until(
    'all are settled',
    async () => (await inStatus('DELIVERED')) + (await inStatus('CANCELLED')) === ORDERS,
    90_000,
  );
  const [ledger] = await sql`
    select count(*) filter (where status = 'DELIVERED' and captured = 1 and refunded = 0) as paid,
      count(*) filter (where status = 'CANCELLED' and captured = refunded) as unpaid
    from orders o cross join lateral (
      select count(*) filter (where kind = 'charge' and outcome = 'captured') as captured,
        count(*) filter (where kind = 'refund') as refunded
      from simulator.payment_ledger l where l.order_id = o.id) as l`;
  const delivered = await inStatus('DELIVERED');
  expect({ paid: Number(ledger?.paid), unpaid: Number(ledger?.unpaid) }).toEqual({
    paid: delivered,
    unpaid: ORDERS - delivered,
  });
  const [after] = await sql`select available, reserved from products where id = 'prod-001'`;
  expect(after).toEqual({ available: Number(before?.available) - 2 * delivered, reserved: 0 });
  await sql.end();
});
