import { describe, expect, it } from 'vitest';
import { findEvents, findOrder } from '../../db/order-reads.ts';
import { foldOrder } from '../../domain/fold.ts';
import { MESSAGES, workflowId } from '../../domain/lifecycle.ts';
import { LONG_MS, startLifecycle } from '../support/lifecycle.ts';
import { until } from '../support/until.ts';

describe('an order that waits at every stage', async () => {
  const system = await startLifecycle({
    settings: { paymentDelayMs: LONG_MS, preparationDelayMs: LONG_MS, deliveryDelayMs: LONG_MS },
  });
  const { commands, db } = system;
  const reserved = (id: string) =>
    until('its stock is reserved', async () => (await findOrder(db, id))?.payment?.status === 'PAYMENT_PENDING');

  it('is cancelled before its workflow has started, and by that the workflow starts', async () => {
    const before = await system.stock('prod-001');
    const order = await commands.cancel(await system.order(), { reason: 'changed my mind' });
    expect(order).toMatchObject({ status: 'CANCELLED', failureReason: 'CANCELLED_ON_REQUEST' });
    expect(order.statusDetails).toBe('changed my mind');
    expect(await system.stock('prod-001')).toEqual(before);
  });

  it('is cancelled while it waits for payment: nothing is charged, stock is released', async () => {
    const before = await system.stock('prod-001');
    const id = await system.order();
    await reserved(id);
    const order = await commands.cancel(id);
    expect(order).toMatchObject({ status: 'CANCELLED', payment: { status: 'PAYMENT_FAILED' } });
    expect(await system.ledger(id)).toEqual([]);
    expect(await system.stock('prod-001')).toEqual(before);
    expect(foldOrder(await findEvents(db, id))).toEqual(order);
  });

  it('is cancelled while its shipment is prepared: the payment goes back, stock is released', async () => {
    const before = await system.stock('prod-001');
    const id = await system.order();
    await commands.updateStatus(id, 'PROCESSING');
    const order = await commands.cancel(id);
    expect(order).toMatchObject({ status: 'CANCELLED', payment: { status: 'PAYMENT_REFUNDED' } });
    expect(await system.ledger(id)).toEqual(['charge captured', 'refund refunded']);
    expect(await system.stock('prod-001')).toEqual(before);
  });

  it('answers a repeated cancellation the same, without a second effect', async () => {
    const id = await system.order();
    await commands.updateStatus(id, 'PROCESSING');
    const [first, second] = await Promise.all([commands.cancel(id), commands.cancel(id)]);
    expect(second).toEqual(first);
    expect(await commands.cancel(id)).toEqual(first);
    expect(await system.ledger(id)).toEqual(['charge captured', 'refund refunded']);
  });

  it('takes a command that is sent again and again as one, so that impatient clients do not fill it up', async () => {
    const id = await system.order();
    await reserved(id);
    const asked = Array.from({ length: 20 }, () => commands.updateStatus(id, 'PROCESSING', { reason: 'please' }));
    for (const order of await Promise.all(asked)) expect(order.status).toBe('PROCESSING');
    const { events } = await system.temporal.workflow.getHandle(workflowId(id)).fetchHistory();
    const accepted = (events ?? []).filter(({ workflowExecutionUpdateAcceptedEventAttributes: update }) => update);
    expect(accepted).toHaveLength(1);
  });

  it('cannot be cancelled once it is shipped', async () => {
    const id = await system.order();
    await commands.updateStatus(id, 'PROCESSING');
    await commands.updateStatus(id, 'SHIPPED');
    await expect(commands.cancel(id)).rejects.toMatchObject({
      code: 'FORBIDDEN_TRANSITION',
      currentStatus: 'SHIPPED',
      allowed: ['DELIVERED'],
    });
  });

  it('goes through its life early, step by step, when it is told to', async () => {
    const id = await system.order();
    for (const status of ['PROCESSING', 'SHIPPED', 'DELIVERED'] as const) {
      const reason = `${status} at once, please`;
      expect(await commands.updateStatus(id, status, { reason })).toMatchObject({ status, statusDetails: reason });
    }
    expect(await system.ledger(id)).toEqual(['charge captured']);
    const history = await system.queries.history(id);
    expect(history.at(-1)).toMatchObject({ status: 'DELIVERED', reason: 'DELIVERED at once, please' });
    expect(foldOrder(await findEvents(db, id))).toEqual(await findOrder(db, id));
  });

  it('does not skip a status', async () => {
    const id = await system.order();
    await expect(commands.updateStatus(id, 'DELIVERED')).rejects.toMatchObject({
      code: 'FORBIDDEN_TRANSITION',
      allowed: ['PROCESSING', 'CANCELLED'],
    });
  });

  it('refuses every command once it is delivered', async () => {
    const id = await system.order();
    for (const status of ['PROCESSING', 'SHIPPED', 'DELIVERED'] as const) await commands.updateStatus(id, status);
    const refused = { code: 'FORBIDDEN_TRANSITION', currentStatus: 'DELIVERED' };
    await expect(commands.cancel(id)).rejects.toMatchObject(refused);
    await expect(commands.updateStatus(id, 'PROCESSING')).rejects.toMatchObject(refused);
    await expect(commands.confirm(id)).rejects.toMatchObject(refused);
    await expect(commands.updateLocation({ orderId: id }, { location: 'Bonn' })).rejects.toMatchObject(refused);
  });

  it('takes news of the carrier late and out of order, and never moves backwards', async () => {
    const id = await system.order();
    await commands.updateStatus(id, 'PROCESSING');
    await commands.updateStatus(id, 'SHIPPED');
    const tell = (location: string, status: 'SHIPMENT_IN_TRANSIT' | 'SHIPMENT_OUT_FOR_DELIVERY', minute: number) =>
      commands.updateLocation({ orderId: id }, { location, status, occurredAt: `2026-01-01T10:0${minute}:00.000Z` });

    await tell('Cologne', 'SHIPMENT_IN_TRANSIT', 1);
    await tell('Bonn', 'SHIPMENT_OUT_FOR_DELIVERY', 3);
    const late = await tell('Aachen', 'SHIPMENT_IN_TRANSIT', 2);
    expect(late.shipment).toMatchObject({ currentLocation: 'Bonn', status: 'SHIPMENT_OUT_FOR_DELIVERY' });
    const later = await tell('Bonn-Beuel', 'SHIPMENT_IN_TRANSIT', 4);
    expect(later.shipment).toMatchObject({ currentLocation: 'Bonn-Beuel', status: 'SHIPMENT_OUT_FOR_DELIVERY' });

    const repeated = await tell('Bonn-Beuel', 'SHIPMENT_IN_TRANSIT', 4);
    expect(repeated.version).toBe(later.version);
    expect(foldOrder(await findEvents(db, id))).toEqual(repeated);
  });

  it('is delivered when the carrier says so', async () => {
    const id = await system.order();
    await commands.updateStatus(id, 'PROCESSING');
    await commands.updateStatus(id, 'SHIPPED');
    await commands.updateLocation({ orderId: id }, { location: 'the door', status: 'SHIPMENT_DELIVERED' });
    expect((await system.reached(id, 'DELIVERED')).shipment).toMatchObject({ currentLocation: 'the door' });
  });

  it('takes the same commands as plain signals, ignores those that are not allowed, and answers the query', async () => {
    const id = await system.order();
    await reserved(id);
    const handle = system.temporal.workflow.getHandle(workflowId(id));
    await handle.signal(MESSAGES.updateOrderStatus, { status: 'delivered' });
    await handle.signal(MESSAGES.updateOrderStatus, 'nonsense');
    await handle.signal(MESSAGES.approveOrder);
    await handle.signal(MESSAGES.denyOrder, { reason: 'no' });
    await handle.signal(MESSAGES.updateOrderStatus, { status: 'paid' });
    await system.reached(id, 'PROCESSING');
    expect(await handle.query(MESSAGES.getOrder)).toMatchObject({
      status: 'PROCESSING',
      stage: 'preparing the shipment',
    });
    await handle.signal(MESSAGES.cancelOrder, { reason: 'from the Web UI' });
    expect((await system.reached(id, 'CANCELLED')).statusDetails).toBe('from the Web UI');
  });

  it('treats a cancelled workflow as a wish to cancel the order', async () => {
    const id = await system.order();
    await reserved(id);
    await system.temporal.workflow.getHandle(workflowId(id)).cancel();
    expect(await system.reached(id, 'CANCELLED')).toMatchObject({ failureReason: 'CANCELLED_ON_REQUEST' });
  });

  it('goes on where it stands when its workflow was terminated and is started anew by a command', async () => {
    const id = await system.order();
    await commands.updateStatus(id, 'PROCESSING');
    await system.temporal.workflow.getHandle(workflowId(id)).terminate();
    expect((await commands.updateStatus(id, 'SHIPPED')).status).toBe('SHIPPED');
    expect((await commands.markDelivered(id)).status).toBe('DELIVERED');
    expect(await system.ledger(id)).toEqual(['charge captured']);
  });
});
