/** What Steadfast reads from Kafka: the data of the CloudEvents in its inbound topics. */
import { z } from 'zod';
import { INBOUND_TOPICS } from '../../domain/published-events.ts';
import { LIMITS } from '../../domain/rules.ts';
import { PAYMENT_METHODS } from '../../domain/payment-status.ts';
import { SHIPMENT_STATUSES } from '../../domain/shipment-status.ts';

const id = z.string().min(1);

/** News of a shipment; it is found by its id, its tracking number or its order. */
const CARRIER_NEWS = z
  .object({
    shipment_id: id.optional(),
    tracking_number: id.optional(),
    order_id: id.optional(),
    status: z.enum(SHIPMENT_STATUSES),
    location: z.string().min(1).max(200).optional().describe('Where the shipment is, for people'),
    estimated_delivery: z.iso.datetime({ offset: true }).optional().describe('ISO 8601 with a time zone'),
  })
  .meta({ anyOf: ['shipment_id', 'tracking_number', 'order_id'].map((name) => ({ required: [name] })) });

/** A new order: the body of `POST /api/orders`, which takes no other fields. */
const ORDER_REQUEST = z.strictObject({
  customer_id: id.max(LIMITS.customerId.most),
  items: z
    .array(
      z.strictObject({
        product_id: id.max(LIMITS.productId.most),
        quantity: z.int().min(LIMITS.quantity.least).max(LIMITS.quantity.most),
      }),
    )
    .min(LIMITS.lines.least)
    .max(LIMITS.lines.most),
  order_id: id.max(LIMITS.orderId.most).optional().describe('Chosen by the sender; a repeat makes no second order'),
  payment_method: z.enum(PAYMENT_METHODS).optional(),
  total_amount: z.number().optional().describe('What the sender expects to pay, in major units'),
});

/** The data of each inbound topic; the topic is the CloudEvents type too. */
export const INBOUND_DATA = {
  [INBOUND_TOPICS.carrierNews]: CARRIER_NEWS.describe('News of a carrier about a shipment'),
  [INBOUND_TOPICS.orderRequests]: ORDER_REQUEST.describe('An order to be placed'),
};
