/** Schemas of what REST answers. They make the OpenAPI document and are not run, so that their types say nothing. */
import { z } from 'zod';
import { APPROVALS } from '../../domain/approval.ts';
import { EVENT_TYPES } from '../../domain/events.ts';
import { FAILURE_REASONS } from '../../domain/failure-reason.ts';
import { ORDER_ACTIONS } from '../../domain/order-actions.ts';
import { ORDER_STATUSES } from '../../domain/order-status.ts';
import { PAYMENT_METHODS, PAYMENT_STATUSES } from '../../domain/payment-status.ts';
import { ORDER_STAGES } from '../../domain/progress.ts';
import { SHIPMENT_STATUSES } from '../../domain/shipment-status.ts';

const time = z.iso.datetime().describe('ISO 8601 in UTC');
const minor = z.int().describe('Minor units, such as cents');
const currency = z.string().describe('ISO 4217').meta({ example: 'USD' });
const status = z.enum(ORDER_STATUSES);

const orderSchema: z.ZodType = z
  .object({
    id: z.string(),
    customer_id: z.string(),
    status,
    total_amount: z.number().describe('Major units, for people'),
    total_minor: minor,
    currency,
    items: z.array(
      z.object({ product_id: z.string(), quantity: z.int(), unit_price_minor: minor, unit_price: z.number() }),
    ),
    approval: z.enum(APPROVALS),
    failure_reason: z.enum(FAILURE_REASONS).optional(),
    status_details: z.string().optional().describe('What was said at the last change of status'),
    payment_id: z.string().optional(),
    shipment_id: z.string().optional(),
    version: z.int().describe('Number of events so far'),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'Order' });

const paymentSchema: z.ZodType = z
  .object({
    payment_id: z.string(),
    status: z.enum(PAYMENT_STATUSES),
    amount: z.number().describe('Major units, for people'),
    amount_minor: minor,
    currency,
    payment_method: z.enum(PAYMENT_METHODS),
  })
  .meta({ id: 'PaymentInfo' });

const shipmentSchema: z.ZodType = z
  .object({
    shipment_id: z.string(),
    tracking_number: z.string().meta({ example: 'TRACK-a1b2c3d4' }),
    carrier: z.string(),
    status: z.enum(SHIPMENT_STATUSES),
    current_location: z.string().describe('Empty until the carrier says it'),
    estimated_delivery: time.optional(),
  })
  .meta({ id: 'ShipmentInfo' });

const trackingUrl = z
  .url()
  .optional()
  .describe('The page where the customer follows the order; whoever has the link can see it. Absent without a secret');

const progressSchema: z.ZodType = z
  .object({
    stage: z
      .enum(ORDER_STAGES)
      .describe('What happens now; WAITING_TO_CHARGE, PREPARING and IN_DELIVERY are delays that run'),
    stage_since: time,
    expected_until: time
      .optional()
      .describe('When the delay of this stage ends or the approval times out; absent where that is unknown or past'),
    steps: z
      .array(
        z.object({
          status,
          reached_at: time.optional().describe('Absent where the order has not been there'),
          expected_at: time.optional().describe('Absent where the order has been there, and where it cannot be known'),
        }),
      )
      .describe('On the way to delivery; of a cancelled order those that it reached, and CANCELLED'),
    allowed_actions: z.array(z.enum(ORDER_ACTIONS)).describe('What would change the order now'),
    retry: z
      .object({
        failed_attempts: z.int(),
        last_error: z.string().optional().describe('What came in place of an answer'),
        last_at: time,
        next_at: time.optional().describe('About; absent where it is past'),
      })
      .optional()
      .describe('While the payment provider or the carrier is asked again'),
  })
  .meta({ id: 'OrderProgress' });

/** An order with payment and shipment. */
export const orderDetailsSchema: z.ZodType = z
  .object({
    order: orderSchema,
    payment_info: paymentSchema.optional().describe('Once a payment exists'),
    shipment_info: shipmentSchema.optional().describe('Once a shipment exists'),
    tracking_url: trackingUrl,
    workflow: z
      .object({ stage: z.string().meta({ example: 'waiting for payment' }), status })
      .optional()
      .describe('Where live was asked for and the workflow is running'),
    progress: progressSchema.optional().describe('Where it was asked for'),
  })
  .meta({ id: 'OrderDetails' });

