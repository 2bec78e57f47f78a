/** Reading which open orders are being cancelled already. */
import type { Ending } from '../domain/lifecycle.ts';
import type { Database } from './client.ts';

/**
 * Why these orders are being cancelled, by id, as far as the log says that they are: whoever carries one on must undo it and
 * not move it forward. A denial without a reason after its time is the timeout's.
 */
export async function findBegunEndings(db: Database, ids: readonly string[]): Promise<ReadonlyMap<string, Ending>> {
  const rows = await db<({ orderId: string } & Ending)[]>`
    select e.order_id as "orderId", e.data ->> 'details' as details,
      e.data ->> 'failure_reason' as "failureReason"
    from order_events e
    where e.order_id = any(${[...ids]}::text[]) and e.type = 'CancellationRequested'
    union all
    select e.order_id, e.data ->> 'reason', case
      when e.data ->> 'reason' is null and e.occurred_at >= (asked.data ->> 'expires_at')::timestamptz
      then 'APPROVAL_TIMED_OUT' else 'APPROVAL_DENIED' end
    from order_events e
      left join order_events asked on asked.order_id = e.order_id and asked.type = 'ApprovalRequested'
    where e.order_id = any(${[...ids]}::text[]) and e.type = 'OrderDenied' and not exists (
      select from order_events c where c.order_id = e.order_id and c.type = 'CancellationRequested')`;
  return new Map(rows.map(({ orderId, ...ending }) => [orderId, ending]));
}
