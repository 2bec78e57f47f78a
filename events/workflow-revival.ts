/** Giving open orders a workflow again. */
import type { Database } from '../db/client.ts';
import { findBegunEndings } from '../db/order-endings.ts';
import { findTraceparent } from '../db/order-trace.ts';
import type { LifecycleSettings } from '../domain/lifecycle.ts';
import type { Order } from '../domain/order.ts';
import { isTracing, withParent } from '../telemetry/spans.ts';
import { createTurns } from './turns.ts';
import { inputOfOrder, type StartOptions, startWorkflow } from './workflow-start.ts';

/** How to revive; `settings` are those of the system that accepted the orders. */
export interface RevivalOptions extends StartOptions {
  readonly db: Database;
  readonly settings: LifecycleSettings;
}

/** Most starts under way at once. */
const CONCURRENCY = 8;

/**
 * Starts the workflows of open orders that have none; answers the orders that got one. One that runs is left alone. A
 * workflow begins where its order stands, and goes on undoing it where an earlier one had begun to.
 */
export async function reviveOrders(orders: readonly Order[], options: RevivalOptions): Promise<Order[]> {
  if (orders.length === 0) return [];
  const { db, settings } = options;
  const ids = orders.map(({ id }) => id);
  const endings = await findBegunEndings(db, ids);
  const takeTurn = createTurns(CONCURRENCY);
  const start = async (order: Order) => {
    const traceparent = isTracing() ? await findTraceparent(db, order.id) : null;
    return withParent(traceparent, () => startWorkflow(inputOfOrder(order, settings, endings.get(order.id)), options));
  };
  const started = await Promise.all(orders.map((order) => takeTurn(() => start(order))));
  return orders.filter((_, place) => started[place]);
}
