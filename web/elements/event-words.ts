/** What happened to orders and why, in plain words. */
import type { Schema } from '../api/client.ts';
import { formatMoney } from './money.tsx';
import { sentence } from './words.ts';

type EventType = Schema<'OrderHistory'>['events'][number]['type'];
type PublishedType = Schema<'RecentEvents'>['events'][number]['type'];
type FailureReason = NonNullable<Schema<'Order'>['failure_reason']>;
type Status = Schema<'Order'>['status'];
type Data = Readonly<Record<string, unknown>>;

/**
 * What an event tells, without the order's id: `Ordered by customer-1: 3 pieces for $59.97`. Takes the types of the log
 * (`OrderCreated`) and those of CloudEvents (`order.created.v1`). Only the first event of an order names its currency:
 * whoever knows it for the others adds `currency` to the data and gets amounts told, too.
 */
export function eventWords(type: string, data: Data): string {
  const known = Object.hasOwn(PUBLISHED, type) ? PUBLISHED[type as PublishedType] : type;
  return Object.hasOwn(WORDS, known)
    ? WORDS[known as EventType](data)
    : sentence(type.replace(/\.v\d+$/, '').replaceAll('.', ' '));
}

/** Why an order was cancelled: `PAYMENT_DECLINED` is `Payment declined`. */
export function reasonWords(reason: string): string {
  return Object.hasOwn(REASONS, reason) ? REASONS[reason as FailureReason] : sentence(reason);
}

/** What a status of an order means: `PROCESSING` is `Paid, being prepared`. */
export function statusWords(status: string): string {
  return Object.hasOwn(STATUSES, status) ? STATUSES[status as Status] : sentence(status);
}

const WORDS: Readonly<Record<EventType, (data: Data) => string>> = {
  OrderCreated: (data) => {
    const pieces = countPieces(data.items);
    return `Ordered by ${text(data.customer_id)}: ${pieces} ${pieces === 1 ? 'piece' : 'pieces'}${amount(data, 'total_minor', 'for')}`;
  },
  ApprovalRequested: () => 'Above the approval limit; waits for a person',
  OrderApproved: (data) => because('Approved', data.reason),
  OrderDenied: (data) => because('Approval denied', data.reason),
  StockReserved: () => 'Stock reserved',
  StockRejected: ({ shortages }) => `Not enough in stock: ${listOf(shortages, shortage)}`,
  PaymentDelayed: () => 'The payment provider does not answer; it is asked again',
  PaymentAuthorized: (data) => because(`Paid${amount(data, 'amount_minor', '')}`, data.details),
  PaymentFailed: (data) => because('Payment failed', data.reason),
  ShippingScheduled: (data) =>
    because(`Shipped with ${text(data.carrier)} as ${text(data.tracking_number)}`, data.details),
  ShipmentMoved: ({ status, location }) =>
    `${sentence(text(status).replace(/^SHIPMENT_/, ''))}${location === null || location === undefined ? '' : `, now at ${text(location)}`}`,
  OrderDelivered: (data) => because('Delivered', data.details),
  CancellationRequested: (data) => because(`Is being cancelled: ${reasonOf(data)}`, data.details),
  PaymentRefunded: (data) => `Payment refunded${amount(data, 'amount_minor', ':')}`,
  StockReleased: ({ items }) => {
    const pieces = countPieces(items);
    return `${pieces} ${pieces === 1 ? 'piece' : 'pieces'} returned to stock`;
  },
  OrderCancelled: (data) => because(`Cancelled: ${reasonOf(data)}`, data.details),
  AlertRaised: (data) => `Needs somebody: ${text(data.details)}`,
};

const PUBLISHED: Readonly<Record<PublishedType, EventType>> = {
  'order.created.v1': 'OrderCreated',
  'order.approval-requested.v1': 'ApprovalRequested',
  'order.approved.v1': 'OrderApproved',
  'order.denied.v1': 'OrderDenied',
  'inventory.reserved.v1': 'StockReserved',
  'inventory.failed.v1': 'StockRejected',
  'payment.delayed.v1': 'PaymentDelayed',
  'payment.authorized.v1': 'PaymentAuthorized',
  'payment.failed.v1': 'PaymentFailed',
  'shipping.scheduled.v1': 'ShippingScheduled',
  'shipment.moved.v1': 'ShipmentMoved',
  'order.completed.v1': 'OrderDelivered',
  'order.cancellation-requested.v1': 'CancellationRequested',
  'payment.refunded.v1': 'PaymentRefunded',
  'inventory.released.v1': 'StockReleased',
  'order.cancelled.v1': 'OrderCancelled',
  'order.alert.v1': 'AlertRaised',
};

const REASONS: Readonly<Record<FailureReason, string>> = {
  OUT_OF_STOCK: 'Out of stock',
  PAYMENT_DECLINED: 'Payment declined',
  PAYMENT_UNAVAILABLE: 'Payment provider not reachable',
  SHIPMENT_UNAVAILABLE: 'No carrier reachable',
  APPROVAL_DENIED: 'Approval denied',
  APPROVAL_TIMED_OUT: 'Not approved in time',
  CANCELLED_ON_REQUEST: 'Cancelled on request',
};

const STATUSES: Readonly<Record<Status, string>> = {
  PENDING: 'Accepted, not paid yet',
  PROCESSING: 'Paid, being prepared',
  SHIPPED: 'On its way',
  DELIVERED: 'Delivered',
  CANCELLED: 'Cancelled',
};

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '–';
}

/** Adds what somebody said about it, where they said something. */
function because(words: string, said: unknown): string {
  return typeof said === 'string' && said !== '' ? `${words} (${said})` : words;
}

/** Within a sentence: `payment declined`, and only `on request`, since cancelled has been said already. */
function reasonOf({ failure_reason: reason }: Data): string {
  const words = reasonWords(text(reason)).replace(/^Cancelled /, '');
  return words.charAt(0).toLowerCase() + words.slice(1);
}

function amount(data: Data, field: string, before: string): string {
  const { [field]: minor, currency } = data;
  if (typeof minor !== 'number' || typeof currency !== 'string') return '';
  return `${/^\w/.test(before) ? ` ${before}` : before} ${formatMoney(minor, currency)}`;
}

function countPieces(items: unknown): number {
  const lines = Array.isArray(items) ? (items as readonly { quantity?: unknown }[]) : [];
  return lines.reduce((sum, { quantity }) => sum + (typeof quantity === 'number' ? quantity : 0), 0);
}

function listOf(list: unknown, tell: (entry: Data) => string): string {
  return Array.isArray(list) ? (list as readonly Data[]).map(tell).join('; ') : '–';
}

function shortage({ product_id, requested, available }: Data): string {
  return `${text(product_id)}, ${text(requested)} wanted, ${text(available)} there`;
}
