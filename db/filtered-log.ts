/** Reading a part of the log: one order, one customer, some types. */
import type { EventType } from '../domain/events.ts';
import type { Fragment } from './change.ts';
import type { Database } from './client.ts';
import { type Cursor, eventAsJson, type EventRow, isHeldUp, type LogPage, readLog, toEvents } from './log.ts';

/** Which events: those that are all of what is given; every event where nothing is. */
export interface EventFilter {
  readonly orderId?: string | undefined;
  readonly customerId?: string | undefined;
  readonly types?: readonly EventType[] | undefined;
}

/** Most events that one read looks at for those that match. */
const STRETCH = 5000;

interface Page {
  horizon: string;
  isHeldUp: boolean;
  events: EventRow[] | null;
  scanned: Cursor | null;
}

/**
 * Reads the events after a cursor that match, as {@link readLog} reads all. What a read costs is bounded: it looks at a
 * stretch of the log, so that a page may hold few events or none although more are there.
 */
export async function readFilteredLog(
  db: Database,
  after: Cursor,
  { filter, limit, stretch = STRETCH }: { filter: EventFilter; limit: number; stretch?: number },
): Promise<LogPage> {
  const { orderId, customerId, types } = filter;
  if (orderId === undefined && customerId === undefined && types === undefined) return readLog(db, after, { limit });
  const isAfter = db`(e.tx, e.position) > (${after.tx}::xid8, ${after.position}::bigint)
    and e.tx < (select tx from horizon)`;
  // The events of an order are few, and their index is a better way to them than the stretch of all.
  const source =
    orderId === undefined
      ? db`(select * from order_events e where ${isAfter} order by e.tx, e.position limit ${stretch})`
      : db`(select * from order_events e where e.order_id = ${orderId} and ${isAfter} offset 0)`;
  const [page] = await db<Page[]>`
    with horizon as materialized (select pg_snapshot_xmin(pg_current_snapshot()) as tx),
    matching as materialized (
      select e.* from ${source} as e
      where true ${types === undefined ? db`` : db`and e.type = any(${[...types]}::text[])`}
        ${customerId === undefined ? db`` : db`and exists (select from orders o where o.id = e.order_id and o.customer_id = ${customerId})`}
      order by e.tx, e.position limit ${limit}
    )
    select horizon.tx::text as horizon,
      ${isHeldUp(db)} as "isHeldUp",
      (select jsonb_agg(${eventAsJson(db)} order by e.tx, e.position) from matching as e) as events,
      ${orderId === undefined ? endOfStretch(db, { isAfter, stretch, limit }) : db`null::jsonb`} as scanned
    from horizon`;
  return toPage(page, { after, limit });
}

/** The place of the last event that was looked at, where that is neither the end of a full page nor the end of the log. */
function endOfStretch(db: Database, options: { isAfter: Fragment; stretch: number; limit: number }): Fragment {
  return db`case when (select count(*) from matching) < ${options.limit}::int then (
    select jsonb_build_object('tx', e.tx::text, 'position', e.position) from order_events e
    where ${options.isAfter} order by e.tx, e.position offset ${options.stretch - 1} limit 1) end`;
}

function toPage(page: Page | undefined, { after, limit }: { after: Cursor; limit: number }): LogPage {
  const events = toEvents(page?.events ?? []);
  const isHeldUp = page?.isHeldUp ?? false;
  const last = events.at(-1);
  if (last && events.length === limit) return { events, next: last.cursor, more: true, isHeldUp };
  if (page?.scanned) return { events, next: page.scanned, more: true, isHeldUp };
  return { events, next: { tx: page?.horizon ?? after.tx, position: 0 }, more: false, isHeldUp };
}
