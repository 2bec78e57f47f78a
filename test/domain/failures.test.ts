import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  forbiddenTransition,
  invalidRequest,
  notAwaitingApproval,
  orderNotFound,
  unknownStatus,
} from '../../domain/failures.ts';
import { isAllowed, isSettled, ORDER_STATUSES, TRANSITIONS } from '../../domain/order-status.ts';
import { checkOrder } from '../../domain/rules.ts';

const anyStatus = fc.constantFrom(...ORDER_STATUSES);

describe('a forbidden transition', () => {
  it('says where the order stands and where it may go', () => {
    fc.assert(
      fc.property(anyStatus, anyStatus, (from, to) => {
        fc.pre(!isAllowed(from, to));
        const failure = forbiddenTransition('order-1', from, to);
        expect(failure).toMatchObject({
          code: 'FORBIDDEN_TRANSITION',
          currentStatus: from,
          allowed: TRANSITIONS[from],
        });
        expect(failure.message).toContain(`Order order-1 is ${from} and cannot become ${to}.`);
        for (const status of TRANSITIONS[from]) expect(failure.message).toContain(status);
        expect(failure.message.endsWith('is final.')).toBe(isSettled(from));
      }),
    );
  });

  it('is also what a decision meets that nobody waits for', () => {
    fc.assert(
      fc.property(anyStatus, (status) => {
        const expected = { code: 'FORBIDDEN_TRANSITION', currentStatus: status, allowed: TRANSITIONS[status] };
        expect(notAwaitingApproval('order-1', status)).toMatchObject(expected);
      }),
    );
  });
});

describe('an invalid request', () => {
  it('is answered with every violation, and with the sentences of all of them', () => {
    const violations = checkOrder({ customerId: ' ', orderId: '/', items: [] }, new Map());
    const failure = invalidRequest(violations);
    expect(violations).toHaveLength(3);
    expect(failure).toMatchObject({ code: 'INVALID_REQUEST', violations });
    for (const { message } of violations) expect(failure.message).toContain(message);
  });

  it('names the statuses that are known where it asks for an unknown one', () => {
    expect(unknownStatus('DONE')).toMatchObject({
      code: 'INVALID_REQUEST',
      violations: [
        {
          field: 'status',
          value: 'DONE',
          rule: 'known_status',
          message:
            'status must be one of PENDING, PROCESSING, SHIPPED, DELIVERED, CANCELLED, PAID, COMPLETED in any letter case',
        },
      ],
    });
  });
});

describe('an order that does not exist', () => {
  it('is named', () => {
    expect(orderNotFound('order-1')).toMatchObject({ code: 'NOT_FOUND', message: 'There is no order order-1.' });
  });
});
