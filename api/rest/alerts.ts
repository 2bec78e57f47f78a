/** `/api/alerts`: open orders that somebody should look at. */
import { z } from 'zod';
import { ALERT_REASONS } from '../../domain/alert.ts';
import { ORDER_STATUSES } from '../../domain/order-status.ts';
import { presentTime } from '../present.ts';
import type { UseCases } from '../use-cases.ts';
import { problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { pageSize } from './query-numbers.ts';

const query = z.strictObject({
  reason: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe(`Only these: repeated or separated by commas, in any letter case. ${ALERT_REASONS.join(', ')}`),
  customer_id: z.string().optional(),
  page_size: pageSize,
  page_token: z.string().optional().describe('next_page_token of the page before'),
});

const count = z.int();

const alertPageSchema: z.ZodType = z
  .object({
    alerts: z.array(
      z.object({
        order_id: z.string(),
        customer_id: z.string(),
        reason: z.enum(ALERT_REASONS),
        order_status: z.enum(ORDER_STATUSES),
        since: z.iso.datetime().describe('Since when it is so'),
        seconds: z.int(),
        details: z.string().meta({ example: 'in PROCESSING for 7 min; the limit is 5 min' }),
        raised_at: z.iso.datetime().optional().describe('When it was told as an event (order.alert.v1)'),
      }),
    ),
    counts: z
      .object({ STUCK: count, PAYMENT_STUCK: count, AWAITING_APPROVAL: count, PROBLEMATIC: count })
      .describe('How many there are of each reason, whatever `reason` says'),
    next_page_token: z.string().describe('Empty on the last page'),
  })
  .meta({ id: 'AlertPage' });

/** Adds the route. */
export function alertRoutes(app: HttpApp, { alerts }: UseCases): void {
  app.get(
    '/api/alerts',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'List orders that need somebody',
        description:
          'Open orders that have a problem now, those of longest standing first. Each is also told once as the event ' +
          'order.alert.v1.',
        tags: ['status'],
        operationId: 'listAlerts',
        querystring: query,
        response: { 200: alertPageSchema, ...problems(400, 503) },
      },
    },
    async ({ query: { reason, customer_id, page_size, page_token } }) => {
      const page = await alerts.list({
        reasons: [reason ?? []].flat().flatMap((word) => word.split(',')),
        customerId: customer_id,
        pageSize: page_size,
        pageToken: page_token,
      });
      return {
        alerts: page.alerts.map((alert) => ({
          order_id: alert.orderId,
          customer_id: alert.customerId,
          reason: alert.reason,
          order_status: alert.orderStatus,
          since: presentTime(alert.since),
          seconds: alert.seconds,
          details: alert.details,
          raised_at: alert.raisedAt === null ? undefined : presentTime(alert.raisedAt),
        })),
        counts: page.counts,
        next_page_token: page.nextPageToken,
      };
    },
  );
}
