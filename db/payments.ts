/** The statements that keep the payment of an order. */
import { shipmentId } from '../domain/ids.ts';
import { changeOrder, type ChangeResult } from './change.ts';
import type { Database } from './client.ts';

/** Records that the provider did not answer at the first attempt and is asked again. */
export function delayPayment(db: Database, orderId: string, paymentId: string): Promise<ChangeResult> {
  return changeOrder(db, {
    orderId,
    guard: db`status = 'PENDING' and payment_id = ${paymentId}`,
    events: [{ step: 'payment-delayed', type: 'PaymentDelayed', data: { payment_id: paymentId } }],
    after: db`
      delayed as (
        update payments p set status = 'PAYMENT_PROCESSING', updated_at = now() from changed
        where p.id = changed.payment_id and p.status = 'PAYMENT_PENDING'
      )`,
  });
}

/** Counts an attempt that the provider did not answer; answers how many there are. */
export async function countFailedAttempt(db: Database, paymentId: string, error: string): Promise<number> {
  const [row] = await db<{ failedAttempts: number }[]>`
    update payments set failed_attempts = failed_attempts + 1, last_error = ${error}, updated_at = now()
    where id = ${paymentId} returning failed_attempts as "failedAttempts"`;
  return row?.failedAttempts ?? 0;
}

/** A captured payment takes its order to `PROCESSING` and records the intent to ship. */
export function capturePayment(
  db: Database,
  orderId: string,
  payment: { id: string; amountMinor: number; providerReference: string; details?: string | null },
): Promise<ChangeResult> {
  const details = payment.details ?? null;
  return changeOrder(db, {
    orderId,
    guard: db`status = 'PENDING' and payment_id = ${payment.id}`,
    events: [
      {
        step: 'payment-authorized',
        type: 'PaymentAuthorized',
        data: {
          payment_id: payment.id,
          amount_minor: payment.amountMinor,
          provider_reference: payment.providerReference,
          details,
        },
      },
    ],
    set: db`status = 'PROCESSING', status_since = e.occurred_at, status_details = ${details}`,
    after: db`
      captured as (
        update payments p set status = 'PAYMENT_COMPLETED', provider_reference = ${payment.providerReference},
          updated_at = now()
        from changed where p.id = changed.payment_id
      ), intent as (
        insert into shipments (id, order_id, status) select ${shipmentId(orderId)}, id, 'SHIPMENT_CREATED' from changed
      )`,
  });
}

/** Records that a payment was declined or given up; the cancellation of its order follows. */
export function failPayment(db: Database, orderId: string, paymentId: string, reason: string): Promise<ChangeResult> {
  return changeOrder(db, {
    orderId,
    guard: db`status = 'PENDING' and payment_id = ${paymentId}`,
    events: [{ step: 'payment-failed', type: 'PaymentFailed', data: { payment_id: paymentId, reason } }],
    after: db`
      failed as (
        update payments p set status = 'PAYMENT_FAILED', last_error = ${reason}, updated_at = now() from changed
        where p.id = changed.payment_id
      )`,
  });
}

/**
 * Records that a captured payment went back to the customer. The cancellation of its order follows, or stands already:
 * where a worker that was cut off charged what was cancelled meanwhile.
 */
export function refundPayment(
  db: Database,
  orderId: string,
  payment: { id: string; amountMinor: number },
): Promise<ChangeResult> {
  return changeOrder(db, {
    orderId,
    guard: db`status in ('PENDING', 'PROCESSING', 'CANCELLED') and payment_id = ${payment.id}`,
    events: [
      {
        step: 'payment-refunded',
        type: 'PaymentRefunded',
        data: { payment_id: payment.id, amount_minor: payment.amountMinor },
      },
    ],
    after: db`
      refunded as (
        update payments p set status = 'PAYMENT_REFUNDED', updated_at = now() from changed
        where p.id = changed.payment_id
      )`,
  });
}
