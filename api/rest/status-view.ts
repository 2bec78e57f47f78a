/** `/api/order-status`: orders in the uniform statuses of the order status view. */
import { z } from 'zod';
import type { OrderStatusRow } from '../../db/status-view.ts';
import { toMajor } from '../../domain/money.ts';
import { VIEW_STATUSES } from '../../domain/published-events.ts';
import { presentTime } from '../present.ts';
import type { UseCases } from '../use-cases.ts';
import { problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { orderParams } from './params.ts';
import { pageSize } from './query-numbers.ts';

const query = z.strictObject({
  status: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe(`Only these: repeated or separated by commas, in any letter case. ${VIEW_STATUSES.join(', ')}`),
  customer_id: z.string().optional(),
  page_size: pageSize,
  page_token: z.string().optional().describe('next_page_token of the page before'),
});

const status = z.enum(VIEW_STATUSES);

const viewSchema: z.ZodType = z
  .object({
    order_id: z.string(),
    customer_id: z.string(),
    status,
    total_amount: z.number().describe('Major units, for people'),
    total_minor: z.int().describe('Minor units, such as cents'),
    currency: z.string().describe('ISO 4217').meta({ example: 'USD' }),
    items: z.array(
      z.object({
        product_id: z.string(),
        quantity: z.int(),
        unit_price_minor: z.int(),
        unit_price: z.number(),
      }),
    ),
    last_updated: z.iso.datetime(),
    last_status_details: z.string().optional().describe('What was said with the event that led to the status'),
    total_status_changes: z.int().describe('Events that led to a status, the first included'),
    status_since: z.iso.datetime(),
    seconds_in_current_state: z.int(),
  })
  .meta({ id: 'OrderStatusView' });

const pageSchema: z.ZodType = z
  .object({ orders: z.array(viewSchema), next_page_token: z.string().describe('Empty on the last page') })
  .meta({ id: 'OrderStatusViewPage' });

const summarySchema: z.ZodType = z
  .object({
    total: z.int(),
    statuses: z.array(z.object({ status, orders: z.int(), percentage: z.number().describe('Of all orders') })),
    completion_rate: z
      .number()
      .optional()
      .describe(
        'Percentage of settled orders (COMPLETED, CANCELLED) that were completed; absent while none is settled',
      ),
  })
  .meta({ id: 'OrderStatusSummary' });

/** Adds the routes. */
export function statusViewRoutes(app: HttpApp, { statusViews }: UseCases): void {
  app.get(
    '/api/order-status/summary',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Summarise the order status view',
        description: 'How many orders are in each status, their shares, and the completion rate.',
        tags: ['status'],
        operationId: 'getOrderStatusSummary',
        querystring: z.strictObject({}),
        response: { 200: summarySchema, ...problems(400, 503) },
      },
    },
    async () => {
      const { total, statuses, completionRate } = await statusViews.summarise();
      return { total, statuses, completion_rate: completionRate };
    },
  );

  app.get(
    '/api/order-status/:id',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Read an order in the order status view',
        description: 'The order in the uniform statuses of its events. To follow changes, see /api/events/stream.',
        tags: ['status'],
        operationId: 'getOrderStatus',
        params: orderParams,
        response: { 200: viewSchema, ...problems(400, 404, 503) },
      },
    },
    async ({ params: { id } }) => presentView(await statusViews.get(id)),
  );

  app.get(
    '/api/order-status',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'List the order status view',
        description: 'Orders in the uniform statuses of their events, the newest first, a page at a time.',
        tags: ['status'],
        operationId: 'listOrderStatuses',
        querystring: query,
        response: { 200: pageSchema, ...problems(400, 503) },
      },
    },
    async ({ query: { status: words, customer_id, page_size, page_token } }) => {
      const { orders, nextPageToken } = await statusViews.list({
        statuses: [words ?? []].flat().flatMap((word) => word.split(',')),
        customerId: customer_id,
        pageSize: page_size,
        pageToken: page_token,
      });
      return { orders: orders.map(presentView), next_page_token: nextPageToken };
    },
  );
}

function presentView(view: OrderStatusRow) {
  const { currency } = view;
  return {
    order_id: view.orderId,
    customer_id: view.customerId,
    status: view.status,
    total_amount: toMajor(view.totalMinor, currency),
    total_minor: view.totalMinor,
    currency,
    items: view.lines.map(({ productId, quantity, unitPriceMinor }) => ({
      product_id: productId,
      quantity,
      unit_price_minor: unitPriceMinor,
      unit_price: toMajor(unitPriceMinor, currency),
    })),
    last_updated: presentTime(view.lastUpdated),
    last_status_details: view.lastStatusDetails ?? undefined,
    total_status_changes: view.totalStatusChanges,
    status_since: presentTime(view.statusSince),
    seconds_in_current_state: view.secondsInCurrentState,
  };
}
