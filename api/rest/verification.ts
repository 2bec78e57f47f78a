/** `/api/orders/verify`: rows against the log. */
import { z } from 'zod';
import { demandAccess } from '../../domain/access.ts';
import type { VerificationPage } from '../verification.ts';
import type { UseCases } from '../use-cases.ts';
import { callerOf } from './access.ts';
import { actorHeaders, actorOf } from './actor.ts';
import { problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';

const body = z
  .strictObject({
    order_id: z.string().optional().describe('Only this order'),
    after: z.string().optional().describe('The `next` of the page before; the first page where absent'),
    limit: z
      .number()
      .optional()
      .describe('Orders on a page')
      .meta({ type: 'integer', minimum: 1, maximum: 500, default: 200 }),
    repair: z.boolean().optional().describe('Set rows that differ to what the log says; the stock is not touched'),
  })
  .optional();

const pageSchema: z.ZodType = z
  .object({
    checked: z.int(),
    differences: z.array(
      z.object({
        order_id: z.string(),
        field: z.string().describe('Table and column').meta({ example: 'orders.status' }),
        row: z.unknown().optional().describe('What stands in the row'),
        log: z.unknown().optional().describe('What the events say'),
        message: z.string(),
        repaired: z.boolean(),
      }),
    ),
    repaired: z.int().describe('Orders whose rows agree with their log again'),
    next: z.string().optional().describe('Where the next page begins; absent on the last one'),
  })
  .meta({ id: 'VerificationPage' });

/** Adds the route. */
export function verificationRoutes(app: HttpApp, { verification }: UseCases): void {
  app.post(
    '/api/orders/verify',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Verify rows against the log',
        description:
          'Folds the events of orders, a page at a time by id, and names every column of orders, order_items, payments ' +
          'and shipments that says something else. A repair sets these rows to the log and is written to the audit; rows ' +
          'without events, events without a row and broken logs are only named.',
        tags: ['operations'],
        operationId: 'verifyOrders',
        headers: actorHeaders,
        body,
        response: { 200: pageSchema, ...problems(400, 404, 503) },
      },
    },
    async (request, reply) => {
      const { order_id, after, limit, repair } = request.body ?? {};
      // Looking is for operators; setting rows is not.
      if (repair === true) {
        demandAccess(callerOf(request), 'admin');
        app.countAdminChange(request, reply);
      }
      return present(await verification.verify({ orderId: order_id, after, limit, repair, actor: actorOf(request) }));
    },
  );
}

function present({ checked, findings, next }: VerificationPage) {
  return {
    checked,
    differences: findings.flatMap(({ orderId, fault, differences, isRepaired }) => {
      if (fault !== undefined) return [{ order_id: orderId, field: 'order_events', message: fault, repaired: false }];
      return differences.map(({ field, before, after }) => ({
        order_id: orderId,
        field,
        row: before,
        log: after,
        message: `${field} is ${tell(before)}, the log says ${tell(after)}`,
        repaired: isRepaired,
      }));
    }),
    repaired: findings.filter(({ isRepaired }) => isRepaired).length,
    next,
  };
}

function tell(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
