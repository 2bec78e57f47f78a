import type { Client } from '@temporalio/client';
import { expect, it } from 'vitest';
import { createOrderCommands } from '../../api/order-commands.ts';
import { findOrder } from '../../db/order-reads.ts';
import { cancelOrder, decideApproval, requestApproval } from '../../db/orders.ts';
import { Failure } from '../../domain/failures.ts';
import { allowedActions, ORDER_ACTIONS, type OrderAction } from '../../domain/order-actions.ts';
import { accept, acceptAs, stockProduct } from '../db/order-fixture.ts';
import { createTestDatabase } from '../support/database.ts';

const { db } = await createTestDatabase();
const dear = await stockProduct(db, { unitPriceMinor: 2_000_000 });
const approvalLimit = 10_000;

/** A Temporal that takes every update and does nothing, so that what reaches it can be told from what is refused. */
let sent = 0;
const temporal = {
  withDeadline: (_deadline: number, call: () => Promise<unknown>) => call(),
  workflow: {
    executeUpdateWithStart: () => {
      sent += 1;
      return Promise.resolve({});
    },
  },
} as unknown as Client;
const commands = createOrderCommands({
  db,
  temporal,
  taskQueue: 'nobody',
  settings: { paymentDelayMs: 1, preparationDelayMs: 1, deliveryDelayMs: 1, approvalLimit, approvalTimeoutMs: 1 },
  timeoutMs: 1000,
});

const COMMANDS: Readonly<Record<OrderAction, (id: string) => Promise<unknown>>> = {
  APPROVE: (id) => commands.approve(id),
  DENY: (id) => commands.deny(id),
  CANCEL: (id) => commands.cancel(id),
  CONFIRM: (id) => commands.confirm(id),
  MARK_DELIVERED: (id) => commands.markDelivered(id),
  UPDATE_LOCATION: (id) => commands.updateLocation({ orderId: id }, { location: 'Hub' }),
};

async function outcomeOf(action: OrderAction, id: string): Promise<'sent' | 'nothing to do' | 'refused'> {
  const before = sent;
  try {
    await COMMANDS[action](id);
    return sent > before ? 'sent' : 'nothing to do';
  } catch (error) {
    if (error instanceof Failure && error.code === 'FORBIDDEN_TRANSITION') return 'refused';
    throw error;
  }
}

async function large(decision?: 'APPROVED' | 'DENIED' | 'asked'): Promise<string> {
  const id = await accept(db, { lines: [{ productId: dear, quantity: 1 }] });
  if (decision) await requestApproval(db, id, { limit: approvalLimit, expires_at: '2999-01-01T00:00:00.000Z' });
  if (decision === 'APPROVED' || decision === 'DENIED') await decideApproval(db, id, decision, null);
  return id;
}

async function cancelled(id: string): Promise<string> {
  await cancelOrder(db, id, 'CANCELLED_ON_REQUEST', null);
  return id;
}

const orders: [string, () => Promise<string>][] = [
  ['pending', () => accept(db)],
  ['reserved', () => acceptAs(db, 'RESERVED')],
  ['processing', () => acceptAs(db, 'PROCESSING')],
  ['shipped', () => acceptAs(db, 'SHIPPED')],
  ['delivered', () => acceptAs(db, 'DELIVERED')],
  ['cancelled', async () => cancelled(await accept(db))],
  ['large and just accepted', () => large()],
  ['waiting for approval', () => large('asked')],
  ['approved', () => large('APPROVED')],
  ['denied', () => large('DENIED')],
  ['denied and cancelled', async () => cancelled(await large('DENIED'))],
];

it.each(orders)(
  'of an order that is %s, just those actions are allowed that the commands carry out',
  async (_name, make) => {
    const id = await make();
    const listed = allowedActions((await findOrder(db, id))!, approvalLimit);
    for (const action of ORDER_ACTIONS)
      expect([action, await outcomeOf(action, id)]).toEqual([
        action,
        listed.includes(action) ? 'sent' : (expect.not.stringMatching('sent') as string),
      ]);
  },
);
