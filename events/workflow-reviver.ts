/** Orders are never forgotten: where the workflow of an open order is gone, it is started anew. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import { holdLease } from '../db/log.ts';
import { findIdleOrders } from '../db/order-reads.ts';
import { CREATE_ORDER_WORKFLOW, type LifecycleSettings } from '../domain/lifecycle.ts';
import { inputOfOrder, workflowOptions } from './workflow-start.ts';

/** How to look for forgotten orders. */
export interface ReviverOptions {
  readonly db: Database;
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly settings: LifecycleSettings;
  readonly holder: string;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** How often to look, in milliseconds; the lease is three times as long. */
  readonly beatMs: number;
  /** How long after its longest delay an order must not have changed, in milliseconds. */
  readonly graceMs: number;
}

const LEASE = 'workflow-reviver';
const PAGE = 100;
const START_TIMEOUT_MS = 10_000;

/**
 * Looks at a page of idle orders at each beat and starts their workflows: one that runs is left alone, one that was
 * terminated, or lost with the server's disk, begins anew and goes on where its order stands. Ends with the signal.
 */
export async function reviveWorkflows(options: ReviverOptions): Promise<void> {
  const { db, holder, logger, signal, beatMs } = options;
  const isStopping = () => signal.aborted;
  let after = '';
  while (!isStopping()) {
    try {
      if (await holdLease(db, LEASE, holder, 3 * beatMs)) after = await reviveAfter(after, options);
    } catch (error) {
      if (!isStopping()) logger.warn({ err: error }, 'idle orders could not be looked at, trying again');
    }
    await sleep(beatMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Answers where the next page begins: at the first order again after the last one. */
async function reviveAfter(after: string, options: ReviverOptions): Promise<string> {
  const { db, temporal, taskQueue, settings, logger, graceMs } = options;
  const longest = Math.max(settings.paymentDelayMs, settings.preparationDelayMs, settings.deliveryDelayMs);
  const orders = await findIdleOrders(db, { idleMs: longest + graceMs, after, limit: PAGE });
  for (const order of orders) {
    try {
      await temporal.withDeadline(Date.now() + START_TIMEOUT_MS, () =>
        temporal.workflow.start(CREATE_ORDER_WORKFLOW, workflowOptions(inputOfOrder(order, settings), taskQueue)),
      );
      logger.warn({ orderId: order.id, status: order.status }, 'an open order had no workflow; it has one again');
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
  return orders.length === PAGE ? (orders.at(-1)?.id ?? '') : '';
}
