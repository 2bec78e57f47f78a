/** A customer as a good client behaves: repeats what was not answered, under the same key, until there is an answer. */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Intent, Line, Wish } from './intent.ts';
import type { Answer, OrderForm, SeenOrder, Shop } from './shop.ts';

/** What a customer asked for and saw: the first of the ledgers. Spans in milliseconds. */
export interface CustomerLedger {
  readonly customerId: string;
  readonly lines: readonly Line[];
  /** Every answer that accepted the order, in the order in which they came. */
  readonly accepted: SeenOrder[];
  /** Whether the customer tries again where there is no answer. */
  readonly isPatient: boolean;
  /** Why the shop does not take the order, where it said so. */
  refusal: string | undefined;
  /** From the first try to the first answer; undefined where there was none. */
  acceptedAfterMs: number | undefined;
  /** How often something was sent. */
  tries: number;
  /** What came instead of answers, and how often. */
  readonly failures: Map<string, number>;
  /** What the shop answered to the customer's wish, once it answered. */
  wish: WishAnswer | undefined;
  /** Each time that the order looked older than before. */
  readonly wentBackwards: { readonly before: SeenOrder; readonly after: SeenOrder }[];
  /** As it was seen last. */
  last: SeenOrder | undefined;
}

/** An answer to a wish: `begun` where it is still being carried out. */
export interface WishAnswer {
  readonly what: Wish;
  readonly kind: 'done' | 'begun' | 'refused';
  /** Of the order in the answer. */
  readonly status: string | undefined;
  readonly reason: string | undefined;
}

/** How the customer goes about it. */
export interface CustomerOptions {
  readonly intent: Intent;
  readonly shop: Shop;
  /** Makes keys and ids of this run differ from those of others. */
  readonly run: string;
  /** When orders began, by `performance.now()`. */
  readonly began: number;
  /** Everybody goes home. */
  readonly closing: AbortSignal;
}

const RETRY = { first: 100, longest: 2_000 };
const LOOK_EVERY_MS = 3_000;
const SETTLED: ReadonlySet<string> = new Set(['DELIVERED', 'CANCELLED']);

/** Places the order at its time, asks for what the customer wishes, and looks at the order until it is settled. */
export async function beCustomer({ intent, shop, run, began, closing }: CustomerOptions): Promise<CustomerLedger> {
  const { customerId, lines, identity } = intent;
  const ledger: CustomerLedger = {
    customerId,
    lines,
    isPatient: !intent.isImpatient,
    accepted: [],
    refusal: undefined,
    acceptedAfterMs: undefined,
    tries: 0,
    failures: new Map(),
    wish: undefined,
    wentBackwards: [],
    last: undefined,
  };
  const name = `${run}-${customerId}`;
  const form: OrderForm = {
    customerId,
    lines,
    orderId: identity === 'id' ? name : undefined,
    idempotencyKey: identity === 'key' ? name : undefined,
  };
  await sleep(Math.max(0, began + intent.atMs - performance.now()));

  const asked = performance.now();
  const place = async () => {
    const answer = await repeat(() => shop.place(form), {
      ledger,
      closing,
      mostTries: intent.isImpatient ? 1 : Infinity,
    });
    if (answer.kind === 'refused') ledger.refusal = answer.reason;
    if (answer.kind !== 'done') return;
    ledger.acceptedAfterMs ??= performance.now() - asked;
    ledger.accepted.push(answer.order);
    see(ledger, answer.order);
  };
  await Promise.all(intent.isDoubled ? [place(), place()] : [place()]);
  const orderId = ledger.accepted[0]?.id;
  if (orderId === undefined) return ledger;
  await Promise.all([wishFor(intent, orderId, { ledger, shop, closing }), look(orderId, { ledger, shop, closing })]);
  return ledger;
}

interface Visit {
  readonly ledger: CustomerLedger;
  readonly shop: Shop;
  readonly closing: AbortSignal;
}

async function wishFor({ wish }: Intent, orderId: string, { ledger, shop, closing }: Visit): Promise<void> {
  if (!wish) return;
  await rest(wish.afterMs, closing);
  const answer = await repeat(() => shop.ask(orderId, wish.what), { ledger, closing, mostTries: Infinity });
  if (answer.kind === 'unknown') return;
  const order = answer.kind === 'refused' ? undefined : answer.order;
  const isBegun = wish.what === 'cancel' && order !== undefined && order.status !== 'CANCELLED';
  ledger.wish = {
    what: wish.what,
    kind: isBegun ? 'begun' : answer.kind,
    status: order?.status,
    reason: answer.kind === 'refused' ? answer.reason : undefined,
  };
}

/** Reads the order now and then, one read after the other, so that each must be as new as the one before. */
async function look(orderId: string, { ledger, shop, closing }: Visit): Promise<void> {
  while (!closing.aborted && !SETTLED.has(ledger.last?.status ?? '')) {
    await rest(LOOK_EVERY_MS, closing);
    const answer = await repeat(() => shop.read(orderId), { ledger, closing, mostTries: Infinity });
    if (answer.kind === 'refused') {
      ledger.failures.set(`read: ${answer.reason}`, (ledger.failures.get(`read: ${answer.reason}`) ?? 0) + 1);
      return;
    }
    if (answer.kind !== 'unknown') see(ledger, answer.order);
  }
}

function see(ledger: CustomerLedger, order: SeenOrder): void {
  if (ledger.last && order.version < ledger.last.version)
    ledger.wentBackwards.push({ before: ledger.last, after: order });
  else ledger.last = order;
}

/** Tries until there is an answer; gives the last failure where tries or time are used up. */
async function repeat(
  send: () => Promise<Answer>,
  { ledger, closing, mostTries }: { ledger: CustomerLedger; closing: AbortSignal; mostTries: number },
): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    ledger.tries += 1;
    const answer = await send();
    if (answer.kind !== 'unknown') return answer;
    ledger.failures.set(answer.reason, (ledger.failures.get(answer.reason) ?? 0) + 1);
    if (tries >= mostTries || closing.aborted) return answer;
    await rest(randomInt(RETRY.first, Math.min(RETRY.longest, RETRY.first * 2 ** tries)), closing);
  }
}

function rest(milliseconds: number, closing: AbortSignal): Promise<void> {
  return sleep(milliseconds, undefined, { signal: closing }).catch(() => undefined);
}
