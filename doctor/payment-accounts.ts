/** What the payment provider holds for orders, over all keys, and what it should hold. Amounts are minor units. */
import type { Movement } from '../activities/payment-ledger.ts';
import type { LedgerEntry } from '../activities/ports.ts';
import type { PaymentEvidence } from '../db/payment-evidence.ts';
import { idempotencyKey } from '../domain/ids.ts';
import type { Scene } from './scene.ts';

/** An order with what the provider has under its own keys, and under others. */
export interface PaymentAccount {
  readonly evidence: PaymentEvidence;
  readonly charge: LedgerEntry | undefined;
  readonly refund: LedgerEntry | undefined;
  readonly strays: readonly Movement[];
}

/** Asks the provider for the charges and refunds of orders, by their keys alone. */
export async function openAccounts({ ledger }: Scene, page: readonly PaymentEvidence[]): Promise<PaymentAccount[]> {
  const books = await ledger.ask(
    page.flatMap(({ orderId }) => [idempotencyKey(orderId, 'charge'), idempotencyKey(orderId, 'refund')]),
  );
  return page.map((evidence) => ({
    evidence,
    charge: books.get(idempotencyKey(evidence.orderId, 'charge')),
    refund: books.get(idempotencyKey(evidence.orderId, 'refund')),
    strays: [],
  }));
}

/** What was taken and given back under the order's own keys, what strays add to it, and what all of it should come to. */
export function balanceOf({ evidence, charge, refund, strays }: PaymentAccount) {
  const takenMinor = charge?.outcome === 'captured' ? charge.amountMinor : 0;
  const givenMinor = refund?.outcome === 'refunded' ? refund.amountMinor : 0;
  const strayMinor = sumUp(strays).get(evidence.currency) ?? 0;
  const dueMinor = evidence.orderStatus === 'CANCELLED' ? 0 : evidence.amountMinor;
  return { takenMinor, givenMinor, strayMinor, heldMinor: takenMinor - givenMinor + strayMinor, dueMinor };
}

/** Whether what moved under other keys makes the account right: somebody settled it by hand at the provider. */
export function isSettledByHand(account: PaymentAccount): boolean {
  const { heldMinor, dueMinor } = balanceOf(account);
  const { currency } = account.evidence;
  return account.strays.length > 0 && heldMinor === dueMinor && isEven(account.strays, currency);
}

/** Whether movements come to nothing, in each currency; but for this one where given. */
export function isEven(movements: readonly Movement[], except?: string): boolean {
  return [...sumUp(movements)].every(([currency, minor]) => currency === except || minor === 0);
}

/** What movements come to, by currency: positive where the provider holds it. */
function sumUp(movements: readonly Movement[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { outcome, amountMinor, currency } of movements)
    sums.set(currency, (sums.get(currency) ?? 0) + (outcome === 'captured' ? amountMinor : -amountMinor));
  return sums;
}
