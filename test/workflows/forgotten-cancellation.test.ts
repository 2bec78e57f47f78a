import { describe, expect, it } from 'vitest';
import { cancelOrder } from '../../db/orders.ts';
import { workflowId } from '../../domain/lifecycle.ts';
import { LONG_MS, startLifecycle } from '../support/lifecycle.ts';
import { until } from '../support/until.ts';

describe('a cancellation that the row remembers and Temporal lost in a crash', async () => {
  const system = await startLifecycle({ settings: { paymentDelayMs: LONG_MS, preparationDelayMs: LONG_MS } });
  const { db } = system;
  /** What is left of a cancellation when Temporal is killed before it has kept the workflow task. */
  const cancelRow = (id: string) => cancelOrder(db, id, 'CANCELLED_ON_REQUEST', null);
  const ended = (id: string) => system.temporal.workflow.getHandle(workflowId(id)).result();
  const stage = (id: string, words: string) =>
    until(words, async () => (await system.queries.liveView(id))?.stage === words);
  /** The payment of an order, and how often the log tells that it was refunded. */
  const refundOf = async (id: string) => {
    const [refund] = await db`
      select p.status, (
        select count(*)::int from order_events e where e.order_id = p.order_id and e.type = 'PaymentRefunded'
      ) as told
      from payments p where p.order_id = ${id}`;
    return { ...refund };
  };

  it('gives back what is charged afterwards', async () => {
    const before = await system.stock('prod-001');
    const id = await system.order();
    await stage(id, 'waiting for payment');
    await cancelRow(id);
    await system.temporal.workflow.getHandle(workflowId(id)).signal('updateOrderStatus', { status: 'PROCESSING' });
    expect(await ended(id)).toMatchObject({ status: 'CANCELLED' });
    expect(await system.ledger(id)).toEqual(['charge captured', 'refund refunded']);
    expect(await refundOf(id)).toEqual({ status: 'PAYMENT_REFUNDED', told: 1 });
    expect(await system.stock('prod-001')).toEqual(before);
  });

  it('cancels the parcel that is booked afterwards, and gives the money back', async () => {
    const id = await system.order();
    await system.commands.updateStatus(id, 'PROCESSING');
    await stage(id, 'preparing the shipment');
    await cancelRow(id);
    await system.temporal.workflow.getHandle(workflowId(id)).signal('updateOrderStatus', { status: 'SHIPPED' });
    expect(await ended(id)).toMatchObject({ status: 'CANCELLED' });
    const bookings = await db`select outcome from simulator.carrier_bookings where order_id = ${id}`;
    expect(bookings.map(({ outcome }) => outcome as string)).toEqual(['cancelled']);
    expect(await system.ledger(id)).toEqual(['charge captured', 'refund refunded']);
    expect(await refundOf(id)).toEqual({ status: 'PAYMENT_REFUNDED', told: 1 });
  });
});
