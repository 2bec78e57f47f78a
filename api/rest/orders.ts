/** `/api/orders`: placing and reading orders. */
import { z } from 'zod';
import { demandOwnCustomer } from '../../domain/access.ts';
import { readAt, readOrder, traceparentOf } from '../requests.ts';
import { presentDetails, presentEvent, presentOrder, presentProgress } from '../present.ts';
import { checkOrderId, demand } from '../checks.ts';
import { newOrder } from '../new-order.ts';
import type { UseCases } from '../use-cases.ts';
import { callerOf } from './access.ts';
import { acceptedOrderSchema, historySchema, orderDetailsSchema, problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { orderParams } from './params.ts';

/** The headers that accepting an order takes. */
export const acceptHeaders = z.object({
  'idempotency-key': z.string().optional().describe('A repeat with the same key answers the first result'),
  traceparent: z.string().optional().describe('W3C trace context, carried on to everything that the order causes'),
});

const getQuery = z.strictObject({
  at: z.string().optional().describe('Time travel: a version or a moment in ISO 8601'),
  live: z.stringbool().optional().describe('Also ask the running workflow; nothing to a moment that is past'),
  progress: z
    .stringbool()
    .optional()
    .describe('Also tell how far the order has come and what may be done to it; nothing to a moment that is past'),
});

/** Adds the routes. */
export function orderRoutes(app: HttpApp, useCases: UseCases): void {
  const { acceptOrder, demandOwnOrder, queries, tracking } = useCases;

  app.post(
    '/api/orders',
    {
      config: { access: 'customer' },
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
      const caller = callerOf(request);
      demandOwnCustomer(caller, 'customer_id', request.body.customer_id);
      const { 'idempotency-key': key, traceparent } = request.headers;
      const { order, replayed } = await acceptOrder({
        ...readOrder(request.body),
        idempotencyKey: [key].flat()[0],
        keyOwner: caller.customerId,
        traceparent: traceparentOf(traceparent),
      });
      if (replayed) reply.header('idempotency-replayed', 'true');
      reply.code(201).header('location', `/api/orders/${order.id}`);
      return { order_id: order.id, order: presentOrder(order), tracking_url: tracking.urlOf(order) };
    },
  );

  app.get(
    '/api/orders/:id',
    {
      config: { access: 'customer' },
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
    async (request) => {
      const { id } = request.params;
      const { at, live, progress } = request.query;
      demand(checkOrderId(id));
      await demandOwnOrder(callerOf(request), id);
      const order = at === undefined ? await queries.get(id) : await queries.getAt(id, readAt(at));
      const tracking_url = tracking.urlOf(order);
      if (at !== undefined) return { ...presentDetails(order), tracking_url };
      const [view, course] = await Promise.all([
        live === true ? queries.liveView(id) : undefined,
        progress === true ? queries.progress(order) : undefined,
      ]);
      return {
        ...presentDetails(order),
        tracking_url,
        workflow: view && { stage: view.stage, status: view.status },
        progress: course && presentProgress(course),
      };
    },
  );

  app.get(
    '/api/orders/:id/history',
    {
      config: { access: 'customer' },
      schema: {
        summary: 'Read the history of an order',
        description: 'Every event of the order, oldest first, with the status before and after it.',
        tags: ['orders'],
        operationId: 'getOrderHistory',
        params: orderParams,
        response: { 200: historySchema, ...problems(400, 404, 503) },
      },
    },
    async (request) => {
      const { id } = request.params;
      demand(checkOrderId(id));
      await demandOwnOrder(callerOf(request), id);
      return { order_id: id, events: (await queries.history(id)).map(presentEvent) };
    },
  );
}
