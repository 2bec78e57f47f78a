import { z } from 'zod';
import { PAYMENT_METHODS } from '../domain/payment-status.ts';
import { IDENTIFIER_SHAPE } from './identifier-shape.ts';

/** A new order in the words of the contract: the body of a request, the data of a message. */
export const newOrder = z.strictObject({
  customer_id: z.string().describe('Printable characters').meta({ maxLength: 100, example: 'customer-1' }),
  items: z
    .array(
      z.strictObject({
        product_id: z.string().meta({ ...IDENTIFIER_SHAPE, example: 'prod-001' }),
        quantity: z.number().meta({ type: 'integer', minimum: 1, maximum: 1000, example: 2 }),
      }),
    )
    .describe('1 to 100 lines; lines of the same product are merged')
    .meta({ minItems: 1, maxItems: 100 }),
  order_id: z
    .string()
    .optional()
    .describe('Chosen by the client, such as order-123')
    .meta({ ...IDENTIFIER_SHAPE }),
  payment_method: z
    .string()
    .optional()
    .meta({ enum: [...PAYMENT_METHODS] })
    .describe('CREDIT_CARD where absent'),
  total_amount: z.number().optional().describe('What the client expects to pay, in major units'),
});
