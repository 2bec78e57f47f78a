import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { APPROVALS } from '../../domain/approval.ts';
import { Failure } from '../../domain/failures.ts';
import { type ActionFacts, allowedActions, judgeAction, judgeMove, ORDER_ACTIONS } from '../../domain/order-actions.ts';
import { isAllowed, nextStatus, ORDER_STATUSES } from '../../domain/order-status.ts';

const LIMIT = 100;
const anyOrder: fc.Arbitrary<ActionFacts> = fc.record({
  id: fc.constant('order-1'),
  status: fc.constantFrom(...ORDER_STATUSES),
  approval: fc.constantFrom(...APPROVALS),
  totalMinor: fc.integer({ min: 100, max: 20_000 }),
  currency: fc.constantFrom('USD', 'JPY'),
});

describe('an action on any order', () => {
  it('is listed exactly where its own check lets it change the order', () => {
    fc.assert(
      fc.property(anyOrder, (order) => {
        const listed = allowedActions(order, LIMIT);
        for (const action of ORDER_ACTIONS)
          expect(listed.includes(action)).toBe(judgeAction(action, order, LIMIT) === 'CHANGES');
      }),
    );
  });

  it('moves it only along an allowed transition', () => {
    fc.assert(
      fc.property(anyOrder, fc.constantFrom(...ORDER_STATUSES), (order, to) => {
        expect(judgeMove(order, to) === 'CHANGES').toBe(isAllowed(order.status, to));
        const listed = allowedActions(order, LIMIT);
        expect(listed.includes('CANCEL')).toBe(isAllowed(order.status, 'CANCELLED'));
        expect(listed.includes('MARK_DELIVERED')).toBe(isAllowed(order.status, 'DELIVERED'));
        expect(listed.includes('CONFIRM')).toBe(nextStatus(order.status) !== undefined);
      }),
    );
  });

  it('that is refused says where the order may go', () => {
    fc.assert(
      fc.property(anyOrder, fc.constantFrom(...ORDER_ACTIONS), (order, action) => {
        const verdict = judgeAction(action, order, LIMIT);
        if (verdict instanceof Failure)
          expect(verdict).toMatchObject({ code: 'FORBIDDEN_TRANSITION', currentStatus: order.status });
      }),
    );
  });
});

describe('approving and denying', () => {
  const order: ActionFacts = {
    id: 'order-1',
    status: 'PENDING',
    approval: 'NOT_REQUIRED',
    totalMinor: 10_001,
    currency: 'USD',
  };

  it('are possible from the acceptance on, though the row says only a moment later that it waits', () => {
    expect(allowedActions(order, LIMIT)).toEqual(['APPROVE', 'DENY', 'CANCEL', 'CONFIRM']);
    expect(allowedActions({ ...order, approval: 'AWAITING_APPROVAL' }, LIMIT)).toContain('DENY');
  });

  it('are refused where the total is within the limit, and where the other was said already', () => {
    expect(judgeAction('APPROVE', { ...order, totalMinor: 10_000 }, LIMIT)).toBeInstanceOf(Failure);
    expect(judgeAction('DENY', { ...order, approval: 'APPROVED' }, LIMIT)).toBeInstanceOf(Failure);
    expect(judgeAction('APPROVE', { ...order, approval: 'DENIED' }, LIMIT)).toBeInstanceOf(Failure);
  });

  it('that come again are done already', () => {
    expect(judgeAction('APPROVE', { ...order, approval: 'APPROVED', status: 'SHIPPED' }, LIMIT)).toBe('DONE');
    expect(judgeAction('DENY', { ...order, approval: 'DENIED', status: 'CANCELLED' }, LIMIT)).toBe('DONE');
  });
});
