import type { DeadLetterSource, DeadLetterStatus } from '../domain/dead-letter.ts';
import type { Database } from './client.ts';

/** A dead letter that waits for somebody and for no other one. */
export interface DeadLetterFront {
  readonly eventId: string;
  readonly orderId: string | null;
  readonly source: DeadLetterSource;
  readonly status: DeadLetterStatus;
  readonly topic: string;
  readonly eventType: string | null;
  readonly error: string;
  readonly attempts: number;
  /** How many of its order wait behind it. */
  readonly waiting: number;
}

/** A page of them by id; of these orders alone where given. */
export function listFronts(
  db: Database,
  { orderIds, after, limit }: { orderIds?: readonly string[] | undefined; after: string; limit: number },
): Promise<DeadLetterFront[]> {
  return db<DeadLetterFront[]>`
    select l.event_id as "eventId", l.order_id as "orderId", l.source, l.status, l.topic, l.event_type as "eventType",
      l.error, l.attempts, (
        select count(*)::int from dead_letters w
        where w.waits_behind = l.event_id and w.status in ('PENDING', 'FAILED')) as waiting
    from dead_letters l
    where l.status in ('PENDING', 'FAILED') and l.waits_behind is null
      ${after === '' ? db`` : db`and l.event_id > ${after}::uuid`}
      ${orderIds ? db`and l.order_id = any(${[...orderIds]}::text[])` : db``}
    order by l.event_id limit ${limit}`;
}
