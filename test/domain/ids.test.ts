import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  eventId,
  idempotencyKey,
  makeOrderId,
  paymentId,
  requestDigest,
  shipmentId,
  type Step,
} from '../../domain/ids.ts';
import { isIdentifier, LIMITS } from '../../domain/rules.ts';

const STEPS: Step[] = [
  'created',
  'approval-requested',
  'approved',
  'denied',
  'stock-reserved',
  'stock-rejected',
  'payment-delayed',
  'payment-authorized',
  'payment-failed',
  'shipping-scheduled',
  'delivered',
  'cancellation-requested',
  'payment-refunded',
  'stock-released',
  'cancelled',
];
const CALLS = ['charge', 'refund', 'booking'] as const;
const orderId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/);

/** Everything that derives from an order id. */
function derive(id: string): string[] {
  return [
    ...STEPS.map((step) => eventId(id, step)),
    eventId(id, 'news:1'),
    eventId(id, 'news:2'),
    paymentId(id),
    shipmentId(id),
    ...CALLS.map((call) => idempotencyKey(id, call)),
  ];
}

describe('what derives from an order id', () => {
  it('is the same at every attempt', () => {
    fc.assert(
      fc.property(orderId, (id) => {
        expect(derive(id)).toEqual(derive(id));
      }),
    );
  });

  it('is different for each step, call and order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(orderId, { minLength: 2, maxLength: 5 }), (ids) => {
        const all = ids.flatMap(derive);
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });

  it('stays the same from release to release, because stored orders are known by it', () => {
    expect(eventId('order-123', 'created')).toBe('8538508e-a063-5430-ae9a-6b145c9d6dd3');
    expect(paymentId('order-123')).toBe('79b7539c-8e53-556f-9511-be2c6050d0af');
    expect(shipmentId('order-123')).toBe('881badb0-f8e3-594e-ac61-cc06a45a3967');
    expect(idempotencyKey('order-123', 'charge')).toBe('order-123:charge');
  });
});

describe('a fresh order id', () => {
  it('is an id as a client might choose it, never the same twice, and ordered by time', () => {
    const ids = Array.from({ length: 1000 }, makeOrderId);
    expect(ids.every((id) => isIdentifier(id, LIMITS.orderId.most))).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
  });
});

describe('the digest of a request', () => {
  it('is the same for the same request and another for any other', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        expect(requestDigest(one) === requestDigest(other)).toBe(isSame);
        expect(requestDigest(structuredClone(one))).toBe(requestDigest(one));
      }),
    );
  });
});
