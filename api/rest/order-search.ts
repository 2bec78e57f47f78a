/** `/api/timeline`, `/api/orders/by-status` and `/api/orders/search`: finding orders. */
import { z } from 'zod';
import { presentOrder } from '../present.ts';
import { presentBrief } from '../present-statistics.ts';
import { readListQuery } from '../requests.ts';
import type { UseCases } from '../use-cases.ts';
import { orderPageSchema, problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { pageSize, queryNumber } from './query-numbers.ts';
import { briefsSchema } from './statistics-answers.ts';

const timelineQuery = z.strictObject({
  limit: queryNumber.optional().meta({ type: 'integer', minimum: 1, maximum: 100, default: 100 }),
});

const statusParams = z.object({
  status: z.string().describe('PENDING, PROCESSING (or PAID), SHIPPED, DELIVERED (or COMPLETED), CANCELLED'),
});

const statusQuery = z.strictObject({
  page_size: pageSize,
  page_token: z.string().optional().describe('next_page_token of the page before'),
});

const searchParams = z.object({ id: z.string().describe('What the order id begins with') });

/** Adds the routes. */
export function orderSearchRoutes(app: HttpApp, { queries, statistics }: UseCases): void {
  app.get(
    '/api/timeline',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'The latest orders',
        description: 'Orders in brief, the newest first.',
        tags: ['orders'],
        operationId: 'timeline',
        querystring: timelineQuery,
        response: { 200: briefsSchema, ...problems(400, 503) },
      },
    },
    async ({ query: { limit } }) => ({ orders: (await statistics.timeline(limit)).map(presentBrief) }),
  );

  app.get(
    '/api/orders/by-status/:status',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'List orders of a status',
        description: 'Orders, the newest first, a page at a time.',
        tags: ['orders'],
        operationId: 'listOrdersByStatus',
        params: statusParams,
        querystring: statusQuery,
        response: { 200: orderPageSchema, ...problems(400, 503) },
      },
    },
    async ({ params: { status }, query }) => {
      const { orders, nextPageToken } = await queries.list(readListQuery({ ...query, statuses: [status] }));
      return { orders: orders.map(presentOrder), next_page_token: nextPageToken };
    },
  );

  app.get(
    '/api/orders/search/:id',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Search orders',
        description: 'At most 50 orders whose id begins so, by id; one whose id is just that comes first.',
        tags: ['orders'],
        operationId: 'searchOrders',
        params: searchParams,
        response: { 200: briefsSchema, ...problems(400, 503) },
      },
    },
    async ({ params: { id } }) => ({ orders: (await statistics.findOrders(id)).map(presentBrief) }),
  );
}
