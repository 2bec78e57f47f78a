/** What the data of each event looks like, said once for programs: the JSON Schemas outside are made of it. */
import { z } from 'zod';
import { ALERT_REASONS } from '../../domain/alert.ts';
import type { EventData, EventType } from '../../domain/events.ts';
import { FAILURE_REASONS } from '../../domain/failure-reason.ts';
import { ORDER_STATUSES } from '../../domain/order-status.ts';
import { PAYMENT_METHODS } from '../../domain/payment-status.ts';
import { SHIPMENT_STATUSES } from '../../domain/shipment-status.ts';

const id = z.string().min(1);
const time = z.iso.datetime().describe('ISO 8601 in UTC');
const amount = z.int().min(0).describe('In minor units of the currency of the order, such as cents');
const quantity = z.int().min(1);
const details = z.string().nullable().describe('What was said about it, for people');
const failureReason = z.enum(FAILURE_REASONS).describe('Why the order is cancelled');

/** The data of each type of event, as `EventData` has it. */
export const EVENT_DATA = {
  OrderCreated: z.object({
    customer_id: id,
    payment_method: z.enum(PAYMENT_METHODS),
    currency: z.string().min(3).max(3).describe('ISO 4217'),
    total_minor: amount,
    items: z
      .array(z.object({ product_id: id, quantity, unit_price_minor: amount.describe('At the moment of acceptance') }))
      .min(1),
  }),
  ApprovalRequested: z.object({
    limit: z.number().describe('The total above which a person must approve, in major units'),
    expires_at: time.describe('When the order is denied unless somebody decides'),
  }),
  OrderApproved: z.object({ reason: details }),
  OrderDenied: z.object({ reason: details }),
  StockReserved: z.object({ payment_id: id.describe('The payment that is charged next') }),
  StockRejected: z.object({
    shortages: z.array(z.object({ product_id: id, requested: quantity, available: z.int().min(0) })).min(1),
  }),
  PaymentDelayed: z.object({ payment_id: id }),
  PaymentAuthorized: z.object({
    payment_id: id,
    amount_minor: amount,
    provider_reference: z.string().describe('What the payment provider calls it'),
    details,
  }),
  PaymentFailed: z.object({ payment_id: id, reason: z.string().describe('In the words of the payment provider') }),
  ShippingScheduled: z.object({
    shipment_id: id,
    tracking_number: z.string().min(1),
    carrier: z.string().min(1),
    estimated_delivery: time,
    details,
  }),
  ShipmentMoved: z.object({
    shipment_id: id,
    status: z.enum(SHIPMENT_STATUSES),
    location: z.string().nullable(),
    estimated_delivery: time.nullable(),
  }),
  OrderDelivered: z.object({ shipment_id: id, details }),
  CancellationRequested: z.object({ failure_reason: failureReason, details }),
  PaymentRefunded: z.object({ payment_id: id, amount_minor: amount }),
  StockReleased: z.object({ items: z.array(z.object({ product_id: id, quantity })) }),
  OrderCancelled: z.object({ failure_reason: failureReason, details }),
  AlertRaised: z.object({
    reason: z.enum(ALERT_REASONS),
    order_status: z.enum(ORDER_STATUSES),
    seconds: z.number().min(0).describe('How long the order has been in its status'),
    details: z.string().describe('For people'),
  }),
} satisfies Record<EventType, z.ZodObject>;

/* eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- only so does the compiler compare for
   identity: mutual assignability would miss an optional field */
type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
type Drifted = {
  [Type in EventType]: Same<z.infer<(typeof EVENT_DATA)[Type]>, EventData[Type]> extends true ? never : Type;
}[EventType];

/** Does not compile where a schema and the type of its data differ; the error names the events. */
null satisfies [Drifted] extends [never] ? null : Drifted;
