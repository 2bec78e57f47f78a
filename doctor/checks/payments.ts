import { findPaymentEvidence, type PaymentEvidence } from '../../db/payment-evidence.ts';
import { refundPayment } from '../../db/payments.ts';
import { idempotencyKey } from '../../domain/ids.ts';
import { formatMoney } from '../../domain/money.ts';
import { hasReached } from '../../domain/order-status.ts';
import type { Check, Finding } from '../check.ts';
import { balanceOf, isSettledByHand, openAccounts, type PaymentAccount } from '../payment-accounts.ts';
import type { Scene } from '../scene.ts';
import { findStrays, straysOf } from '../stray-payments.ts';

const PAGE = 1000;

/** Whether the payment provider took and gave back what orders say, and nothing else. */
export const payments: Check = {
  name: 'payments',
  compares: 'orders and their payments with the books of the payment provider, in both directions',
  needs: ['postgres'],
  isByOrder: true,
  async *find(scene, orderIds) {
    yield* findDifferences(scene, orderIds);
    yield* findStrays(scene, orderIds);
  },
};

async function* findDifferences(scene: Scene, orderIds?: readonly string[]): AsyncGenerator<Finding> {
  for (let after = ''; ;) {
    const page = await findPaymentEvidence(scene.db, { ids: orderIds, after, limit: PAGE });
    const accounts = await openAccounts(scene, page);
    // What moved under other keys is looked for where it may explain something: it takes a while.
    const differing = accounts.filter((account) => judge(scene, account).length > 0);
    const strays = await straysOf(
      scene,
      differing.map(({ evidence }) => evidence.orderId),
    );
    for (const account of differing)
      yield* judge(scene, { ...account, strays: strays.get(account.evidence.orderId) ?? [] });
    const last = page.at(-1);
    if (page.length < PAGE || !last) return;
    after = last.orderId;
  }
}

function judge(scene: Scene, account: PaymentAccount): Finding[] {
  if (isSettledByHand(account)) return [];
  return account.evidence.orderStatus === 'CANCELLED' ? judgeCancelled(scene, account) : judgePaid(account);
}

function judgeCancelled(scene: Scene, account: PaymentAccount): Finding[] {
  const { evidence, refund } = account;
  const { orderId, paymentStatus } = evidence;
  const { takenMinor, givenMinor, strayMinor } = balanceOf(account);
  const money = (minor: number) => formatMoney(minor, evidence.currency);
  const about = (kind: string) => ({ key: `${orderId} ${kind}`, orderId });
  // What was given back by hand must not be given back again.
  const givenInAll = givenMinor + Math.max(0, -strayMinor);

  if (takenMinor > 0 && givenInAll === 0)
    return [
      {
        ...about('not refunded'),
        found: `It is cancelled, but the provider captured ${money(takenMinor)} and gave nothing back.`,
        means: 'The customer has paid for an order that will never come.',
        remedy:
          'The provider is asked to refund under the key of the order, which it does once, and the log records it.',
        repair: () => refundNow(scene, evidence),
      },
    ];
  if (givenInAll !== takenMinor)
    return [
      {
        ...about('other refund'),
        found: `It is cancelled; the provider captured ${money(takenMinor)} and gave ${money(givenInAll)} back.`,
        means:
          givenInAll < takenMinor
            ? 'The customer has paid for an order that will never come, and has only a part of it back.'
            : 'The customer was given more than was taken.',
        remedy: 'Settle the difference by hand at the provider; what then adds up is not told any more.',
      },
    ];
  if (refund?.outcome === 'refunded' && paymentStatus !== 'PAYMENT_REFUNDED')
    return [
      {
        ...about('refund not recorded'),
        found: `The provider gave ${money(givenMinor)} back, but the payment is ${paymentStatus}.`,
        means: 'The customer has the money; the log, and all that follows it, does not know.',
        remedy: 'The refund is recorded in the log.',
        repair: () => refundNow(scene, evidence),
      },
    ];
  return [];
}

function judgePaid(account: PaymentAccount): Finding[] {
  const { charge, refund, evidence } = account;
  const { orderId, orderStatus, amountMinor, currency } = evidence;
  const isGivenBack = refund?.outcome === 'refunded';
  const money = (minor: number) => formatMoney(minor, currency);
  const about = (kind: string) => ({ key: `${orderId} ${kind}`, orderId });

  if (charge?.outcome !== 'captured')
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
