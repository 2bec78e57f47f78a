/** `/api/products`: the catalogue and its stock. */
import { z } from 'zod';
import { presentProduct } from '../present.ts';
import { presentProductDay, presentSales, presentSoldProduct } from '../present-statistics.ts';
import { IDENTIFIER_SHAPE } from '../identifier-shape.ts';
import type { UseCases } from '../use-cases.ts';
import { PRODUCT_SORT_FIELDS } from '../../db/product-statistics.ts';
import { actorHeaders, actorOf } from './actor.ts';
import { problems, productSchema } from './answers.ts';
import { activityDays, sortBy } from './customers.ts';
import type { HttpApp } from './http-app.ts';
import { pageSize, queryNumber } from './query-numbers.ts';
import { productDaysSchema, soldProductPageSchema, soldProductSchema } from './statistics-answers.ts';

const params = z.object({ id: z.string().describe('The id of the product').meta(IDENTIFIER_SHAPE) });

const listQuery = z.strictObject({
  search: z.string().optional().describe('What stands anywhere in the id or the name, in any letter case'),
  max_available: queryNumber
    .optional()
    .describe('Of which no more than this is available')
    .meta({ type: 'integer', minimum: 0 }),
  currency: z.string().optional().describe('ISO 4217; in which the product is priced').meta({ example: 'USD' }),
  sort: sortBy(PRODUCT_SORT_FIELDS, 'id').describe(
    'A field, with - before it the highest first. price, and revenue in the currency of the price, in major units',
  ),
  page_size: pageSize,
  page_token: z.string().optional().describe('next_page_token of the page before; sort and filter stay as they were'),
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
  expected: z
    .strictObject({
      name: z.string(),
      unit_price_minor: z.number().meta({ type: 'integer' }),
      currency: z.string(),
    })
    .nullable()
    .optional()
    .describe('How the product has to be for this to be done, null where it must not exist yet; else 409'),
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
  expected_available: z
    .number()
    .optional()
    .describe('What has to be available for available to be set; else 409')
    .meta({ type: 'integer' }),
});

/** Adds the routes. */
export function productRoutes(app: HttpApp, { products, rankings, statistics }: UseCases): void {
  app.get(
    '/api/products',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'List products',
        description:
          'Products with their sales, filtered and sorted, by id where no sort is given, a page at a time. A sort by ' +
          'sales adds up those of all products.',
        tags: ['products'],
        operationId: 'listProducts',
        querystring: listQuery,
        response: { 200: soldProductPageSchema, ...problems(400, 503) },
      },
    },
    async ({ query: { search, max_available, currency, sort, page_size, page_token } }) => {
      const page = await rankings.products({
        search,
        maxAvailable: max_available,
        currency,
        sort,
        pageSize: page_size,
        pageToken: page_token,
      });
      return { products: page.products.map(presentSoldProduct), next_page_token: page.nextPageToken };
    },
  );

  app.get(
    '/api/products/:id',
    {
      config: { access: 'operator' },
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

  app.get(
    '/api/products/:id/days',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Read the sales of a product day by day',
        description: 'What was ordered on each day up to today, by the day on which the orders were created.',
        tags: ['statistics'],
        operationId: 'getProductDays',
        params,
        querystring: z.strictObject({ days: activityDays }),
        response: { 200: productDaysSchema, ...problems(400, 404, 503) },
      },
    },
    async ({ params: { id }, query }) => {
      const { from, to, days } = await rankings.productDays(id, query.days);
      return { from, to, days: days.map(presentProductDay) };
    },
  );

  app.put(
    '/api/products/:id',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Add or change a product',
        description: 'Orders keep the price at which they were accepted.',
        tags: ['products'],
        operationId: 'putProduct',
        headers: actorHeaders,
        params,
        body: product,
        response: { 200: productSchema, ...problems(400, 409, 503) },
      },
    },
    async (request) => {
      const { params, body } = request;
      const stored = await products.put(
        {
          id: params.id,
          name: body.name,
          unitPriceMinor: body.unit_price_minor,
          unitPrice: body.unit_price,
          currency: body.currency,
          available: body.available,
          expected: body.expected && {
            name: body.expected.name,
            unitPriceMinor: body.expected.unit_price_minor,
            currency: body.expected.currency,
          },
        },
        actorOf(request),
      );
      return presentProduct(stored);
    },
  );

  app.put(
    '/api/products/:id/stock',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Set or adjust the stock of a product',
        description: 'What is available never falls below zero. What is reserved for open orders is not touched.',
        tags: ['products'],
        operationId: 'changeStock',
        headers: actorHeaders,
        params,
        body: stock,
        response: { 200: productSchema, ...problems(400, 404, 409, 503) },
      },
    },
    async (request) => {
      const { available, adjust, expected_available: expectedAvailable } = request.body;
      const wish = { available, adjust, expectedAvailable };
      return presentProduct(await products.changeStock(request.params.id, wish, actorOf(request)));
    },
  );
}
