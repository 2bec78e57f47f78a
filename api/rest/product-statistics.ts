/** `/api/products/top` and `/api/products/search`: products with what was ordered of them. */
import { z } from 'zod';
import { presentRankedProduct, presentSoldProduct } from '../present-statistics.ts';
import type { UseCases } from '../use-cases.ts';
import { problems } from './answers.ts';
import { rankingCurrency, rankingLimit } from './customers.ts';
import type { HttpApp } from './http-app.ts';
import { pageSize } from './query-numbers.ts';
import { productRankingSchema, soldProductPageSchema } from './statistics-answers.ts';

const topQuery = z.strictObject({
  by: z.enum(['revenue', 'quantity', 'orders']).default('revenue'),
  currency: rankingCurrency,
  limit: rankingLimit,
});

const searchQuery = z.strictObject({
  q: z.string().describe('What stands anywhere in the id or the name, in any letter case'),
  page_size: pageSize,
  page_token: z.string().optional().describe('next_page_token of the page before'),
});

/** Adds the routes. */
export function productStatisticsRoutes(app: HttpApp, { statistics }: UseCases): void {
  app.get(
    '/api/products/top',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Rank products',
        description: 'The products with most revenue, quantity or orders, in one currency.',
        tags: ['statistics'],
        operationId: 'topProducts',
        querystring: topQuery,
        response: { 200: productRankingSchema, ...problems(400, 503) },
      },
    },
    async ({ query }) => ({ products: (await statistics.topProducts(query)).map(presentRankedProduct) }),
  );

  app.get(
    '/api/products/search',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Search products',
        description: 'Products of the catalogue with some words in their id or name, by id, a page at a time.',
        tags: ['products'],
        operationId: 'searchProducts',
        querystring: searchQuery,
        response: { 200: soldProductPageSchema, ...problems(400, 503) },
      },
    },
    async ({ query: { q, page_size, page_token } }) => {
      const page = await statistics.findProducts({ q, pageSize: page_size, pageToken: page_token });
      return { products: page.found.map(presentSoldProduct), next_page_token: page.nextPageToken };
    },
  );
}
