import { describe, expect, it } from 'vitest';
import { findEvents, findOrder } from '../../db/order-reads.ts';
import { foldOrder } from '../../domain/fold.ts';
import { workflowId } from '../../domain/lifecycle.ts';
import { startLifecycle } from '../support/lifecycle.ts';
import { until } from '../support/until.ts';

describe('an order that nothing goes wrong with', async () => {
  const system = await startLifecycle();

  it('is delivered, charged once, shipped with a tracking number, and its stock has left the house', async () => {
    const before = await system.stock('prod-001');
    const id = await system.order(3);
    const order = await system.reached(id, 'DELIVERED');

    expect(order.payment).toMatchObject({ status: 'PAYMENT_COMPLETED', amountMinor: 3 * 1999 });
    expect(order.shipment).toMatchObject({
      status: 'SHIPMENT_DELIVERED',
      trackingNumber: expect.stringMatching(/^TRACK-[0-9a-f]{8}$/) as string,
    });
    expect(await system.ledger(id)).toEqual(['charge captured']);
    expect(await system.stock('prod-001')).toEqual({ available: before.available - 3, reserved: before.reserved });
  });

  it('leaves a log whose fold is the row', async () => {
    const id = await system.order(1, 'prod-002');
    await system.reached(id, 'DELIVERED');
    const events = await findEvents(system.db, id);
    expect(events.map(({ type }) => type)).toEqual([
      'OrderCreated',
      'StockReserved',
      'PaymentAuthorized',
      'ShippingScheduled',
      'OrderDelivered',
    ]);
    expect(foldOrder(events)).toEqual(await findOrder(system.db, id));
  });

  it('completes its workflow with the outcome as its result', async () => {
    const id = await system.order();
    await system.reached(id, 'DELIVERED');
    await expect(system.temporal.workflow.getHandle(workflowId(id)).result()).resolves.toEqual({
      orderId: id,
      status: 'DELIVERED',
      failureReason: null,
    });
  });

  it('can be found by status and customer among the workflows', async () => {
    const id = await system.order();
    await system.reached(id, 'DELIVERED');
    const query = `OrderStatus = 'DELIVERED' and CustomerId = 'customer-001' and TaskQueue = '${system.taskQueue}'`;
    await until('the workflow is found', async () => {
      for await (const { workflowId: found } of system.temporal.workflow.list({ query }))
        if (found === workflowId(id)) return true;
      return false;
    });
  });
});

describe('an order whose payment is declined', async () => {
  const system = await startLifecycle({ simulator: { successRate: 0 } });

  it('is cancelled with the reason, and its stock is released', async () => {
    const before = await system.stock('prod-001');
    const id = await system.order(5);
    const order = await system.reached(id, 'CANCELLED');
    expect(order).toMatchObject({ failureReason: 'PAYMENT_DECLINED', payment: { status: 'PAYMENT_FAILED' } });
    expect(await system.ledger(id)).toEqual(['charge declined']);
    expect(await system.stock('prod-001')).toEqual(before);
    expect(foldOrder(await findEvents(system.db, id))).toEqual(order);
  });
});

describe('an order that more is wanted of than there is', async () => {
  const system = await startLifecycle();

  it('is cancelled as out of stock; nothing of it is reserved and nothing is charged', async () => {
    const before = await system.stock('prod-001');
    await system.db`update products set available = 2 where id = 'prod-004'`;
    const { order } = await system.accept({
      customerId: 'customer-001',
      items: [
        { productId: 'prod-001', quantity: 1 },
        { productId: 'prod-004', quantity: 3 },
      ],
      statedTotal: 19.99 + 3 * 345,
    });
    const after = await system.reached(order.id, 'CANCELLED');
    expect(after).toMatchObject({ failureReason: 'OUT_OF_STOCK', payment: null });
    expect(await system.ledger(order.id)).toEqual([]);
    expect(await system.stock('prod-001')).toEqual(before);
    expect(await system.stock('prod-004')).toEqual({ available: 2, reserved: 0 });
    const events = await findEvents(system.db, order.id);
    expect(events.map(({ type }) => type)).toEqual(['OrderCreated', 'StockRejected', 'OrderCancelled']);
    expect(foldOrder(events)).toEqual(after);
  });
});
