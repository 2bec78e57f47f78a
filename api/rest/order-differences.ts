/** `/api/orders/{id}/differences`: what changed between two versions or moments. */
import { z } from 'zod';
import { differences } from '../../domain/difference.ts';
import { presentDetails, presentEvent, presentTime } from '../present.ts';
import { readAt } from '../requests.ts';
import type { UseCases } from '../use-cases.ts';
import { historySchema, problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { orderParams } from './params.ts';

const query = z.strictObject({
  from: z.string().optional().describe('A version or a moment in ISO 8601; the version before `to` where absent'),
  to: z.string().optional().describe('A version or a moment in ISO 8601; now where absent'),
});

const point = z.object({
  version: z.int().describe('0 before the order was placed'),
  time: z.iso.datetime().optional().describe('When it became so'),
});

const differencesSchema: z.ZodType = z
  .object({
    order_id: z.string(),
    from: point,
    to: point,
    differences: z.array(
      z.object({
        field: z.string().describe('As in the answer of GET /api/orders/{id}').meta({ example: 'order.status' }),
        before: z.unknown().optional().describe('Left out where there was no value'),
        after: z.unknown().optional().describe('Left out where there is no value'),
      }),
    ),
    events: (historySchema as z.ZodObject).shape.events as z.ZodType,
  })
  .meta({ id: 'OrderDifferences' });

/** Adds the route. */
export function orderDifferenceRoutes(app: HttpApp, { compareOrder }: UseCases): void {
  app.get(
    '/api/orders/:id/differences',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Compare an order with itself',
        description: 'The fields that differ between two versions or moments, and the events between them.',
        tags: ['orders'],
        operationId: 'getOrderDifferences',
        params: orderParams,
        querystring: query,
        response: { 200: differencesSchema, ...problems(400, 404, 503) },
      },
    },
    async ({ params: { id }, query: { from, to } }) => {
      const { before, after, events } = await compareOrder(id, {
        ...(from !== undefined && { from: readAt(from, 'from') }),
        ...(to !== undefined && { to: readAt(to, 'to') }),
      });
      return {
        order_id: id,
        from: { version: before?.version ?? 0, time: before && presentTime(before.updatedAt) },
        to: { version: after.version, time: presentTime(after.updatedAt) },
        differences: differences(before && presentDetails(before), presentDetails(after)),
        events: events.map(presentEvent),
      };
    },
  );
}
