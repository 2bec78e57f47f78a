/** Reading orders in brief: the latest ones, and those whose id begins with some letters. */
import type { Approval } from '../domain/approval.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { Database } from './client.ts';

/** An order in brief. */
export interface OrderBrief {
  readonly id: string;
  readonly customerId: string;
  readonly status: OrderStatus;
  readonly approval: Approval;
  readonly totalMinor: number;
  readonly currency: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The latest orders, the newest first. */
export function latestOrders(db: Database, limit: number): Promise<OrderBrief[]> {
  return db<OrderBrief[]>`select ${columns(db)} from orders order by created_at desc, id desc limit ${limit}`;
}

/** Orders whose id begins so, by id: one whose id is just that comes first. */
export function searchOrders(db: Database, prefix: string, limit: number): Promise<OrderBrief[]> {
  return db<OrderBrief[]>`
    select ${columns(db)} from orders
    where id collate "C" >= ${prefix} and id collate "C" < ${prefix} || chr(1114111)
    order by id collate "C" limit ${limit}`;
}

function columns(db: Database) {
  return db`id, customer_id as "customerId", status, approval, total_minor as "totalMinor", currency,
    created_at as "createdAt", updated_at as "updatedAt"`;
}
