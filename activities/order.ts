import type { ChangeResult } from '../db/change.ts';
import * as orders from '../db/orders.ts';
import { reserveStock } from '../db/stock.ts';
import type { FailureReason } from '../domain/failure-reason.ts';
import type { Dependencies } from './dependencies.ts';

/** The activities that change an order without asking anybody outside. */
export function createOrderActivities({ db, notifier }: Dependencies) {
  const woken = async (change: Promise<ChangeResult>): Promise<ChangeResult> => {
    const result = await change;
    notifier.wake();
    return result;
  };

  return {
    /** Makes an order wait for a person. `limit` is in major units, `expiresAt` ISO 8601. */
    requestApproval: (orderId: string, limit: number, expiresAt: string): Promise<ChangeResult> =>
      woken(orders.requestApproval(db, orderId, { limit, expires_at: expiresAt })),

    /** Records what a person, or the timeout, said. */
    decideApproval: (orderId: string, decision: 'APPROVED' | 'DENIED', reason: string | null): Promise<ChangeResult> =>
      woken(orders.decideApproval(db, orderId, decision, reason)),

    /** Reserves all lines, or cancels the order as out of stock. */
    reserveStock: (orderId: string): Promise<ChangeResult> => woken(reserveStock(db, orderId)),

    /** Records that the undoing of an order begins. */
    requestCancellation: (orderId: string, reason: FailureReason, details: string | null): Promise<ChangeResult> =>
      woken(orders.requestCancellation(db, orderId, reason, details)),

    /** Releases what an order has reserved and cancels it. */
    cancelOrder: (orderId: string, reason: FailureReason, details: string | null): Promise<ChangeResult> =>
      woken(orders.cancelOrder(db, orderId, reason, details)),
  };
}
