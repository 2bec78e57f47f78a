/** The use cases of the order status view: pull one, pull by status, and the summary. */
import type { Database } from '../db/client.ts';
import {
  findStatusView,
  listStatusViews,
  type OrderStatusRow,
  type StatusShare,
  summariseStatusViews,
} from '../db/status-view.ts';
import { orderNotFound } from '../domain/failures.ts';
import { VIEW_STATUSES, type ViewStatus } from '../domain/published-events.ts';
import { parseViewStatus } from '../domain/status-view.ts';
import { checkCustomerId, checkOrderId, checkPageSize, demand, toInstant, violation } from './checks.ts';

/** Which page of which orders. */
export interface StatusViewQuery {
  /** Words of the view in any letter case; all where none is given. */
  readonly statuses: readonly string[];
  readonly customerId?: string | undefined;
  readonly pageSize?: number | undefined;
  readonly pageToken?: string | undefined;
}

/** A page of orders in the view; `nextPageToken` is empty on the last one. */
export interface StatusViewPage {
  readonly orders: readonly OrderStatusRow[];
  readonly nextPageToken: string;
}

/** How many orders are in each status; `completionRate` is the share of settled orders in percent that were completed. */
export interface StatusSummary {
  readonly total: number;
  readonly statuses: readonly StatusShare[];
  /** Undefined while none is settled. */
  readonly completionRate: number | undefined;
}

export type StatusViews = ReturnType<typeof createStatusViews>;

const DEFAULT_PAGE_SIZE = 50;

/** Makes the use cases; refusals are `Failure`s. */
export function createStatusViews({ db }: { db: Database }) {
  return {
    /** One order in the view. */
    get: async (orderId: string): Promise<OrderStatusRow> => {
      demand(checkOrderId(orderId));
      const view = await findStatusView(db, orderId);
      if (!view) throw orderNotFound(orderId);
      return view;
    },

    /** A page of orders in the view, the newest first. */
    list: async (query: StatusViewQuery): Promise<StatusViewPage> => {
      const { customerId, pageSize = DEFAULT_PAGE_SIZE, pageToken } = query;
      demand(checkCustomerId(customerId), checkPageSize(pageSize));
      const statuses = readViewStatuses(query.statuses);
      const after = pageToken ? readPageToken(pageToken) : undefined;
      const found = await listStatusViews(db, { statuses, customerId, after, limit: pageSize + 1 });
      const orders = found.slice(0, pageSize);
      const last = orders.at(-1);
      return { orders, nextPageToken: found.length > pageSize && last ? writePageToken(last) : '' };
    },

    /** How many orders are in each status. */
    summarise: async (): Promise<StatusSummary> => {
      const statuses = await summariseStatusViews(db);
      const inStatus = (status: ViewStatus) => statuses.find((share) => share.status === status)?.orders ?? 0;
      const completed = inStatus('COMPLETED');
      const settled = completed + inStatus('CANCELLED');
      const completionRate = settled === 0 ? undefined : Math.round((10_000 * completed) / settled) / 100;
      return { total: statuses.reduce((sum, { orders }) => sum + orders, 0), statuses, completionRate };
    },
  };
}

function readViewStatuses(words: readonly string[]): ViewStatus[] {
  const message = `must be one of ${VIEW_STATUSES.join(', ')} in any letter case`;
  const unknown = words.filter((word) => parseViewStatus(word) === undefined);
  demand(unknown.map((word) => violation('status', word, 'known_status', message)));
  return words.map((word) => parseViewStatus(word)).filter((status) => status !== undefined);
}

function writePageToken({ createdAt, orderId }: OrderStatusRow): string {
  return Buffer.from(`${createdAt}|${orderId}`).toString('base64url');
}

function readPageToken(token: string): { createdAt: string; id: string } {
  const [createdAt, id = ''] = Buffer.from(token, 'base64url').toString().split('|');
  const instant = toInstant(createdAt);
  if (instant === undefined || checkOrderId(id).length > 0)
    demand([violation('page_token', token, 'page', 'must be the next_page_token of an earlier page')]);
  return { createdAt: instant ?? '', id };
}
