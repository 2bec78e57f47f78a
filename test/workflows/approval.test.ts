import { describe, expect, it } from 'vitest';
import { findEvents } from '../../db/order-reads.ts';
import { foldOrder } from '../../domain/fold.ts';
import { LONG_MS, startLifecycle } from '../support/lifecycle.ts';
import { until } from '../support/until.ts';

describe('an order above the approval limit', async () => {
  const system = await startLifecycle({ settings: { approvalLimit: 100 } });
  const waiting = async () => {
    const id = await system.order(6);
    await until('it waits', async () => (await system.queries.get(id)).approval === 'AWAITING_APPROVAL');
    return id;
  };

  it('waits for a person, without reserving or charging anything', async () => {
    const id = await waiting();
    expect(await system.queries.get(id)).toMatchObject({ status: 'PENDING', payment: null });
    expect(await system.ledger(id)).toEqual([]);
    expect(await system.queries.liveView(id)).toMatchObject({ stage: 'waiting for approval' });
  });

  it('goes on when it is approved; a repeat has no effect', async () => {
    const id = await waiting();
    expect(await system.commands.approve(id, { reason: 'known customer' })).toMatchObject({ approval: 'APPROVED' });
    expect(await system.commands.approve(id)).toMatchObject({ approval: 'APPROVED' });
    const order = await system.reached(id, 'DELIVERED');
    expect(foldOrder(await findEvents(system.db, id))).toEqual(order);
    await expect(system.commands.deny(id)).rejects.toMatchObject({ code: 'FORBIDDEN_TRANSITION' });
  });

  it('is approved by a confirmation that comes at once', async () => {
    const id = await system.order(6);
    expect(await system.commands.confirm(id)).toMatchObject({ approval: 'APPROVED' });
    await system.reached(id, 'DELIVERED');
  });

  it('is cancelled when it is denied; a repeat answers the same', async () => {
    const id = await waiting();
    const order = await system.commands.deny(id, { reason: 'too much' });
    expect(order).toMatchObject({ status: 'CANCELLED', approval: 'DENIED', failureReason: 'APPROVAL_DENIED' });
    expect(await system.commands.deny(id)).toEqual(order);
    expect(foldOrder(await findEvents(system.db, id))).toEqual(order);
  });

  it('can be cancelled while it waits', async () => {
    const id = await waiting();
    expect(await system.commands.cancel(id)).toMatchObject({ failureReason: 'CANCELLED_ON_REQUEST' });
  });

  it('is approved and charged by moving it on', async () => {
    const id = await waiting();
    expect(await system.commands.updateStatus(id, 'PROCESSING')).toMatchObject({ approval: 'APPROVED' });
  });

  it('cannot be decided where it does not wait', async () => {
    const id = await system.order(1);
    await system.reached(id, 'DELIVERED');
    await expect(system.commands.approve(id)).rejects.toMatchObject({ code: 'FORBIDDEN_TRANSITION' });
  });
});

describe('an order that nobody decides about', async () => {
  const system = await startLifecycle({ settings: { approvalLimit: 100, approvalTimeoutMs: 200 } });

  it('is denied by the timeout', async () => {
    const id = await system.order(6);
    expect(await system.reached(id, 'CANCELLED')).toMatchObject({
      approval: 'DENIED',
      failureReason: 'APPROVAL_TIMED_OUT',
    });
  });
});

describe('an order below the approval limit', async () => {
  const system = await startLifecycle({ settings: { paymentDelayMs: LONG_MS } });

  it('is moved on by a confirmation', async () => {
    const id = await system.order();
    expect(await system.commands.confirm(id)).toMatchObject({ status: 'PROCESSING', approval: 'NOT_REQUIRED' });
  });

  it('cannot be denied', async () => {
    const id = await system.order();
    await expect(system.commands.deny(id)).rejects.toMatchObject({
      code: 'FORBIDDEN_TRANSITION',
      allowed: ['PROCESSING', 'CANCELLED'],
    });
  });
});
