/** Schemas of what the statistics answer; for the OpenAPI document. */
import { z } from 'zod';
import { APPROVALS } from '../../domain/approval.ts';
import { FAILURE_REASONS } from '../../domain/failure-reason.ts';
import { ORDER_STATUSES } from '../../domain/order-status.ts';
import { PROCESSOR_KINDS } from '../processors.ts';
import { productSchema, readinessSchema } from './answers.ts';

const time = z.iso.datetime().describe('ISO 8601 in UTC');
const day = z.string().describe('A day in UTC').meta({ example: '2026-11-21' });
const minor = z.int().describe('Minor units, such as cents');
const major = z.number().describe('Major units, for people');
const currency = z.string().describe('ISO 4217').meta({ example: 'USD' });
const status = z.enum(ORDER_STATUSES);
const percentage = z.number().describe('0 to 100');
const nextPageToken = z.string().describe('Empty on the last page');

const period = {
  currency,
  orders: z.int().describe('Created'),
  new_customers: z.int().describe('Who ordered for the first time'),
  delivered: z.int(),
  cancelled: z.int(),
  revenue_minor: minor.describe('Of the orders created in this time, those not cancelled since'),
  revenue: major,
  ordered_value_minor: minor,
  ordered_value: major,
  delivered_value_minor: minor,
  delivered_value: major,
  cancelled_value_minor: minor,
  cancelled_value: major,
};

const validation: z.ZodType = z
  .object({
    validated: z.int(),
    approved: z.int(),
    rejected: z.int(),
    rejected_by_rule: z
      .array(z.object({ rule: z.string().meta({ example: 'quantity' }), orders: z.int() }))
      .describe('An order counts once for each rule that it breaks'),
  })
  .meta({ id: 'ValidationStatistics' });

/** What the rules said. */
export const validationSchema = validation;

/** Everything for a page of figures. */
export const statisticsSchema: z.ZodType = z
  .object({
    as_of: time,
    orders: z.object({
      total: z.int(),
      in_progress: z.int(),
      delivered: z.int(),
      cancelled: z.int(),
      failed: z.int().describe('Cancelled for another reason than on request'),
      completion_rate: percentage.optional().describe('Delivered among those delivered or cancelled, 0 to 100'),
      by_status: z.array(
        z.object({
          status,
          orders: z.int(),
          percentage,
          amounts: z.array(z.object({ currency, orders: z.int(), total_minor: minor, total_amount: major })),
        }),
      ),
      cancelled_by_reason: z.array(z.object({ failure_reason: z.enum(FAILURE_REASONS), orders: z.int(), percentage })),
    }),
    today: z.array(z.object(period)).describe('By currency'),
    period: z.object({ days: z.int(), from: day, to: day, totals: z.array(z.object(period)).describe('By currency') }),
    average_order_value: z
      .array(z.object({ currency, orders: z.int(), average_minor: minor, average: major }))
      .describe('Of orders that are not cancelled, by currency'),
    customers: z.int().describe('Who have ordered'),
    products: z.int().describe('In the catalogue'),
    funnel: z
      .array(z.object({ status, orders: z.int(), percentage }))
      .describe('How many orders came as far as each status'),
    time_in_status: z.array(
      z.object({
        status,
        orders: z.int().describe('That have left it'),
        average_seconds: z.number(),
        histogram: z
          .array(z.object({ below_seconds: z.number().optional(), orders: z.int() }))
          .describe('Each entry begins where the one before it ends; the last one has no end'),
      }),
    ),
    validation,
  })
  .meta({ id: 'Statistics' });

/** Day by day. */
export const daysSchema: z.ZodType = z
  .object({ days: z.array(z.object({ day, ...period })).describe('Days without any event are left out') })
  .meta({ id: 'DailyStatistics' });

const customerCurrency = {
  currency,
  orders: z.int().describe('All, also cancelled ones'),
  delivered: z.int(),
  cancelled: z.int(),
  total_spent_minor: minor.describe('Without cancelled orders'),
  total_spent: major,
  ordered_value_minor: minor,
  ordered_value: major,
  cancelled_value_minor: minor,
  cancelled_value: major,
};

/** A customer. */
export const customerSchema: z.ZodType = z
  .object({
    customer_id: z.string(),
    total_orders: z.int().describe('In all currencies, also cancelled ones'),
    first_order_at: time,
    last_order_at: time,
    currency: currency.describe('The one with most of the orders; all of them are in by_currency'),
    total_spent_minor: minor.describe('In this currency, without cancelled orders'),
    total_spent: major,
    by_currency: z.array(z.object(customerCurrency)),
  })
  .meta({ id: 'Customer' });

/** A page of customers. */
export const customerPageSchema: z.ZodType = z
  .object({ customers: z.array(customerSchema), next_page_token: nextPageToken })
  .meta({ id: 'CustomerPage' });

const rankedCustomer = z
  .object({ customer_id: z.string(), ...customerCurrency, first_order_at: time, last_order_at: time })
  .meta({ id: 'RankedCustomer' });

/** A ranking of customers. */
export const customerRankingSchema: z.ZodType = z
  .object({ customers: z.array(rankedCustomer) })
  .meta({ id: 'CustomerRanking' });

/** A page of a list of customers. */
export const customerListSchema: z.ZodType = z
  .object({
    currency: currency.optional().describe('ISO 4217; that of the list, absent where nobody has ordered'),
    currencies: z.array(z.string()).describe('All that orders are in, the one with most orders first'),
    customers: z.array(rankedCustomer),
    next_page_token: nextPageToken,
  })
  .meta({ id: 'CustomerList' });

