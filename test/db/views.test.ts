import { describe, expect, it } from 'vitest';
import { cancelOrder, requestApproval } from '../../db/orders.ts';
import { countFailedAttempt, delayPayment, failPayment } from '../../db/payments.ts';
import { paymentId, shipmentId } from '../../domain/ids.ts';
import { createTestDatabase } from '../support/database.ts';
import { accept, acceptAs, stockProduct } from './order-fixture.ts';

const { db } = await createTestDatabase();
const dear = await stockProduct(db, { unitPriceMinor: 10_000 });
const euro = await stockProduct(db, { currency: 'EUR', unitPriceMinor: 500 });
const of = (productId: string, quantity = 1) => ({ lines: [{ productId, quantity }] });

const pending = await accept(db, of(dear));
const dearPending = await accept(db, of(dear, 3));
const euroPending = await accept(db, of(euro));
const shipped = await acceptAs(db, 'SHIPPED', of(dear));
const delayed = await acceptAs(db, 'RESERVED', of(dear));
await delayPayment(db, delayed, paymentId(delayed));
await countFailedAttempt(db, paymentId(delayed), 'no answer');
const declined = await acceptAs(db, 'RESERVED', of(dear));
await failPayment(db, declined, paymentId(declined), 'the card was declined');
await cancelOrder(db, declined, 'PAYMENT_DECLINED', 'the card was declined');

describe('order_details', () => {
  it('has each order once, with its payment and its shipment where there are any', async () => {
    const rows = await db<{ id: string }[]>`select * from order_details`;
    const all = [pending, dearPending, euroPending, shipped, delayed, declined];
    expect(rows.map(({ id }) => id).sort()).toEqual(all.toSorted());
    expect(rows.find(({ id }) => id === pending)).toMatchObject({ payment_id: null, shipment_id: null });
    expect(rows.find(({ id }) => id === shipped)).toMatchObject({
      status: 'SHIPPED',
      total_amount: '100.00',
      payment_id: paymentId(shipped),
      payment_status: 'PAYMENT_COMPLETED',
      payment_amount: '100.00',
      payment_method: 'CREDIT_CARD',
      shipment_id: shipmentId(shipped),
      shipment_status: 'SHIPMENT_IN_TRANSIT',
      tracking_number: `TRACK-${shipped}`,
      carrier: 'Northline',
    });
  });
});

describe('status_summary', () => {
  it('counts and values orders by status and currency; the shares add up', async () => {
    const rows = await db`
      select status, currency, orders, percentage, average_amount, total_amount from status_summary
      order by status, currency`;
    expect([...rows]).toEqual([
      {
        status: 'CANCELLED',
        currency: 'USD',
        orders: 1,
        percentage: '16.67',
        average_amount: '100.00',
        total_amount: '100.00',
      },
      {
        status: 'PENDING',
        currency: 'EUR',
        orders: 1,
        percentage: '16.67',
        average_amount: '5.00',
        total_amount: '5.00',
      },
      {
        status: 'PENDING',
        currency: 'USD',
        orders: 3,
        percentage: '50.00',
        average_amount: '166.67',
        total_amount: '500.00',
      },
      {
        status: 'SHIPPED',
        currency: 'USD',
        orders: 1,
        percentage: '16.67',
        average_amount: '100.00',
        total_amount: '100.00',
      },
    ]);
  });
});

describe('payment_issues', () => {
  it('has the orders whose payment hangs or failed, with the words of the provider, and no others', async () => {
    const rows = await db`
      select id, status, failure_reason, payment_status, failed_attempts, last_error, amount from payment_issues
      order by payment_status`;
    expect([...rows]).toEqual([
      {
        id: declined,
        status: 'CANCELLED',
        failure_reason: 'PAYMENT_DECLINED',
        payment_status: 'PAYMENT_FAILED',
        failed_attempts: 0,
        last_error: 'the card was declined',
        amount: '100.00',
      },
      {
        id: delayed,
        status: 'PENDING',
        failure_reason: null,
        payment_status: 'PAYMENT_PROCESSING',
        failed_attempts: 1,
        last_error: 'no answer',
        amount: '100.00',
      },
    ]);
  });
});

describe('stuck_orders', () => {
  it('has open orders that are in one status for more than 5 minutes, but none that wait for a person', async () => {
    const waiting = await accept(db);
    await requestApproval(db, waiting, { limit: 1, expires_at: '2026-01-01T00:00:00.000Z' });
    expect(await db`select from stuck_orders`).toHaveLength(0);
    await db`update orders set status_since = now() - interval '299 seconds'`;
    expect(await db`select from stuck_orders`).toHaveLength(0);
    await db`update orders set status_since = now() - interval '6 minutes'`;
    const rows = await db<{ id: string; seconds_in_status: number }[]>`select * from stuck_orders`;
    expect(rows.map(({ id }) => id).sort()).toEqual([pending, dearPending, euroPending, shipped, delayed].sort());
    for (const { seconds_in_status } of rows) expect(seconds_in_status).toBeGreaterThanOrEqual(360);
  });
});
