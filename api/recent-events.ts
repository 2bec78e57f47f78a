/** The use case of what happened last. */
import type { Database } from '../db/client.ts';
import { latestEvents } from '../db/log.ts';
import { type OrderCloudEvent, toCloudEvent } from '../events/cloud-event.ts';
import { checkInteger, demand } from './checks.ts';

/** The latest events of all orders, the newest first: at most 100, and 30 where no limit is given. */
export type ReadRecentEvents = (limit?: number) => Promise<OrderCloudEvent[]>;

const USUAL = 30;
const MOST = 100;

/** Makes the use case. */
export function createRecentEvents({ db }: { db: Database }): ReadRecentEvents {
  return async (limit = USUAL) => {
    demand(checkInteger('limit', limit, { rule: 'page', least: 1, most: MOST }));
    return (await latestEvents(db, limit)).map(toCloudEvent);
  };
}
