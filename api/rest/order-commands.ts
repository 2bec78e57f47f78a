/** `/api/orders/{id}/…`: changing orders that are under way. */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Order } from '../../domain/order.ts';
import { checkOrderId, checkReason, demand } from '../checks.ts';
import { type OrderDetails, presentDetails } from '../present.ts';
import { readWish } from '../requests.ts';
import type { UseCases } from '../use-cases.ts';
import { callerOf } from './access.ts';
import { orderDetailsSchema, problems } from './answers.ts';
import { orderParams } from './params.ts';
import type { HttpApp } from './http-app.ts';

const reason = z.string().optional().describe('Printable characters, kept in the history').meta({ maxLength: 500 });
const reasonBody = z.strictObject({ reason }).optional();
const statusBody = z.strictObject({
  status: z
    .string()
    .describe('A status of an order, or accepted / denied for one that waits for approval; in any letter case')
    .meta({ example: 'PROCESSING' }),
  reason,
});

const answers = {
  200: orderDetailsSchema.describe('The order as it stands afterwards'),
  ...problems(400, 404, 409, 503),
};
const cancelAnswers = {
  ...answers,
  202: orderDetailsSchema.describe('The cancellation is on its way: what was done is still being undone'),
};

/** Adds the routes. */
export function orderCommandRoutes(app: HttpApp, { commands, demandOwnOrder }: UseCases): void {
  app.put(
    '/api/orders/:id/confirm',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Confirm an order',
        description: 'Approves an order that waits for approval, else moves it to its next status.',
        tags: ['commands'],
        operationId: 'confirmOrder',
        params: orderParams,
        body: reasonBody,
        response: answers,
      },
    },
    async ({ params: { id }, body }) => {
      demand(checkOrderId(id), checkReason(body?.reason));
      return presentDetails(await commands.confirm(id, { reason: body?.reason }));
    },
  );

  app.put(
    '/api/orders/:id/cancel',
    {
      config: { access: 'customer' },
      schema: {
        summary: 'Cancel an order',
        description:
          'Cancels an order that is not shipped yet: refunds what was captured and releases its stock. A repeat ' +
          'answers the same and has no second effect.',
        tags: ['commands'],
        operationId: 'cancelOrder',
        params: orderParams,
        body: reasonBody,
        response: cancelAnswers,
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const { id } = params;
      demand(checkOrderId(id), checkReason(body?.reason));
      await demandOwnOrder(callerOf(request), id);
      return answerCancelled(reply, await commands.cancel(id, { reason: body?.reason }));
    },
  );

  app.put(
    '/api/orders/:id/status',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Set the status of an order',
        description:
          'Moves an order forward before its time, cancels it, or approves or denies it. A forbidden transition is ' +
          'answered with those that are allowed.',
        tags: ['commands'],
        operationId: 'updateOrderStatus',
        params: orderParams,
        body: statusBody,
        response: cancelAnswers,
      },
    },
    async ({ params: { id }, body }, reply) => {
      demand(checkOrderId(id), checkReason(body.reason));
      const wish = readWish(body.status);
      const options = { reason: body.reason };
      if (wish === 'APPROVE') return presentDetails(await commands.approve(id, options));
      if (wish === 'DENY') return answerCancelled(reply, await commands.deny(id, options));
      const order = await commands.updateStatus(id, wish, options);
      return wish === 'CANCELLED' ? answerCancelled(reply, order) : presentDetails(order);
    },
  );
}

function answerCancelled(reply: FastifyReply, order: Order): OrderDetails {
  reply.code(order.status === 'CANCELLED' ? 200 : 202);
  return presentDetails(order);
}
