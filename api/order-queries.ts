/** The use cases that read orders: from Postgres, and from the running workflow where asked. */
import type { Client } from '@temporalio/client';
import type { Database } from '../db/client.ts';
import { findEvents, findOrder, listOrders, type OrderFilter } from '../db/order-reads.ts';
import { Failure, invalidRequest, orderNotFound } from '../domain/failures.ts';
import { foldOrder } from '../domain/fold.ts';
import { type HistoryEntry, tellHistory } from '../domain/history.ts';
import { MESSAGES, workflowId, type WorkflowView } from '../domain/lifecycle.ts';
import type { Order } from '../domain/order.ts';
import { deadlinePassed, within } from './deadline.ts';
import type { ReadOrder } from './order-cache.ts';

/** A page of orders; `nextPageToken` is empty on the last one. */
export interface OrderPage {
  readonly orders: readonly Order[];
  readonly nextPageToken: string;
}

/** Which page of which orders. */
export type ListOrdersQuery = Omit<OrderFilter, 'after' | 'limit'> & {
  /** 1 to 500; 50 where absent. */
  readonly pageSize?: number | undefined;
  readonly pageToken?: string | undefined;
};

export type OrderQueries = ReturnType<typeof createOrderQueries>;

const LIVE_VIEW_TIMEOUT_MS = 2000;
const DEFAULT_PAGE_SIZE = 50;

/** What the use cases work with; orders are read through the cache where `readOrder` does so. */
export interface OrderQueryDependencies {
  readonly db: Database;
  readonly temporal: Client;
  readonly readOrder?: ReadOrder | undefined;
}

/** Makes the use cases; refusals are {@link Failure}s. */
export function createOrderQueries({ db, temporal, readOrder }: OrderQueryDependencies) {
  const read = readOrder ?? ((orderId: string) => findOrder(db, orderId));
  const get = async (orderId: string): Promise<Order> => {
    const order = await read(orderId);
    if (!order) throw orderNotFound(orderId);
    return order;
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

    /** A page of orders, the newest first. */
    list: async ({ pageSize = DEFAULT_PAGE_SIZE, pageToken, ...filter }: ListOrdersQuery): Promise<OrderPage> => {
      const after = pageToken ? readPageToken(pageToken) : undefined;
      const found = await listOrders(db, { ...filter, after, limit: pageSize + 1 });
      const orders = found.slice(0, pageSize);
      const last = orders.at(-1);
      return { orders, nextPageToken: found.length > pageSize && last ? writePageToken(last) : '' };
    },
  };
}

function writePageToken({ createdAt, id }: Order): string {
  return Buffer.from(`${createdAt}|${id}`).toString('base64url');
}

function readPageToken(token: string): { createdAt: string; id: string } {
  const [, createdAt, id] = /^(\d{4}-\d\d-\d\dT[\d:.]+Z)\|([\w.:-]+)$/.exec(fromBase64(token)) ?? [];
  if (createdAt && id && !Number.isNaN(Date.parse(createdAt))) return { createdAt, id };
  const message = 'page_token must be the next_page_token of an earlier page';
  throw invalidRequest([{ field: 'page_token', value: token.slice(0, 64), rule: 'shape', message }]);
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64url').toString();
}
