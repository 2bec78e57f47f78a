/** Orders are never forgotten: where the workflow of an open order is gone, it is started anew. */
import type { Client } from '@temporalio/client';
import { findIdleOrders } from '../db/order-reads.ts';
import type { LifecycleSettings } from '../domain/lifecycle.ts';
import { orderFields } from '../telemetry/log-fields.ts';
import { type BeatOptions, workAtBeat } from './beat.ts';
import { reviveOrders } from './workflow-revival.ts';

/** How to look for forgotten orders. */
export interface ReviverOptions extends BeatOptions {
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly settings: LifecycleSettings;
  /** How long after its longest delay an order must not have changed, in milliseconds. */
  readonly graceMs: number;
}

const PAGE = 100;

/**
 * Looks at a page of idle orders at each beat and starts their workflows: one that runs is left alone, one that was
 * terminated, or lost with the server's disk, begins anew and goes on where its order stands. Ends with the signal.
 */
export async function reviveWorkflows(options: ReviverOptions): Promise<void> {
  let after = '';
  const work = async () => {
    after = await reviveAfter(after, options);
  };
  await workAtBeat({ name: 'workflow-reviver', complaint: 'idle orders could not be looked at', work }, options);
}

/** Answers where the next page begins: at the first order again after the last one. */
async function reviveAfter(after: string, options: ReviverOptions): Promise<string> {
  const { db, settings, logger, graceMs } = options;
  const longest = Math.max(settings.paymentDelayMs, settings.preparationDelayMs, settings.deliveryDelayMs);
  const orders = await findIdleOrders(db, { idleMs: longest + graceMs, after, limit: PAGE });
  for (const { id, status } of await reviveOrders(orders, options))
    logger.warn({ ...orderFields(id), status }, 'an open order had no workflow; it has one again');
  return orders.length === PAGE ? (orders.at(-1)?.id ?? '') : '';
}
