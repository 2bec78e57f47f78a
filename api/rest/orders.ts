/** `/api/orders`: placing and reading orders. */
import { z } from 'zod';
import { PAYMENT_METHODS } from '../../domain/payment-status.ts';
import { readAt, readListQuery, readOrder, traceparentOf } from '../requests.ts';
import { presentDetails, presentEvent, presentOrder } from '../present.ts';
import { checkOrderId, demand } from '../checks.ts';
import type { UseCases } from '../use-cases.ts';
import { acceptedOrderSchema, historySchema, orderDetailsSchema, orderPageSchema, problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';

/** The id of an order in a path. */
export const orderParams = z.object({ id: z.string().describe('The id of the order') });

/** A new order in the words of the contract. */
export const newOrder = z.strictObject({
  customer_id: z.string().describe('Printable characters').meta({ maxLength: 100, example: 'customer-1' }),
  items: z
    .array(
      z.strictObject({
        product_id: z.string().meta({ example: 'prod-001' }),
        quantity: z.number().meta({ type: 'integer', minimum: 1, maximum: 1000, example: 2 }),
      }),
    )
    .describe('1 to 100 lines; lines of the same product are merged'),
  order_id: z.string().optional().describe('Chosen by the client, such as order-123'),
  payment_method: z
    .string()
    .optional()
    .describe(`${PAYMENT_METHODS.join(', ')}; CREDIT_CARD where absent`),
  total_amount: z.number().optional().describe('What the client expects to pay, in major units'),
});

/** The headers that accepting an order takes. */
export const acceptHeaders = z.object({
  'idempotency-key': z.string().optional().describe('A repeat with the same key answers the first result'),
  traceparent: z.string().optional().describe('W3C trace context, carried on to everything that the order causes'),
});

/** How many entries a page has. */
export const pageSize = z.coerce.number().optional().meta({ type: 'integer', minimum: 1, maximum: 500, default: 50 });

const listQuery = z.strictObject({
  status: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe('Only these statuses: repeated or separated by commas, in any letter case'),
  customer_id: z.string().optional(),
  created_from: z.string().optional().describe('Created at or after, ISO 8601'),
  created_to: z.string().optional().describe('Created before, ISO 8601'),
  page_size: pageSize,
  page_token: z.string().optional().describe('next_page_token of the page before'),
});

const getQuery = z.strictObject({
  at: z.string().optional().describe('Time travel: a version or a moment in ISO 8601'),
  live: z.stringbool().optional().describe('Also ask the running workflow'),
});

/** Adds the routes. */
export function orderRoutes(app: HttpApp, useCases: UseCases): void {
  const { acceptOrder, queries } = useCases;

  app.post(
    '/api/orders',
    {
      schema: {
        summary: 'Place an order',
        description:
          'Accepts an order in status PENDING. A repeat with the same order_id or Idempotency-Key answers the first ' +
          'result with the header Idempotency-Replayed: true.',
        tags: ['orders'],
        operationId: 'createOrder',
        headers: acceptHeaders,
        body: newOrder,
        response: {
          201: acceptedOrderSchema.describe('Accepted; Location says where it is'),
          ...problems(400, 409, 413, 415, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const { 'idempotency-key': key, traceparent } = request.headers;
      const { order, replayed } = await acceptOrder({
        ...readOrder(request.body),
        idempotencyKey: [key].flat()[0],
        traceparent: traceparentOf(traceparent),
      });
      if (replayed) reply.header('idempotency-replayed', 'true');
      reply.code(201).header('location', `/api/orders/${order.id}`);
      return { order_id: order.id, order: presentOrder(order) };
    },
  );

  app.get(
    '/api/orders/:id',
    {
      schema: {
        summary: 'Read an order',
        description: 'An order with its payment and its shipment, as it stands or as it stood.',
        tags: ['orders'],
        operationId: 'getOrder',
        params: orderParams,
        querystring: getQuery,
        response: { 200: orderDetailsSchema, ...problems(400, 404, 503) },
      },
    },
    async ({ params: { id }, query: { at, live } }) => {
      demand(checkOrderId(id));
      if (at !== undefined) return presentDetails(await queries.getAt(id, readAt(at)));
      const order = await queries.get(id);
      const view = live === true ? await queries.liveView(id) : undefined;
      return { ...presentDetails(order), workflow: view && { stage: view.stage, status: view.status } };
    },
  );

  app.get(
    '/api/orders',
    {
      schema: {
        summary: 'List orders',
        description: 'Orders, the newest first, a page at a time.',
        tags: ['orders'],
        operationId: 'listOrders',
        querystring: listQuery,
        response: { 200: orderPageSchema, ...problems(400, 503) },
      },
    },
    async ({ query }) => {
      const statuses = [query.status ?? []].flat().flatMap((words) => words.split(','));
      const { orders, nextPageToken } = await queries.list(readListQuery({ ...query, statuses }));
      return { orders: orders.map(presentOrder), next_page_token: nextPageToken };
    },
  );

  app.get(
    '/api/orders/:id/history',
    {
      schema: {
        summary: 'Read the history of an order',
        description: 'Every event of the order, oldest first, with the status before and after it.',
        tags: ['orders'],
        operationId: 'getOrderHistory',
        params: orderParams,
        response: { 200: historySchema, ...problems(400, 404, 503) },
      },
    },
    async ({ params: { id } }) => {
      demand(checkOrderId(id));
      return { order_id: id, events: (await queries.history(id)).map(presentEvent) };
    },
  );
}
