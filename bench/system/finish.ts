/** When the last of many orders or workflows was done, told from what they wrote down themselves. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Database } from '../../db/client.ts';

/** Seldom, because looking costs what is being measured; the moments come from the records. */
const LOOK_EVERY_MS = 500;
const LOOK_FOR_MS = 900_000;

/** What to wait for: so many, begun at or after a moment (milliseconds since the epoch). */
export interface Expected {
  readonly began: number;
  readonly count: number;
}

/** Waits until so many orders are DELIVERED; answers when the last one was, and the id of one of them. */
export function allDelivered(db: Database, { began, count }: Expected): Promise<{ endedAt: number; orderId: string }> {
  return look(`${count} delivered orders`, async () => {
    const [row] = await db<{ delivered: number; endedAt: string; orderId: string }[]>`
      select count(*) as delivered, max(status_since) as "endedAt", max(id) as "orderId" from orders
      where status = 'DELIVERED' and created_at >= ${new Date(began).toISOString()}`;
    if (!row || row.delivered < count) return undefined;
    return { endedAt: Date.parse(row.endedAt), orderId: row.orderId };
  });
}

/** Waits until so many orders have their goods: their workflows run, and wait for what comes next. */
export async function allReserved(db: Database, { began, count }: Expected): Promise<void> {
  await look(`${count} orders with reserved goods`, async () => {
    const [row] = await db<{ reserved: number }[]>`
      select count(*) as reserved from order_events
      where type = 'StockReserved' and occurred_at >= ${new Date(began).toISOString()}`;
    return row && row.reserved >= count ? row : undefined;
  });
}

/** Waits until so many workflows of a type are completed; answers when the last one was. */
export function allClosed(temporal: Client, { name, began, count }: Expected & { name: string }): Promise<number> {
  const query =
    `WorkflowType = '${name}' AND ExecutionStatus = 'Completed'` +
    ` AND StartTime >= '${new Date(began - 1).toISOString()}'`;
  return look(`${count} completed workflows`, async () => {
    if ((await temporal.workflow.count(query)).count < count) return undefined;
    let last = 0;
    for await (const { closeTime } of temporal.workflow.list({ query }))
      last = Math.max(last, closeTime?.getTime() ?? 0);
    return last;
  });
}

async function look<Found>(what: string, probe: () => Promise<Found | undefined>): Promise<Found> {
  const deadline = performance.now() + LOOK_FOR_MS;
  while (performance.now() < deadline) {
    const found = await probe();
    if (found !== undefined) return found;
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error(`waited ${LOOK_FOR_MS / 1000} s in vain for ${what}`);
}
