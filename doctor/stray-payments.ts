/** Money that moved without an order that accounts for it. */
import type { Movement, StrayMoney } from '../activities/payment-ledger.ts';
import { findCreationTimes } from '../db/order-reads.ts';
import { findPaymentEvidence } from '../db/payment-evidence.ts';
import { idempotencyKey } from '../domain/ids.ts';
import { formatMoney } from '../domain/money.ts';
import type { Finding } from './check.ts';
import { balanceOf, isEven, isSettledByHand, openAccounts, type PaymentAccount } from './payment-accounts.ts';
import type { Scene } from './scene.ts';

/** Each page reads the books once. */
const PAGE = 5000;
const MOST_MOVEMENTS = 5;

/** Captures and refunds under keys that are no order's; what comes to nothing, or makes an order right, is not told. */
export async function* findStrays(scene: Scene, orderIds?: readonly string[]): AsyncGenerator<Finding> {
  if (!scene.ledger.strays) return;
  for (let after = ''; ;) {
    const page = await scene.ledger.strays({ orderIds, after, limit: PAGE });
    yield* await judgePage(scene, page);
    const last = page.at(-1);
    if (page.length < PAGE || !last) return;
    after = last.orderId;
  }
}

/** What moved for these orders beyond their own keys, by order id. */
export async function straysOf(
  { ledger }: Scene,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Movement[]>> {
  if (orderIds.length === 0 || !ledger.strays) return new Map();
  const page = await ledger.strays({ orderIds, after: '', limit: orderIds.length });
  return new Map(page.map((stray) => [stray.orderId, withoutOwn(stray)]));
}

async function judgePage(scene: Scene, page: readonly StrayMoney[]): Promise<Finding[]> {
  const ids = page.map(({ orderId }) => orderId);
  const known = new Set((await findCreationTimes(scene.db, ids)).map(({ id }) => id));
  const evidence = await findPaymentEvidence(scene.db, { ids, after: '', limit: PAGE });
  const accounts = new Map((await openAccounts(scene, evidence)).map((account) => [account.evidence.orderId, account]));
  return page.flatMap((stray) => {
    const { orderId } = stray;
    const movements = known.has(orderId) ? withoutOwn(stray) : stray.movements;
    if (isEven(movements)) return [];
    if (!known.has(orderId)) return [tellUnknown(orderId, movements)];
    const account = accounts.get(orderId);
    if (!account) return [tellOpen(orderId, movements)];
    const whole = { ...account, strays: movements };
    return isSettledByHand(whole) ? [] : [tellKnown(whole)];
  });
}

function withoutOwn({ orderId, movements }: StrayMoney): readonly Movement[] {
  return movements.filter(
    ({ key, outcome }) => key !== idempotencyKey(orderId, outcome === 'captured' ? 'charge' : 'refund'),
  );
}

const REMEDY =
  'Find out at the provider who asked for it, and settle it there by hand; what then adds up is not told any more.';

function tellUnknown(orderId: string, movements: readonly Movement[]): Finding {
  return {
    ...about(orderId),
    found: `The provider ${list(movements)}, but there is no such order.`,
    means: 'Money has moved that no order accounts for: the order was lost, or somebody else asked the provider.',
    remedy: REMEDY,
  };
}

function tellOpen(orderId: string, movements: readonly Movement[]): Finding {
  return {
    ...about(orderId),
    found: `The provider ${list(movements)}, which is no key of the order; its payment is not decided yet.`,
    means: 'Money has moved that the order does not account for, and it is charged under its own key all the same.',
    remedy: REMEDY,
  };
}

function tellKnown(account: PaymentAccount): Finding {
  const { orderId, orderStatus, currency } = account.evidence;
  const { heldMinor, dueMinor } = balanceOf(account);
  const money = (minor: number) => formatMoney(minor, currency);
  return {
    ...about(orderId),
    found:
      `The provider ${list(account.strays)}, which is no key of the order. ` +
      `In all it holds ${money(heldMinor)}; the order is ${orderStatus}, so ${money(dueMinor)} are due.`,
    means:
      heldMinor < dueMinor
        ? 'The customer was given more back than the order says.'
        : 'The customer has paid more than the order says, such as twice.',
    remedy: REMEDY,
  };
}

function about(orderId: string) {
  return { key: `${orderId} stray`, orderId };
}

function list(movements: readonly Movement[]): string {
  const told = movements
    .slice(0, MOST_MOVEMENTS)
    .map(
      ({ key, outcome, amountMinor, currency }) => `${outcome} ${formatMoney(amountMinor, currency)} under "${key}"`,
    );
  const hidden = movements.length - told.length;
  return `${told.join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`;
}
