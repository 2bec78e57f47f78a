/** Reading how those who follow the log are getting on. */
import type { Database } from './client.ts';

/** How one of them is. */
export interface Processor {
  readonly name: string;
  readonly processed: number;
  readonly errors: number;
  readonly lastError: string | null;
  readonly lastErrorAt: string | null;
  readonly lastEventAt: string | null;
  /** Events a second; 0 where it has not been measured for 20 seconds. */
  readonly throughput: number;
  /** Events that it wants and has not dealt with, among the next of the log; null where it does not follow the log. */
  readonly lag: number | null;
  /** Whether only the next events were looked at, so that there may be more. */
  readonly isLagPartial: boolean;
  /** Age of the oldest of them. */
  readonly lagSeconds: number | null;
  readonly leaseHolder: string | null;
  /** Whether somebody leads it now. */
  readonly isLed: boolean;
}

/** Everyone who follows the log or holds a lease, by name. Looks at most at `most` events of the log for each. */
export function listProcessors(db: Database, most: number): Promise<Processor[]> {
  return db<Processor[]>`
    select c.name, c.processed, c.errors, c.last_error as "lastError", c.last_error_at as "lastErrorAt",
      c.last_event_at as "lastEventAt",
      case when c.window_since < now() - interval '20 seconds' then 0 else c.throughput end as throughput,
      case when c.types is not null then lag.events end as lag,
      c.types is not null and lag.seen = ${most} as "isLagPartial",
      case when c.types is not null then coalesce(extract(epoch from now() - lag.oldest), 0)::float8 end as "lagSeconds",
      c.lease_holder as "leaseHolder",
      c.lease_holder is not null and coalesce(c.lease_until, '-infinity') > now() as "isLed"
    from consumers c
      cross join lateral (
        select count(*) as seen, count(*) filter (where is_wanted) as events,
          min(occurred_at) filter (where is_wanted) as oldest
        from (
          select type = any(c.types) as is_wanted, occurred_at from order_events
          where c.types is not null and (tx, position) > (c.cursor_tx, c.cursor_position)
          order by tx, position limit ${most}
        ) as event
      ) as lag
    order by c.name`;
}
