/** The use cases that read orders: from Postgres, and from the running workflow where asked. */
import type { Client } from '@temporalio/client';
import type { Database } from '../db/client.ts';
import type { OrderFilter } from '../db/order-filter.ts';
import { countOrders, listOrders, type OrderSort, placeOf } from '../db/order-list.ts';
import { findCourse } from '../db/order-progress.ts';
import { findEvents, findOrder } from '../db/order-reads.ts';
import { Failure, orderNotFound } from '../domain/failures.ts';
import { foldOrder } from '../domain/fold.ts';
import { type HistoryEntry, tellHistory } from '../domain/history.ts';
import { type LifecycleSettings, MESSAGES, workflowId, type WorkflowView } from '../domain/lifecycle.ts';
import type { Order } from '../domain/order.ts';
import { type OrderProgress, tellProgress } from '../domain/progress.ts';
import { deadlinePassed, within } from './deadline.ts';
import type { ReadOrder } from './order-cache.ts';
import { readPageToken, writePageToken } from './page-token.ts';

/** A page of orders; `nextPageToken` is empty on the last one. */
export interface OrderPage {
  readonly orders: readonly Order[];
  readonly nextPageToken: string;
  /** How many orders the whole list has, where that was asked for. */
  readonly total?: OrderCount | undefined;
}

/** A number of orders, or that there are more than it. */
export interface OrderCount {
  readonly orders: number;
  readonly isPartial: boolean;
}

/** Which page of which orders. */
export interface ListOrdersQuery {
  readonly filter: OrderFilter;
  readonly sort: OrderSort;
  /** Whether to count the whole list, up to 10,000. */
  readonly isCounted?: boolean | undefined;
  /** 1 to 500; 50 where absent. */
  readonly pageSize?: number | undefined;
  readonly pageToken?: string | undefined;
}

export type OrderQueries = ReturnType<typeof createOrderQueries>;

const LIVE_VIEW_TIMEOUT_MS = 2000;
const DEFAULT_PAGE_SIZE = 50;
const MOST_COUNTED = 10_000;

/** What the use cases work with; orders are read through the cache where `readOrder` does so. */
export interface OrderQueryDependencies {
  readonly db: Database;
  readonly temporal: Client;
  readonly settings: LifecycleSettings;
  readonly readOrder?: ReadOrder | undefined;
}

/** Makes the use cases; refusals are {@link Failure}s. */
export function createOrderQueries({ db, temporal, settings, readOrder }: OrderQueryDependencies) {
  const read = readOrder ?? ((orderId: string) => findOrder(db, orderId));
  const get = async (orderId: string): Promise<Order> => {
    const order = await read(orderId);
    if (!order) throw orderNotFound(orderId);
    return order;
  };

  const count = async (filter: OrderFilter): Promise<OrderCount> => {
    const orders = await countOrders(db, filter, MOST_COUNTED + 1);
    return { orders: Math.min(orders, MOST_COUNTED), isPartial: orders > MOST_COUNTED };
  };

  return {
    /** The order as it stands. */
    get,

    /** The order as it stood at a version, or at a moment (ISO 8601). */
    getAt: async (orderId: string, at: { version: number } | { time: string }): Promise<Order> => {
      const order = foldOrder(await findEvents(db, orderId, at));
      const isThere = order && (!('version' in at) || order.version === at.version);
      if (isThere) return order;
      await get(orderId);
      const when = 'version' in at ? `version ${at.version}` : at.time;
      throw new Failure('NOT_FOUND', `Order ${orderId} has no state at ${when}.`);
    },

    /** What the running workflow says; undefined where none runs or answers in time. */
    liveView: async (orderId: string): Promise<WorkflowView | undefined> => {
      const handle = temporal.workflow.getHandle(workflowId(orderId));
      try {
        const answer = temporal.withDeadline(Date.now() + LIVE_VIEW_TIMEOUT_MS, () =>
          handle.query<WorkflowView>(MESSAGES.getOrder),
        );
        // While Temporal is away, its client goes on trying for a moment after the deadline.
        return await within(answer, { ms: LIVE_VIEW_TIMEOUT_MS, failure: deadlinePassed });
      } catch {
        return undefined;
      }
    },

    /** Everything that happened to an order, oldest first. */
    history: async (orderId: string): Promise<HistoryEntry[]> => {
      const events = await findEvents(db, orderId);
      if (events.length === 0) throw orderNotFound(orderId);
      return tellHistory(events);
    },

    /** How far an order has come, told from the log: also while Temporal is away. */
    progress: async (order: Order): Promise<OrderProgress> => {
      const course = await findCourse(db, order.id, order);
      if (!course) throw orderNotFound(order.id);
      return tellProgress({ order, settings, ...course });
    },

    /** A page of orders. */
    list: async ({ filter, sort, isCounted, pageToken, pageSize = DEFAULT_PAGE_SIZE }: ListOrdersQuery) => {
      const list = { filter, sort };
      const after = pageToken ? readPageToken(list, pageToken) : undefined;
      const [found, total] = await Promise.all([
        listOrders(db, filter, { sort, after, limit: pageSize + 1 }),
        isCounted ? count(filter) : undefined,
      ]);
      const orders = found.slice(0, pageSize);
      const last = orders.at(-1);
      const nextPageToken = found.length > pageSize && last ? writePageToken(list, placeOf(last, sort)) : '';
      return { orders, nextPageToken, total } satisfies OrderPage;
    },
  };
}
