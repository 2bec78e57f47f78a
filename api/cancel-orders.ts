/** The use case that cancels many orders: first what would happen, then the same command for each as for one. */
import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import type { OrderFilter } from '../db/order-filter.ts';
import { listOrders } from '../db/order-list.ts';
import { findOrders } from '../db/order-reads.ts';
import { Failure, invalidRequest } from '../domain/failures.ts';
import type { Order } from '../domain/order.ts';
import { judgeMove } from '../domain/order-actions.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import { violation } from './checks.ts';
import { orderFields } from '../telemetry/log-fields.ts';
import { deadlinePassed, within } from './deadline.ts';
import { toFailure } from './errors.ts';
import type { OrderCommands } from './order-commands.ts';

/** Most orders of one request. */
export const MOST_ORDERS = 1000;

/** What becomes of an order; `CANCELLING`: what was done is still being undone. */
export const CANCELLATION_RESULTS = [
  'WOULD_CANCEL',
  'CANCELLED',
  'CANCELLING',
  'NOT_ALLOWED',
  'NOT_FOUND',
  'UNAVAILABLE',
  'NOT_TRIED',
] as const;
export type CancellationResult = (typeof CANCELLATION_RESULTS)[number];

/** What becomes of an order, and why it is not cancelled where it is not. */
export interface OrderCancellation {
  readonly orderId: string;
  readonly result: CancellationResult;
  readonly status?: OrderStatus | undefined;
  readonly reason?: string | undefined;
  /** What goes back to the customer; minor units. */
  readonly refund?: { readonly amountMinor: number; readonly currency: string } | undefined;
}

/**
 * How many are cancelled at a time, how long that may take and how long reading the orders may take beyond it, in
 * milliseconds; the usual way where absent.
 */
export interface CancelOrdersSettings {
  readonly concurrency: number;
  readonly withinMs: number;
  readonly readsMs: number;
}

/** What the use case works with. */
export interface CancelOrdersDependencies {
  readonly db: Database;
  readonly commands: Pick<OrderCommands, 'cancel'>;
  readonly logger: Logger;
  /** Aborts when the process ends: then no further order is tried. */
  readonly stopping: AbortSignal;
}

export type CancelOrders = ReturnType<typeof createCancelOrders>;

const SETTINGS: CancelOrdersSettings = { concurrency: 16, withinMs: 15_000, readsMs: 5000 };

/** Makes the use case. */
export function createCancelOrders(
  { db, commands, logger, stopping }: CancelOrdersDependencies,
  { concurrency, withinMs, readsMs }: CancelOrdersSettings = SETTINGS,
) {
  const cancelOne = async (
    orderId: string,
    reason: string | undefined,
    deadline: number,
  ): Promise<OrderCancellation> => {
    try {
      const answer = commands.cancel(orderId, { reason, deadline });
      // The deadline bounds only the wait for the workflow; the order is read before and after it.
      const ms = deadline + readsMs - Date.now();
      const { status } = await within(answer, { ms, failure: deadlinePassed });
      return { orderId, status, result: status === 'CANCELLED' ? 'CANCELLED' : 'CANCELLING' };
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code === 'INTERNAL')
        logger.error({ err: failure.cause, ...orderFields(orderId) }, 'an order was not cancelled');
      return { orderId, ...tellRefusal(failure) };
    }
  };

  return {
    /** What would become of these orders, in this order; nothing is done. */
    preview: async (orderIds: readonly string[]): Promise<OrderCancellation[]> => {
      const orders = new Map((await findOrders(db, orderIds)).map((order) => [order.id, order]));
      return orderIds.map((orderId) => foresee(orderId, orders.get(orderId)));
    },

    /** What would become of the orders that match, the newest first; refuses where there are more than 1,000. */
    previewMatching: async (filter: OrderFilter): Promise<OrderCancellation[]> => {
      const orders = await listOrders(db, filter, { limit: MOST_ORDERS + 1 });
      if (orders.length > MOST_ORDERS) throw tooMany();
      return orders.map((order) => foresee(order.id, order));
    },

    /**
     * Cancels these orders, a few at a time. Those that the time does not suffice for are not tried, nor the rest where so
     * many are unavailable as are cancelled at a time. A repeat goes on, and answers the same for those that are done.
     */
    run: async (orderIds: readonly string[], reason?: string): Promise<OrderCancellation[]> => {
      const deadline = Date.now() + withinMs;
      const results = new Map<string, OrderCancellation>();
      const waiting = [...orderIds];
      let unavailable = 0;
      const mayGoOn = () => unavailable < concurrency && Date.now() < deadline && !stopping.aborted;
      const work = async () => {
        for (let id = waiting.shift(); id !== undefined && mayGoOn(); id = waiting.shift()) {
          const result = await cancelOne(id, reason, deadline);
          results.set(id, result);
          if (result.result === 'UNAVAILABLE') unavailable += 1;
        }
      };
      await Promise.all(Array.from({ length: concurrency }, work));
      return orderIds.map((orderId) => results.get(orderId) ?? { orderId, result: 'NOT_TRIED' });
    },
  };
}

function foresee(orderId: string, order: Order | undefined): OrderCancellation {
  if (!order) return { orderId, result: 'NOT_FOUND' };
  const { status, payment, currency } = order;
  const verdict = judgeMove(order, 'CANCELLED');
  if (verdict === 'DONE') return { orderId, status, result: 'CANCELLED' };
  if (verdict instanceof Failure) return { orderId, status, result: 'NOT_ALLOWED', reason: verdict.message };
  const refund = payment?.status === 'PAYMENT_COMPLETED' ? { amountMinor: payment.amountMinor, currency } : undefined;
  return { orderId, status, result: 'WOULD_CANCEL', refund };
}

function tellRefusal({ code, message, currentStatus: status }: Failure): Omit<OrderCancellation, 'orderId'> {
  switch (code) {
    case 'NOT_FOUND':
      return { result: 'NOT_FOUND' };
    case 'FORBIDDEN_TRANSITION':
      return { result: 'NOT_ALLOWED', status, reason: message };
    default:
      return { result: 'UNAVAILABLE', reason: message };
  }
}

function tooMany(): Failure {
  const message = `matches more than ${MOST_ORDERS} orders, the most that are cancelled at once; narrow it`;
  return invalidRequest([violation('filter', undefined, 'orders', message)]);
}
