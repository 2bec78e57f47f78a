import { existsSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { CreateOrderRequest, type CreateOrderResponse } from '../../proto/gen/order/v1/order.ts';
import { call, connect, getOrder, watch } from './client.ts';
import { isAlive, startSystem, temporaryFolder } from './system.ts';
import { until } from '../support/until.ts';

const REQUEST = CreateOrderRequest.fromPartial({
  customer_id: 'customer-001',
  items: [{ product_id: 'prod-001', quantity: 2 }],
});

describe('npm start', () => {
  it('runs an order from PENDING to DELIVERED, leaves nothing behind, and goes on with the same data', async () => {
    const dataDir = temporaryFolder();
    const settings = { PAYMENT_DELAY: '1s', PREPARATION_DELAY: '1s', DELIVERY_DELAY: '1s' };
    const system = await startSystem(dataDir, settings);
    const { http, grpc, database, temporalUi } = system.endpoints();

    const client = connect(grpc);
    const created = await call<CreateOrderRequest, CreateOrderResponse>(
      client.createOrder.bind(client),
      client,
      REQUEST,
    );
    const seen = await watch(client, created.order_id);
    expect(seen.map(({ message }) => message.status)).toEqual(['PENDING', 'PROCESSING', 'SHIPPED', 'DELIVERED']);

    const { order, payment_info, shipment_info } = await getOrder(client, created.order_id);
    expect(order).toMatchObject({ status: 'DELIVERED', total_amount: 39.98, total_minor: 3998 });
    expect(payment_info).toMatchObject({ status: 'PAYMENT_COMPLETED', amount: 39.98, payment_method: 'CREDIT_CARD' });
    expect(shipment_info?.tracking_number).toMatch(/^TRACK-[0-9a-f]{8}$/);

    const rest = (await (await fetch(`${http}/api/orders/${created.order_id}`)).json()) as { order: object };
    expect(rest.order).toMatchObject({ id: created.order_id, status: 'DELIVERED', total_amount: 39.98 });
    expect((await fetch(String(temporalUi))).status).toBe(200);

    const sql = postgres(database, { max: 1 });
    const [row] = await sql`
      select o.status, p.status as payment, s.status as shipment from orders o
        left join payments p on p.id = o.payment_id left join shipments s on s.id = o.shipment_id
      where o.id = ${created.order_id}`;
    await sql.end();
    expect(row).toEqual({ status: 'DELIVERED', payment: 'PAYMENT_COMPLETED', shipment: 'SHIPMENT_DELIVERED' });

    const half = await call<CreateOrderRequest, CreateOrderResponse>(client.createOrder.bind(client), client, REQUEST);
    const { code, pids } = await system.stop();
    expect(code).toBe(0);
    await until('all its processes are gone', () => !pids.some(isAlive));
    expect(existsSync(join(dataDir, 'endpoints.json'))).toBe(false);

    const again = await startSystem(dataDir, settings);
    const later = connect(again.endpoints().grpc);
    const statuses = (await watch(later, half.order_id)).map(({ message }) => message.status);
    expect(statuses.at(-1)).toBe('DELIVERED');
    const known = await getOrder(later, created.order_id);
    expect(known.order).toEqual(order);
    // The port may be another one, the secret is the same.
    const tokenOf = (url = '') => new URL(url).searchParams.get('token');
    expect(tokenOf(known.tracking_url)).toBe(tokenOf(created.tracking_url));
    expect((await fetch(String(known.tracking_url))).status).toBe(200);
  });

  it('says so and ends when another one runs on the same data', async () => {
    const dataDir = temporaryFolder();
    await startSystem(dataDir);
    await expect(startSystem(`${dataDir}/`)).rejects.toThrow(/ended with 1[^]*runs already/);
  });
});
