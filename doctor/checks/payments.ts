import { findPaymentEvidence, type PaymentEvidence } from '../../db/payment-evidence.ts';
import { refundPayment } from '../../db/payments.ts';
import type { LedgerEntry } from '../../activities/ports.ts';
import { idempotencyKey } from '../../domain/ids.ts';
import { formatMoney } from '../../domain/money.ts';
import { hasReached } from '../../domain/order-status.ts';
import type { Check, Finding } from '../check.ts';
import type { Scene } from '../scene.ts';

const PAGE = 1000;

/** Whether the payment provider took and gave back what orders say. */
export const payments: Check = {
  name: 'payments',
  compares: 'orders and their payments with the books of the payment provider, asked by key',
  needs: ['postgres'],
  isByOrder: true,
  async *find(scene, orderIds) {
    for (let after = ''; ;) {
      const page = await findPaymentEvidence(scene.db, { ids: orderIds, after, limit: PAGE });
      const books = await scene.ledger.ask(
        page.flatMap(({ orderId }) => [idempotencyKey(orderId, 'charge'), idempotencyKey(orderId, 'refund')]),
      );
      for (const evidence of page) {
        const charge = books.get(idempotencyKey(evidence.orderId, 'charge'));
        const refund = books.get(idempotencyKey(evidence.orderId, 'refund'));
        yield* judge(scene, evidence, { charge, refund });
      }
      const last = page.at(-1);
      if (page.length < PAGE || !last) return;
      after = last.orderId;
    }
  },
};

interface Books {
  readonly charge: LedgerEntry | undefined;
  readonly refund: LedgerEntry | undefined;
}

function judge(scene: Scene, evidence: PaymentEvidence, { charge, refund }: Books): Finding[] {
  const { orderId, orderStatus, amountMinor, currency } = evidence;
  const isTaken = charge?.outcome === 'captured';
  const isGivenBack = refund?.outcome === 'refunded';
  const money = (minor: number) => formatMoney(minor, currency);
  const about = (kind: string) => ({ key: `${orderId} ${kind}`, orderId });

  if (orderStatus === 'CANCELLED') {
    if (isTaken && !isGivenBack)
      return [
        {
          ...about('not refunded'),
          found: `It is cancelled, but the provider captured ${money(charge.amountMinor)} and gave nothing back.`,
          means: 'The customer has paid for an order that will never come.',
          remedy:
            'The provider is asked to refund under the key of the order, which it does once, and the log records it.',
          repair: () => refundNow(scene, evidence),
        },
      ];
    if (isTaken && isGivenBack && evidence.paymentStatus !== 'PAYMENT_REFUNDED')
      return [
        {
          ...about('refund not recorded'),
          found: `The provider gave ${money(refund.amountMinor)} back, but the payment is ${evidence.paymentStatus}.`,
          means: 'The customer has the money; the log, and all that follows it, does not know.',
          remedy: 'The refund is recorded in the log.',
          repair: () => refundNow(scene, evidence),
        },
      ];
    return [];
  }
  if (!isTaken)
    return [
      {
        ...about('not captured'),
        found: `It is ${orderStatus}, but the provider has captured nothing for it (${charge?.outcome ?? 'key unknown'}).`,
        means: 'The order counts as paid and the money is not there.',
        remedy: 'Compare with the statements of the provider; charge again by hand, or cancel the order.',
      },
    ];
  if (isGivenBack && hasReached(orderStatus, 'SHIPPED'))
    return [
      {
        ...about('refunded though delivered'),
        found: `It is ${orderStatus}, but the provider has given ${money(refund.amountMinor)} back.`,
        means: 'The goods left the house and the money is gone.',
        remedy: 'Ask the customer, or book the loss. No message takes a refund back.',
      },
    ];
  if (charge.amountMinor !== amountMinor)
    return [
      {
        ...about('other amount'),
        found: `Its total is ${money(amountMinor)}, but the provider captured ${money(charge.amountMinor)}.`,
        means: 'The customer has paid another amount than the order says.',
        remedy: 'Settle the difference with the customer by hand.',
      },
    ];
  return [];
}

/** Refunds through the provider, once whatever happens, and records it where the log does not tell it yet. */
async function refundNow(scene: Scene, evidence: PaymentEvidence): Promise<void> {
  const { orderId, paymentId: id, amountMinor, isRefundLogged } = evidence;
  const { outcome } = await scene.payments.refund(
    { key: idempotencyKey(orderId, 'refund'), chargeKey: idempotencyKey(orderId, 'charge'), orderId },
    scene.signal,
  );
  if (outcome !== 'refunded' || isRefundLogged) return;
  await refundPayment(scene.db, orderId, { id, amountMinor });
  await scene.forgetOrder?.(orderId);
}
