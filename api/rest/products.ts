/** `/api/products`: the catalogue and its stock. */
import { z } from 'zod';
import { presentProduct } from '../present.ts';
import { presentSales } from '../present-statistics.ts';
import type { UseCases } from '../use-cases.ts';
import { problems, productPageSchema, productSchema } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { pageSize } from './orders.ts';
import { soldProductSchema } from './statistics-answers.ts';

const params = z.object({ id: z.string().describe('1 to 64 letters, digits and the signs . _ : -') });

const listQuery = z.strictObject({
  page_size: pageSize,
  page_token: z.string().optional().describe('next_page_token of the page before'),
});

const product = z.strictObject({
  name: z.string().describe('1 to 200 printable characters'),
  unit_price_minor: z
    .number()
    .optional()
    .describe('In minor units; either this or unit_price')
    .meta({ type: 'integer' }),
  unit_price: z.number().optional().describe('In major units; either this or unit_price_minor'),
  currency: z.string().describe('ISO 4217').meta({ example: 'USD' }),
  available: z.number().optional().describe('Kept where absent; 0 for a new product').meta({ type: 'integer' }),
});

const stock = z.strictObject({
  available: z
    .number()
    .optional()
    .describe('What is available from now on; either this or adjust')
    .meta({ type: 'integer' }),
  adjust: z
    .number()
    .optional()
    .describe('Added to what is available; either this or available')
    .meta({ type: 'integer' }),
});

/** Adds the routes. */
export function productRoutes(app: HttpApp, { products, statistics }: UseCases): void {
  app.get(
    '/api/products',
    {
      schema: {
        summary: 'List products',
        description: 'Products by id, a page at a time.',
        tags: ['products'],
        operationId: 'listProducts',
        querystring: listQuery,
        response: { 200: productPageSchema, ...problems(400, 503) },
      },
    },
    async ({ query }) => {
      const page = await products.list({ pageSize: query.page_size, pageToken: query.page_token });
      return { products: page.products.map(presentProduct), next_page_token: page.nextPageToken };
    },
  );

  app.get(
    '/api/products/:id',
    {
      schema: {
        summary: 'Read a product',
        description: 'A product with its price, its stock and its sales.',
        tags: ['products'],
        operationId: 'getProduct',
        params,
        response: { 200: soldProductSchema, ...problems(400, 404, 503) },
      },
    },
    async ({ params: { id } }) => ({
      ...presentProduct(await products.get(id)),
      sales: presentSales(await statistics.sales(id)),
    }),
  );

  app.put(
    '/api/products/:id',
    {
      schema: {
        summary: 'Add or change a product',
        description: 'Orders keep the price at which they were accepted.',
        tags: ['products'],
        operationId: 'putProduct',
        params,
        body: product,
        response: { 200: productSchema, ...problems(400, 503) },
      },
    },
    async ({ params: { id }, body }) =>
      presentProduct(
        await products.put({
          id,
          name: body.name,
          unitPriceMinor: body.unit_price_minor,
          unitPrice: body.unit_price,
          currency: body.currency,
          available: body.available,
        }),
      ),
  );

  app.put(
    '/api/products/:id/stock',
    {
      schema: {
        summary: 'Set or adjust the stock of a product',
        description: 'What is available never falls below zero. What is reserved for open orders is not touched.',
        tags: ['products'],
        operationId: 'changeStock',
        params,
        body: stock,
        response: { 200: productSchema, ...problems(400, 404, 503) },
      },
    },
    async ({ params: { id }, body }) => presentProduct(await products.changeStock(id, body)),
  );
}
