import type { Database } from './client.ts';

/** An active endpoint whose deliveries nobody makes. */
export interface OverdueDeliveries {
  readonly endpointId: string;
  /** Without user and password, and without what stands after its path. */
  readonly url: string;
  /** How many are due, counted up to 1000. */
  readonly due: number;
  /** When the first of them should have been tried, ISO 8601. */
  readonly oldest: string;
  /** How many attempts the first ones had: where that grows, somebody is at it. */
  readonly attempts: number;
}

const MOST_COUNTED = 1000;

/** Active endpoints with a delivery that should have been tried so many milliseconds ago, and that nobody has claimed. */
export function findOverdueDeliveries(db: Database, overdueMs: number): Promise<OverdueDeliveries[]> {
  return db<OverdueDeliveries[]>`
    select e.id as "endpointId", regexp_replace(regexp_replace(e.url, '[?#].*$', ''), '//[^/@]*@', '//') as url, d.due, d.oldest, d.attempts
    from webhook_endpoints e cross join lateral (
      select count(*)::int as due, min(next_attempt_at) as oldest, coalesce(sum(attempts), 0)::int as attempts from (
        select next_attempt_at, attempts from webhook_deliveries
        where endpoint_id = e.id and status = 'PENDING'
          and next_attempt_at < now() - ${overdueMs} * interval '1 millisecond'
          and (claimed_until is null or claimed_until < now())
        order by next_attempt_at limit ${MOST_COUNTED}
      ) as overdue
    ) as d
    where e.status = 'ACTIVE' and d.due > 0
    order by e.id`;
}
