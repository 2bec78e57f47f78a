/** `POST /api/orders/cancel`: cancelling many orders, after a look at what would happen. */
import { z } from 'zod';
import { toMajor } from '../../domain/money.ts';
import { ORDER_STATUSES } from '../../domain/order-status.ts';
import { CANCELLATION_RESULTS, MOST_ORDERS, type OrderCancellation } from '../cancel-orders.ts';
import { checkOrderId, checkReason, demand, violation } from '../checks.ts';
import { readOrderFilter } from '../order-filter.ts';
import type { UseCases } from '../use-cases.ts';
import { problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { filterFields, readFilterFields } from './order-filter.ts';

const body = z.strictObject({
  order_ids: z.array(z.string()).optional().describe(`1 to ${MOST_ORDERS} orders`).meta({ maxItems: MOST_ORDERS }),
  filter: z.strictObject(filterFields).optional().describe('Instead of order_ids, for a dry run only'),
  reason: z.string().optional().describe('Printable characters, kept in the histories').meta({ maxLength: 500 }),
  dry_run: z.boolean().optional().describe('Only tell what would happen'),
});

const money = {
  amount: z.number().describe('Major units, for people'),
  amount_minor: z.int().describe('Minor units'),
  currency: z.string().describe('ISO 4217'),
};

const cancellationSchema: z.ZodType = z
  .object({
    dry_run: z.boolean(),
    orders: z
      .array(
        z.object({
          order_id: z.string(),
          result: z
            .enum(CANCELLATION_RESULTS)
            .describe(
              'CANCELLED also where it was so before; CANCELLING while it is being undone; UNAVAILABLE and NOT_TRIED: ' +
                'repeat the request for these',
            ),
          status: z.enum(ORDER_STATUSES).optional().describe('As it stands'),
          reason: z.string().optional().describe('Why it is not cancelled'),
          refund: z.object(money).optional().describe('What would go back to the customer'),
        }),
      )
      .describe('Those of order_ids in their order; those of a filter the newest first'),
    counts: z
      .object(Object.fromEntries(CANCELLATION_RESULTS.map((result) => [result.toLowerCase(), z.int()])))
      .describe('How many orders have each result'),
    refunds: z
      .array(z.object({ ...money, orders: z.int() }))
      .describe('What would go back to customers, by currency; nothing where it is no dry run'),
  })
  .meta({ id: 'BulkCancellation' });

/** Adds the route. */
export function orderCancellationRoutes(app: HttpApp, { cancelOrders }: UseCases): void {
  app.post(
    '/api/orders/cancel',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Cancel many orders',
        description:
          `Cancels up to ${MOST_ORDERS} orders, each as a single cancellation does. With dry_run it only tells what would ` +
          'happen, also for orders that a filter matches; what is then cancelled are the order_ids that it told of, because ' +
          'others may match by then. Answers within about 20 seconds: repeat it for orders that are UNAVAILABLE or ' +
          'NOT_TRIED. A repeat has no second effect.',
        tags: ['commands'],
        operationId: 'cancelOrders',
        body,
        response: { 200: cancellationSchema.describe('What became of each order'), ...problems(400, 413, 415, 503) },
      },
    },
    async ({ body: { order_ids, filter, reason, dry_run = false } }) => {
      if (filter !== undefined) {
        if (order_ids !== undefined || !dry_run) demand([violation('filter', undefined, 'orders', ONLY_TO_LOOK)]);
        return present(await cancelOrders.previewMatching(readOrderFilter(readFilterFields(filter))), dry_run);
      }
      const ids = [...new Set(order_ids)];
      demand(checkIds(ids), checkReason(reason));
      return present(await (dry_run ? cancelOrders.preview(ids) : cancelOrders.run(ids, reason)), dry_run);
    },
  );
}

const ONLY_TO_LOOK = 'is for a dry run without order_ids; cancel the order_ids that the dry run tells of';

function checkIds(ids: readonly string[]) {
  if (ids.length === 0 || ids.length > MOST_ORDERS)
    return [violation('order_ids', `${ids.length} orders`, 'orders', `must name 1 to ${MOST_ORDERS} orders`)];
  return ids.flatMap((id, place) => checkOrderId(id, `order_ids[${place}]`));
}

function present(cancellations: readonly OrderCancellation[], dryRun: boolean) {
  const counts = CANCELLATION_RESULTS.map((wanted) => [
    wanted.toLowerCase(),
    cancellations.filter(({ result }) => result === wanted).length,
  ]);
  return {
    dry_run: dryRun,
    orders: cancellations.map(({ orderId, refund, ...rest }) => ({
      order_id: orderId,
      ...rest,
      refund: refund && presentMoney(refund),
    })),
    counts: Object.fromEntries(counts) as Record<string, number>,
    refunds: sumRefunds(cancellations),
  };
}

function sumRefunds(cancellations: readonly OrderCancellation[]) {
  const refunds = cancellations.flatMap(({ refund }) => refund ?? []);
  const currencies = [...new Set(refunds.map(({ currency }) => currency))].sort();
  return currencies.map((currency) => {
    const own = refunds.filter((refund) => refund.currency === currency);
    const amountMinor = own.reduce((sum, refund) => sum + refund.amountMinor, 0);
    return { ...presentMoney({ amountMinor, currency }), orders: own.length };
  });
}

function presentMoney({ amountMinor, currency }: { amountMinor: number; currency: string }) {
  return { amount: toMajor(amountMinor, currency), amount_minor: amountMinor, currency };
}