/** An accepted order. */
export const acceptedOrderSchema: z.ZodType = z
  .object({ order_id: z.string(), order: orderSchema, tracking_url: trackingUrl })
  .meta({ id: 'AcceptedOrder' });

/** A page of orders. */
export const orderPageSchema: z.ZodType = z
  .object({
    orders: z.array(orderSchema),
    next_page_token: z.string().describe('Empty on the last page'),
    total: z.int().optional().describe('Orders of all pages, where they were to be counted'),
    total_is_partial: z.boolean().optional().describe('Whether there are more than total, which is 10,000 then'),
  })
  .meta({ id: 'OrderPage' });

/** The history of an order. */
export const historySchema: z.ZodType = z
  .object({
    order_id: z.string(),
    events: z.array(
      z.object({
        event_id: z.string(),
        version: z.int(),
        type: z.enum(EVENT_TYPES),
        previous_status: status.optional(),
        status,
        reason: z.string().optional(),
        occurred_at: time,
        trace_id: z
          .string()
          .optional()
          .describe('Of the trace that the order belongs to (W3C)')
          .meta({ example: '4bf92f3577b34da6a3ce929d0e0e4736' }),
        data: z.record(z.string(), z.unknown()),
      }),
    ),
  })
  .meta({ id: 'OrderHistory' });

/** A product. */
export const productSchema: z.ZodType = z
  .object({
    id: z.string(),
    name: z.string(),
    unit_price: z.number().describe('Major units, for people'),
    unit_price_minor: minor,
    currency,
    available: z.int().describe('Can be reserved'),
    reserved: z.int().describe('Belongs to open orders'),
    updated_at: time,
  })
  .meta({ id: 'Product' });

/** That the process runs. */
export const livenessSchema: z.ZodType = z.object({ status: z.literal('live') });

const dependency = z.object({ status: z.enum(['up', 'down']), detail: z.string().optional() });

/** What the server leans on, and whether it is there. */
export const servicesSchema: z.ZodType = z
  .object({
    postgres: dependency,
    temporal: dependency,
    workers: dependency,
    kafka: dependency.optional().describe('Where it is configured'),
    redis: dependency.optional().describe('Where it is configured'),
  })
  .meta({ id: 'Services' });

/** What the server misses. */
export const readinessSchema: z.ZodType = z
  .object({
    status: z.enum(['ready', 'degraded', 'unavailable']),
    missing: z.array(z.enum(['postgres', 'temporal', 'workers', 'kafka', 'redis'])),
    dependencies: servicesSchema,
  })
  .meta({ id: 'Readiness' });

const problemSchema: z.ZodType = z
  .object({
    type: z.string().meta({ example: 'urn:steadfast:problem:forbidden-transition' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().meta({ example: 'FORBIDDEN_TRANSITION' }),
    violations: z
      .array(z.object({ field: z.string(), value: z.unknown().optional(), rule: z.string(), message: z.string() }))
      .optional(),
    current_status: status.optional(),
    allowed: z.array(status).optional().describe('Where the order may go'),
    retry_after: z.number().optional().describe('Seconds'),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' });

const PROBLEMS = {
  400: 'The request breaks a rule; violations name each',
  404: 'There is no such thing',
  409: 'The state does not allow it',
  413: 'The body has more than 1 MB',
  415: 'The body is not JSON',
  422: 'Understood, but not allowed; code says why',
  429: 'Too many requests; repeat after retry_after',
  503: 'Something behind the server is away; repeat after retry_after',
} as const;

/** The problems that a route answers, for its OpenAPI description. */
export function problems(...statuses: (keyof typeof PROBLEMS)[]) {
  return Object.fromEntries(
    statuses.map((code) => [
      code,
      { description: PROBLEMS[code], content: { 'application/problem+json': { schema: problemSchema } } },
    ]),
  );
}
