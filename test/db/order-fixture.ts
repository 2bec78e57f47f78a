/** Orders and products for tests of the statements. */
import { randomUUID } from 'node:crypto';
import type { ChangeResult } from '../../db/change.ts';
import type { Database } from '../../db/client.ts';
import { acceptOrders, deliverOrder, type OrderToAccept } from '../../db/orders.ts';
import { reserveStock } from '../../db/stock.ts';
import { capturePayment } from '../../db/payments.ts';
import { upsertProduct } from '../../db/products.ts';
import { shipOrder } from '../../db/shipments.ts';
import { makeOrderId, paymentId, requestDigest, shipmentId } from '../../domain/ids.ts';

/** An order for two of `prod-001`, changed as wanted. */
export function makeOrder(parts: Partial<OrderToAccept> = {}): OrderToAccept {
  const order = {
    orderId: makeOrderId(),
    customerId: 'customer-001',
    paymentMethod: 'CREDIT_CARD' as const,
    lines: [{ productId: 'prod-001', quantity: 2 }],
    ...parts,
  };
  return { digest: requestDigest([order.customerId, order.lines]), ...order };
}

/** Accepts an order and answers its id; throws where it is not accepted. */
export async function accept(db: Database, parts: Partial<OrderToAccept> = {}): Promise<string> {
  const order = makeOrder(parts);
  const [acceptance] = await acceptOrders(db, [order]);
  if (!acceptance) throw new Error(`order ${order.orderId} was not accepted`);
  return order.orderId;
}

/** A product of the test's own; answers its id. */
export async function stockProduct(
  db: Database,
  parts: { available?: number; unitPriceMinor?: number; currency?: string } = {},
): Promise<string> {
  const id = `product-${randomUUID()}`;
  await upsertProduct(db, { id, name: 'Test', unitPriceMinor: 1000, currency: 'USD', available: 100, ...parts });
  return id;
}

/** Captures the payment of an order, as the activity does. */
export function capture(db: Database, orderId: string): Promise<ChangeResult> {
  return capturePayment(db, orderId, { id: paymentId(orderId), amountMinor: 3998, providerReference: 'reference' });
}

/** Books the shipment of an order, as the activity does. */
export function ship(db: Database, orderId: string): Promise<ChangeResult> {
  return shipOrder(db, orderId, {
    shipmentId: shipmentId(orderId),
    trackingNumber: `TRACK-${orderId}`,
    carrier: 'Northline',
    estimatedDelivery: '2026-02-01T10:00:00.000Z',
  });
}

/** Marks an order as delivered, as the activity does. */
export function deliver(db: Database, orderId: string): Promise<ChangeResult> {
  return deliverOrder(db, orderId, shipmentId(orderId));
}

/** Accepts an order and takes it to a status. */
export async function acceptAs(
  db: Database,
  status: 'PENDING' | 'RESERVED' | 'PROCESSING' | 'SHIPPED' | 'DELIVERED',
  parts: Partial<OrderToAccept> = {},
): Promise<string> {
  const id = await accept(db, parts);
  if (status === 'PENDING') return id;
  await reserveStock(db, id);
  if (status === 'RESERVED') return id;
  await capture(db, id);
  if (status === 'PROCESSING') return id;
  await ship(db, id);
  if (status === 'DELIVERED') await deliver(db, id);
  return id;
}

/** Every row of every table that holds orders or stock, so that "nothing was stored" can be seen whole. */
export async function everything(db: Database): Promise<Record<string, unknown[]>> {
  const tables = ['orders', 'order_items', 'order_events', 'payments', 'shipments', 'idempotency_keys', 'products'];
  const rows = await Promise.all(
    tables.map(
      async (table) => [table, [...(await db`select * from ${db(table)} as t order by t::text`)] as unknown[]] as const,
    ),
  );
  return Object.fromEntries(rows);
}
