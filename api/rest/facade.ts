/** `/orders`: the interface of OrderStream over the same use cases, so that its clients run unchanged. */
import { z } from 'zod';
import { demandOwnCustomer } from '../../domain/access.ts';
import { FAILURE_REASONS } from '../../domain/failure-reason.ts';
import { isSettled, ORDER_STATUSES } from '../../domain/order-status.ts';
import { checkOrderId, demand } from '../checks.ts';
import { inFacadeWords, presentFacadeOrder, readFacadeOrder } from '../facade.ts';
import { traceparentOf } from '../requests.ts';
import type { UseCases } from '../use-cases.ts';
import { callerOf } from './access.ts';
import { problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { acceptHeaders } from './orders.ts';
import { orderParams } from './params.ts';

// Unknown fields are ignored, not refused: clients of OrderStream may send what only that system knew.
const newOrder = z.object({
  userId: z.string().describe('Printable characters').meta({ maxLength: 100, example: 'user-1' }),
  items: z
    .array(
      z.object({
        sku: z.string().meta({ example: 'SKU-1' }),
        qty: z.number().meta({ type: 'integer', minimum: 1, maximum: 1000, example: 2 }),
        price: z
          .number()
          .describe('The unit price in major units, which must be that of the catalogue')
          .meta({ example: 10 }),
      }),
    )
    .describe('1 to 100 lines; lines of the same product are merged'),
  amount: z
    .number()
    .optional()
    .describe('The sum of qty × price within 0.01, in major units; computed where absent')
    .meta({ example: 20 }),
  currency: z.string().describe('ISO 4217, the currency of the products').meta({ example: 'USD' }),
});

const time = z.iso.datetime().describe('ISO 8601 in UTC');

const orderSchema: z.ZodType = z
  .object({
    orderId: z.string(),
    userId: z.string(),
    status: z.enum(ORDER_STATUSES),
    amount: z.number().describe('Major units'),
    currency: z.string(),
    items: z.array(z.object({ sku: z.string(), qty: z.int(), price: z.number() })),
    failureReason: z.enum(FAILURE_REASONS).optional(),
    paymentId: z.string().optional(),
    shipmentId: z.string().optional(),
    trackingNumber: z.string().optional(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'OrderStreamOrder' });

const acceptedSchema: z.ZodType = z.object({ orderId: z.string() }).meta({ id: 'OrderStreamAccepted' });

/** Adds the routes. */
export function facadeRoutes(app: HttpApp, { acceptOrder, demandOwnOrder, queries }: UseCases): void {
  app.post(
    '/orders',
    {
      config: { access: 'customer' },
      schema: {
        summary: 'Place an order in the words of OrderStream',
        description:
          'Accepts an order as POST /api/orders does. Prices are those of the catalogue; one that differs is refused. ' +
          'Unknown fields are ignored. A repeat with the same Idempotency-Key answers the first result.',
        tags: ['orderstream'],
        operationId: 'createOrderStreamOrder',
        headers: acceptHeaders,
        body: newOrder,
        response: {
          201: acceptedSchema.describe('Accepted; Location says where it is'),
          ...problems(400, 413, 415, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const { body, headers } = request;
      const caller = callerOf(request);
      demandOwnCustomer(caller, 'userId', body.userId);
      const { 'idempotency-key': key, traceparent } = headers;
      const command = {
        ...readFacadeOrder(body),
        idempotencyKey: [key].flat()[0],
        keyOwner: caller.customerId,
        traceparent: traceparentOf(traceparent),
      };
      const { order, replayed } = await acceptOrder(command).catch((error: unknown) => {
        throw inFacadeWords(error);
      });
      if (replayed) reply.header('idempotency-replayed', 'true');
      reply.code(201).header('location', `/orders/${order.id}`);
      return { orderId: order.id };
    },
  );

  app.get(
    '/orders/:id',
    {
      config: { access: 'customer' },
      schema: {
        summary: 'Read an order in the words of OrderStream',
        description: 'Answers 202 while the order is being processed, and 200 once it is delivered or cancelled.',
        tags: ['orderstream'],
        operationId: 'getOrderStreamOrder',
        params: orderParams,
        response: {
          200: orderSchema.describe('Settled: DELIVERED, or CANCELLED with failureReason'),
          202: orderSchema.describe('Being processed'),
          ...problems(400, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      demand(checkOrderId(id));
      await demandOwnOrder(callerOf(request), id);
      const order = await queries.get(id);
      reply.code(isSettled(order.status) ? 200 : 202);
      return presentFacadeOrder(order);
    },
  );
}
