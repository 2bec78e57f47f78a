/** The use case CreateOrder: rules, one statement, and the same answer to a repeat. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, isConnectionError } from '../db/client.ts';
import type { Notifier } from '../db/notify.ts';
import { findAcceptance, findEvents } from '../db/order-reads.ts';
import { type Acceptance, acceptOrders, type OrderToAccept } from '../db/orders.ts';
import { findPrices } from '../db/products.ts';
import { observeStatement } from '../db/observed-statement.ts';
import { backoffDelay } from '../domain/backoff.ts';
import { Failure, invalidRequest } from '../domain/failures.ts';
import { applyEvent, foldOrder } from '../domain/fold.ts';
import { eventId, makeOrderId, requestDigest } from '../domain/ids.ts';
import type { Order } from '../domain/order.ts';
import {
  checkOrder,
  isPaymentMethod,
  isPrintable,
  isRefusedAtSight,
  mergeLines,
  type OrderRequest,
  shorten,
  type Violation,
} from '../domain/rules.ts';
import { annotateSpan, traceparentOfSpan } from '../telemetry/spans.ts';
import { createBatcher } from './batch.ts';
import type { ValidationCounter } from './validation-count.ts';
import { beginTrace } from './trace-context.ts';

/** An order as a client asks for it. */
export interface CreateOrderCommand extends OrderRequest {
  readonly idempotencyKey?: string | undefined;
  /** Whose key that is: the customer who calls. It is one of everybody else's where absent. */
  readonly keyOwner?: string | undefined;
  /** W3C trace context of the request. */
  readonly traceparent?: string | undefined;
}

/** The order as it was accepted; `replayed` where an earlier request had done it. */
export interface CreateOrderResult {
  readonly order: Order;
  readonly replayed: boolean;
}

const REPEAT = { first: 200, longest: 400 };

export type AcceptOrder = (command: CreateOrderCommand) => Promise<CreateOrderResult>;

/** What the use case works with; what the rules say is counted where `validations` is given. */
export interface AcceptOrderDependencies {
  readonly db: Database;
  readonly notifier: Notifier;
  readonly validations?: Pick<ValidationCounter, 'approved' | 'rejected'>;
}

/** Makes the use case. Refusals are {@link Failure}s; nothing is stored of a refused order. */
export function createAcceptOrder({ db, notifier, validations }: AcceptOrderDependencies): AcceptOrder {
  const accept = createBatcher<OrderToAccept, Acceptance | undefined>({
    run: (orders) => acceptOrders(db, orders),
    keysOf: ({ orderId, idempotencyKey }) => [`order ${orderId}`, ...(idempotencyKey ? [`key ${idempotencyKey}`] : [])],
    size: 64,
    concurrency: 4,
    queueLimit: 5000,
    isShared: isConnectionError,
  });
  const refuse = (violations: readonly Violation[]): Failure => {
    validations?.rejected(violations);
    return invalidRequest(violations);
  };

  return async (command) => {
    checkIdempotencyKey(command.idempotencyKey);
    if (isRefusedAtSight(command)) throw refuse(await findViolations(db, command));
    const order = prepare(command);
    annotateSpan({ 'order.id': order.orderId });
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      let acceptance: Acceptance | undefined;
      try {
        acceptance = await observeStatement('OrderCreated', order.orderId, () =>
          accept({ ...order, traceparent: traceparentOfSpan() ?? order.traceparent }),
        );
      } catch (error) {
        // Whether it was committed is unknown; the statement is idempotent, so that a repeat settles it.
        if (!isConnectionError(error) || attempt === 3) throw error;
        await sleep(backoffDelay(REPEAT, attempt, Math.random()));
        continue;
      }
      if (acceptance) {
        notifier.wake();
        validations?.approved();
        return { order: toOrder(order.orderId, acceptance), replayed: false };
      }
      const known = await recall(db, order);
      if (known)
        return { order: known, replayed: command.orderId !== undefined || command.idempotencyKey !== undefined };
      const violations = await findViolations(db, command);
      if (violations.length > 0) throw refuse(violations);
      // No rule is broken any more: the catalogue has changed between the two statements.
    }
    throw new Failure('UNAVAILABLE', 'The order could not be stored now.', { retryAfterSeconds: 1 });
  };
}

function prepare(command: CreateOrderCommand): OrderToAccept {
  const { customerId, statedTotal, statedCurrency, traceparent } = command;
  const { paymentMethod: wanted = 'CREDIT_CARD' } = command;
  const paymentMethod = isPaymentMethod(wanted) ? wanted : 'CREDIT_CARD';
  const lines = mergeLines(command.items);
  return {
    orderId: command.orderId ?? makeOrderId(),
    customerId,
    paymentMethod,
    statedTotal,
    statedCurrency,
    lines,
    idempotencyKey: storedKey(command),
    digest: requestDigest([
      command.orderId ?? null,
      customerId,
      lines,
      paymentMethod,
      statedTotal ?? null,
      ...(statedCurrency === undefined ? [] : [statedCurrency]),
    ]),
    traceparent: traceparent ?? beginTrace(),
  };
}

/** The key as it is stored. No key that a caller sends has what stands between owner and key, so that none passes for another's. */
function storedKey({ idempotencyKey: key, keyOwner }: CreateOrderCommand): string | undefined {
  return key === undefined || keyOwner === undefined ? key : `${keyOwner}\u001f${key}`;
}

/** The first result of a repeated request; a failure where the id or the key stands for another request. */
async function recall(db: Database, order: OrderToAccept): Promise<Order | undefined> {
  const known = await findAcceptance(db, order);
  if (!known) return undefined;
  if (known.keyDigest !== null && known.keyDigest !== order.digest) {
    const message = 'The idempotency key was used for another request; use a fresh key for each order.';
    throw new Failure('IDEMPOTENCY_KEY_REUSED', message);
  }
  if (known.orderDigest !== order.digest)
    throw new Failure('ORDER_ID_TAKEN', `Order ${known.orderId} exists and was asked for in other words.`);
  return foldOrder(await findEvents(db, known.orderId, { version: 1 }));
}

async function findViolations(db: Database, command: CreateOrderCommand): Promise<Violation[]> {
  const productIds = command.items.map(({ productId }) => productId).filter((id) => isPrintable(id));
  return checkOrder(command, await findPrices(db, productIds));
}

function checkIdempotencyKey(key: string | undefined): void {
  if (key === undefined || (key.length <= 255 && isPrintable(key))) return;
  const message = 'idempotency-key must be 1 to 255 printable characters without spaces around them';
  throw invalidRequest([{ field: 'idempotency-key', value: shorten(key), rule: 'idempotency_key', message }]);
}

function toOrder(orderId: string, { createdAt, created }: Acceptance): Order {
  return applyEvent(undefined, {
    eventId: eventId(orderId, 'created'),
    orderId,
    version: 1,
    type: 'OrderCreated',
    data: created,
    occurredAt: createdAt,
  });
}