/** What a customer ordered of late. */
export const customerActivitySchema: z.ZodType = z
  .object({
    from: day,
    to: day,
    orders: z.int(),
    is_partial: z.boolean().describe('Whether only the latest of the orders of these days were looked at'),
    by_status: z.array(z.object({ status, orders: z.int() })).describe('Every status'),
    days: z
      .array(
        z.object({ day, currency, orders: z.int(), cancelled: z.int(), total_spent_minor: minor, total_spent: major }),
      )
      .describe('Days without an order are left out'),
  })
  .meta({ id: 'CustomerActivity' });

const sales = z.object({
  quantity: z.int().describe('Ordered and not cancelled'),
  order_count: z.int().describe('All, also cancelled ones'),
  average_quantity: z.number().describe('In an order that is not cancelled'),
  revenue: z.array(z.object({ currency, amount_minor: minor, amount: major })).describe('Without cancelled orders'),
});

/** A product with its sales. */
export const soldProductSchema: z.ZodType = extend(productSchema, { sales }).meta({ id: 'SoldProduct' });

/** A page of products with their sales. */
export const soldProductPageSchema: z.ZodType = z
  .object({ products: z.array(soldProductSchema), next_page_token: nextPageToken })
  .meta({ id: 'SoldProductPage' });

/** What was ordered of a product day by day. */
export const productDaysSchema: z.ZodType = z
  .object({
    from: day,
    to: day,
    days: z
      .array(
        z.object({
          day,
          currency,
          order_count: z.int().describe('All, also cancelled ones'),
          cancelled: z.int(),
          quantity: z.int().describe('Ordered and not cancelled'),
          revenue_minor: minor.describe('Without cancelled orders'),
          revenue: major,
        }),
      )
      .describe('Days without an order are left out'),
  })
  .meta({ id: 'ProductDays' });

/** A ranking of products. */
export const productRankingSchema: z.ZodType = z
  .object({
    products: z.array(
      z.object({
        product_id: z.string(),
        name: z.string(),
        currency,
        quantity: z.int().describe('Ordered and not cancelled'),
        revenue_minor: minor.describe('Without cancelled orders'),
        revenue: major,
        order_count: z.int().describe('All, also cancelled ones'),
        average_quantity: z.number().describe('In an order that is not cancelled'),
      }),
    ),
  })
  .meta({ id: 'ProductRanking' });

const brief = z
  .object({
    order_id: z.string(),
    customer_id: z.string(),
    status,
    approval: z.enum(APPROVALS),
    total_minor: minor,
    total_amount: major,
    currency,
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'OrderBrief' });

/** Orders in brief. */
export const briefsSchema: z.ZodType = z.object({ orders: z.array(brief) }).meta({ id: 'OrderBriefs' });

/** What a rebuild has done. */
export const rebuildSchema: z.ZodType = z
  .object({ orders: z.int(), events: z.int().describe('That change statistics'), seconds: z.number() })
  .meta({ id: 'Rebuild' });

/** How a processor is getting on. */
export const processorSchema: z.ZodType = z
  .object({
    name: z.string().meta({ example: 'workflow-starter' }),
    kind: z
      .enum(PROCESSOR_KINDS)
      .describe('follower: reads the order log; inbound: reads Kafka; beat: looks around at a steady beat'),
    leading: z
      .boolean()
      .nullable()
      .describe(
        'Whether a process leads it now; of inbound, whether its consumer groups have members, null if not known',
      ),
    lease_holder: z.string().optional(),
    processed: z.int(),
    errors: z.int(),
    last_error: z.string().optional(),
    last_error_at: time.optional(),
    last_event_at: time.optional(),
    throughput: z.number().describe('Events a second over the last ten seconds or so'),
    lag: z
      .int()
      .nullable()
      .describe(
        'Events of the log that it wants and has not dealt with; of inbound, records in Kafka; null if not known and of a beat',
      ),
    lag_is_partial: z.boolean().describe('Whether only the next 10,000 events were looked at: there may be more'),
    lag_seconds: z.number().nullable().describe('Age of the oldest event; null where it does not follow the log'),
  })
  .meta({ id: 'Processor' });

/** The workers, as Temporal knows them. */
export const workersSchema: z.ZodType = z
  .object({
    task_queue: z.string(),
    status: z.enum(['up', 'down']).describe('Whether Temporal answers'),
    detail: z.string().optional(),
    tasks: z
      .array(
        z.object({
          tasks: z.enum(['workflow', 'activity']),
          pollers: z.int().describe('Who asked for tasks within the last minute'),
          backlog: z.int().optional().describe('Tasks that wait, as far as Temporal knows'),
          backlog_seconds: z.number().optional().describe('Age of the oldest of them'),
          tasks_per_second: z.number().optional(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Workers' });

/** Who follows the log, and the workers. */
export const processorsSchema: z.ZodType = z
  .object({ processors: z.array(processorSchema), workers: workersSchema })
  .meta({ id: 'Processors' });

/** How the server is. */
export const healthSchema: z.ZodType = extend(readinessSchema, {
  version: z.string(),
  uptime_seconds: z.int().describe('Since this server process started'),
}).meta({ id: 'Health' });

/** The object of another answer with more fields: two closed objects together would allow nothing. */
function extend(schema: z.ZodType, fields: z.ZodRawShape): z.ZodObject {
  return (schema as z.ZodObject).extend(fields);
}
