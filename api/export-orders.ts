/** The use case that exports orders: all that match, read page by page while they are written out. */
import type { Database } from '../db/client.ts';
import type { OrderFilter } from '../db/order-filter.ts';
import { listOrders, type OrderSort, placeOf } from '../db/order-list.ts';
import type { Order } from '../domain/order.ts';
import { within } from './deadline.ts';
import { Failure } from '../domain/failures.ts';

/** How many orders an export has at most, and how many are read at a time. */
export interface ExportSettings {
  readonly most: number;
  readonly pageSize: number;
}

export type ExportOrders = ReturnType<typeof createExportOrders>;

const SETTINGS: ExportSettings = { most: 1_000_000, pageSize: 1000 };
const PAGE_WITHIN_MS = 15_000;

/** Makes the use case. */
export function createExportOrders({ db }: { db: Database }, { most, pageSize }: ExportSettings = SETTINGS) {
  /**
   * The orders that match, in pages of which none is empty; the next page is read when it is asked for. Orders that change
   * meanwhile may be missed or come twice where the list is sorted by `updated_at`.
   */
  return async function* exportOrders(filter: OrderFilter, sort: OrderSort): AsyncGenerator<Order[], void> {
    let last: Order | undefined;
    for (let left = most; left > 0;) {
      const limit = Math.min(pageSize, left);
      const reading = listOrders(db, filter, { sort, limit, after: last && placeOf(last, sort) });
      const page = await within(reading, { ms: PAGE_WITHIN_MS, failure: tookTooLong });
      last = page.at(-1);
      if (last) yield page;
      if (page.length < limit) return;
      left -= page.length;
    }
  };
}

function tookTooLong(): Failure {
  return new Failure('UNAVAILABLE', 'The database took too long to answer.', { retryAfterSeconds: 5 });
}
