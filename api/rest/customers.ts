/** `/api/customers`: what customers ordered. */
import { z } from 'zod';
import { CUSTOMER_SORT_FIELDS } from '../../db/customer-statistics.ts';
import { presentActivity, presentCustomer, presentRankedCustomer } from '../present-statistics.ts';
import type { UseCases } from '../use-cases.ts';
import { problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { pageSize, queryNumber } from './query-numbers.ts';
import {
  customerActivitySchema,
  customerListSchema,
  customerPageSchema,
  customerRankingSchema,
  customerSchema,
} from './statistics-answers.ts';

/** How many entries a ranking has. */
export const rankingLimit = queryNumber.optional().meta({ type: 'integer', minimum: 1, maximum: 100, default: 10 });

/** In which currency a ranking is made. */
export const rankingCurrency = z
  .string()
  .optional()
  .describe('ISO 4217; the currency most ordered in where absent')
  .meta({ example: 'USD' });

/** How many days, up to today, are told of. */
export const activityDays = queryNumber.optional().meta({ type: 'integer', minimum: 1, maximum: 366, default: 90 });

/** What a list is sorted by. */
export function sortBy(fields: readonly string[], usual: string) {
  return z
    .string()
    .optional()
    .describe('A field, with - before it the highest first')
    .meta({ enum: fields.flatMap((field) => [field, `-${field}`]), default: usual });
}

const listQuery = z.strictObject({
  currency: rankingCurrency,
  search: z.string().optional().describe('What the customer id begins with, in any letter case'),
  min_spent: z.string().optional().describe('A decimal in major units').meta({ example: '39.98' }),
  min_orders: queryNumber.optional().meta({ type: 'integer', minimum: 0 }),
  last_order_from: z.string().optional().describe('Last ordered at or after, ISO 8601'),
  last_order_to: z.string().optional().describe('Last ordered before, ISO 8601'),
  sort: sortBy(CUSTOMER_SORT_FIELDS, '-spent'),
  page_size: pageSize,
  page_token: z.string().optional().describe('next_page_token of the page before; sort and filter stay as they were'),
});

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
export function customerRoutes(app: HttpApp, { rankings, statistics }: UseCases): void {
  app.get(
    '/api/customers',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'List customers',
        description: 'Who ordered in one currency, filtered and sorted, those who spent most first, a page at a time.',
        tags: ['statistics'],
        operationId: 'listCustomers',
        querystring: listQuery,
        response: { 200: customerListSchema, ...problems(400, 503) },
      },
    },
    async ({ query }) => {
      const { currency, currencies, customers, nextPageToken } = await rankings.customers({
        currency: query.currency,
        search: query.search,
        minSpent: query.min_spent,
        minOrders: query.min_orders,
        lastOrderFrom: query.last_order_from,
        lastOrderTo: query.last_order_to,
        sort: query.sort,
        pageSize: query.page_size,
        pageToken: query.page_token,
      });
      return { currency, currencies, customers: customers.map(presentRankedCustomer), next_page_token: nextPageToken };
    },
  );

  app.get(
    '/api/customers/top',
    {
      config: { access: 'operator' },
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
      config: { access: 'operator' },
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
      config: { access: 'operator' },
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

  app.get(
    '/api/customers/:id/activity',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Read what a customer ordered of late',
        description: 'Their orders day by day and by status, of the latest 10,000 within these days.',
        tags: ['statistics'],
        operationId: 'getCustomerActivity',
        params,
        querystring: z.strictObject({ days: activityDays }),
        response: { 200: customerActivitySchema, ...problems(400, 404, 503) },
      },
    },
    async ({ params: { id }, query: { days } }) => presentActivity(await rankings.customerActivity(id, days)),
  );
}
