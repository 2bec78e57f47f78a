import { expect, test } from 'vitest';
import { foldOrder } from '../../domain/fold.ts';
import { tellProgress } from '../../domain/progress.ts';
import type { OrderEvent } from '../../domain/events.ts';

const settings = {
  paymentDelayMs: 5000,
  preparationDelayMs: 5000,
  deliveryDelayMs: 5000,
  approvalLimit: 10_000,
  approvalTimeoutMs: 60_000,
};
const at = (milliseconds: number) => new Date(Date.UTC(2026, 0, 1) + milliseconds).toISOString();
const items = [{ product_id: 'p', quantity: 1, unit_price_minor: 1999 }];
const course = [
  [0, 'OrderCreated', { customer_id: 'c', payment_method: 'CREDIT_CARD', currency: 'USD', total_minor: 1999, items }],
  [1000, 'StockReserved', { payment_id: 'pay' }],
  [6000, 'PaymentDelayed', { payment_id: 'pay' }],
].map(([time, type, data], place) => ({
  eventId: `event-${place}`,
  orderId: 'order-1',
  version: place + 1,
  type,
  data,
  occurredAt: at(time as number),
})) as OrderEvent[];

function retryAfter(failed: number, now: number) {
  const facts = { order: foldOrder(course)!, events: course, settings, now: at(now) };
  const lastFailed = { payment: { error: 'outage', at: at(7000) } };
  return tellProgress({ ...facts, failedAttempts: { payment: failed, booking: 0 }, lastFailed }).retry;
}

test('while a provider is asked again the progress tells how often it failed, and when it is asked next', () => {
  expect(retryAfter(2, 7100)).toEqual({ failedAttempts: 2, lastError: 'outage', lastAt: at(7000), nextAt: at(7500) });
  expect(retryAfter(5, 7100)?.nextAt).toBe(at(11_000));
  expect(retryAfter(30, 7100)?.nextAt).toBe(at(37_000));
});

test('the second attempt follows the first at once, and what is past is not announced', () => {
  expect(retryAfter(1, 7001)?.nextAt).toBeUndefined();
  expect(retryAfter(2, 8000)?.nextAt).toBeUndefined();
});

test('nothing is told of attempts where none has failed', () => {
  expect(retryAfter(0, 7100)).toBeUndefined();
});
