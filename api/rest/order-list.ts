/** `GET /api/orders`: orders, filtered and sorted, a page at a time. */
import { z } from 'zod';
import { ownOnly } from '../order-access.ts';
import { presentOrder } from '../present.ts';
import { readListQuery } from '../requests.ts';
import type { UseCases } from '../use-cases.ts';
import { callerOf } from './access.ts';
import { orderPageSchema, problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { filterFields, readFilterFields, sortField } from './order-filter.ts';
import { pageSize } from './query-numbers.ts';

const listQuery = z.strictObject({
  ...filterFields,
  sort: sortField,
  count: z.stringbool().optional().describe('Also count the orders of all pages, exactly up to 10,000'),
  page_size: pageSize,
  page_token: z.string().optional().describe('next_page_token of the page before; sort and filter stay as they were'),
});

/** Adds the route. */
export function orderListRoutes(app: HttpApp, { queries }: UseCases): void {
  app.get(
    '/api/orders',
    {
      config: { access: 'customer' },
      schema: {
        summary: 'List orders',
        description: 'Orders that match every given field, the newest first where no sort is given, a page at a time.',
        tags: ['orders'],
        operationId: 'listOrders',
        querystring: listQuery,
        response: { 200: orderPageSchema, ...problems(400, 503) },
      },
    },
    async (request) => {
      const { sort, count, page_size, page_token, ...given } = request.query;
      const filter = ownOnly(callerOf(request), given);
      const query = readListQuery({ ...readFilterFields(filter), sort, count, page_size, page_token });
      const { orders, nextPageToken, total } = await queries.list(query);
      return {
        orders: orders.map(presentOrder),
        next_page_token: nextPageToken,
        total: total?.orders,
        total_is_partial: total?.isPartial,
      };
    },
  );
}
