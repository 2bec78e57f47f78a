/** `/api/customers`: what customers ordered. */
import { z } from 'zod';
import { presentCustomer, presentRankedCustomer } from '../present-statistics.ts';
import type { UseCases } from '../use-cases.ts';
import { problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { pageSize } from './orders.ts';
import { customerPageSchema, customerRankingSchema, customerSchema } from './statistics-answers.ts';

/** How many entries a ranking has. */
export const rankingLimit = z.coerce
  .number()
  .optional()
  .meta({ type: 'integer', minimum: 1, maximum: 100, default: 10 });

/** In which currency a ranking is made. */
export const rankingCurrency = z
  .string()
  .optional()
  .describe('ISO 4217; the currency most ordered in where absent')
  .meta({ example: 'USD' });

const topQuery = z.strictObject({
  by: z.enum(['spent', 'orders']).default('spent'),
  currency: rankingCurrency,
  limit: rankingLimit,
});

const searchQuery = z.strictObject({
  q: z.string().describe('What the customer id begins with, in any letter case'),
  page_size: pageSize,
  page_token: z.string().optional().describe('next_page_token of the page before'),
});

const params = z.object({ id: z.string().describe('The id of the customer') });

/** Adds the routes. */
export function customerRoutes(app: HttpApp, { statistics }: UseCases): void {
  app.get(
    '/api/customers/top',
    {
      schema: {
        summary: 'Rank customers',
        description: 'The customers who spent or ordered most, in one currency, without cancelled orders in the sums.',
        tags: ['statistics'],
        operationId: 'topCustomers',
        querystring: topQuery,
        response: { 200: customerRankingSchema, ...problems(400, 503) },
      },
    },
    async ({ query }) => ({ customers: (await statistics.topCustomers(query)).map(presentRankedCustomer) }),
  );

  app.get(
    '/api/customers/search',
    {
      schema: {
        summary: 'Search customers',
        description: 'Customers whose id begins with some letters, by id, a page at a time.',
        tags: ['statistics'],
        operationId: 'searchCustomers',
        querystring: searchQuery,
        response: { 200: customerPageSchema, ...problems(400, 503) },
      },
    },
    async ({ query: { q, page_size, page_token } }) => {
      const page = await statistics.findCustomers({ q, pageSize: page_size, pageToken: page_token });
      return { customers: page.found.map(presentCustomer), next_page_token: page.nextPageToken };
    },
  );

  app.get(
    '/api/customers/:id',
    {
      schema: {
        summary: 'Read a customer',
        description: 'First and last order, how many orders, and money spent by currency.',
        tags: ['statistics'],
        operationId: 'getCustomer',
        params,
        response: { 200: customerSchema, ...problems(400, 404, 503) },
      },
    },
    async ({ params: { id } }) => presentCustomer(await statistics.customer(id)),
  );
}
