/** Reading which open orders should have a workflow. */
import type { OrderStatus } from '../domain/order-status.ts';
import type { Database } from './client.ts';

/** An open order that was handed to Temporal. */
export interface StartedOrder {
  readonly id: string;
  readonly status: OrderStatus;
  readonly version: number;
}

/** The name of who starts workflows among the consumers of the log. */
const STARTER = 'workflow-starter';

/**
 * A page of open orders whose workflow was started, by id: those whose first event lies before the starter's cursor. Of
 * these ids alone where given.
 */
export function findStartedOrders(
  db: Database,
  { ids, after, limit }: { ids?: readonly string[] | undefined; after: string; limit: number },
): Promise<StartedOrder[]> {
  return db<StartedOrder[]>`
    select o.id, o.status, o.version
    from orders o join order_events e on e.order_id = o.id and e.version = 1
    where o.status not in ('DELIVERED', 'CANCELLED') and o.id > ${after}
      ${ids ? db`and o.id = any(${[...ids]}::text[])` : db``}
      and (e.tx, e.position) < (
        select cursor_tx, cursor_position + 1 from consumers where name = ${STARTER})
    order by o.id limit ${limit}`;
}

/** An open order that no relay has handed to Temporal. */
export interface WaitingOrder {
  readonly id: string;
  readonly acceptedAt: string;
  /** How far the starter is: where it has moved since, the order may only be waiting for its turn. */
  readonly starterAt: string;
}

/**
 * A page of open orders, by id, that were accepted before so many milliseconds and lie at or after the starter's cursor. Of
 * these ids alone where given.
 */
export function findWaitingOrders(
  db: Database,
  options: { ids?: readonly string[] | undefined; waitedMs: number; after: string; limit: number },
): Promise<WaitingOrder[]> {
  const { ids, waitedMs, after, limit } = options;
  return db<WaitingOrder[]>`
    with starter as materialized (
      select cursor_tx, cursor_position + 1 as next from consumers where name = ${STARTER}
    )
    select o.id, e.occurred_at as "acceptedAt",
      coalesce((select cursor_tx::text || '/' || next from starter), 'nowhere') as "starterAt"
    from orders o join order_events e on e.order_id = o.id and e.version = 1
    where o.status not in ('DELIVERED', 'CANCELLED') and o.id > ${after}
      ${ids ? db`and o.id = any(${[...ids]}::text[])` : db``}
      and e.occurred_at < now() - ${waitedMs} * interval '1 millisecond'
      and not exists (select from starter where (e.tx, e.position) < (cursor_tx, next))
    order by o.id limit ${limit}`;
}

/** Which of these orders are open now. */
export async function findStillOpen(db: Database, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db<{ id: string }[]>`
    select id from orders where id = any(${[...ids]}::text[]) and status not in ('DELIVERED', 'CANCELLED')`;
  return new Set(rows.map(({ id }) => id));
}

/** Of these orders, the status of those that were settled before so many milliseconds, and null for those that are not there. */
export function findLongOver(
  db: Database,
  ids: readonly string[],
  settledForMs: number,
): Promise<{ readonly id: string; readonly status: OrderStatus | null }[]> {
  return db<{ id: string; status: OrderStatus | null }[]>`
    select wanted.id, o.status from unnest(${[...ids]}::text[]) as wanted(id) left join orders o on o.id = wanted.id
    where o.id is null or (o.status in ('DELIVERED', 'CANCELLED')
      and o.status_since < now() - ${settledForMs} * interval '1 millisecond')`;
}
