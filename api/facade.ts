/** The words of OrderStream: its requests in ours, our orders and refusals in its own. */
import { Failure, invalidRequest } from '../domain/failures.ts';
import { toMajor } from '../domain/money.ts';
import type { Order } from '../domain/order.ts';
import type { OrderRequest } from '../domain/rules.ts';
import { presentTime } from './present.ts';

/** An order as a client of OrderStream asks for it; prices and amount are decimals in major units. */
export interface FacadeRequest {
  readonly userId: string;
  readonly items: readonly { readonly sku: string; readonly qty: number; readonly price: number }[];
  readonly amount?: number | undefined;
  readonly currency: string;
}

/** An order as clients of OrderStream read it. */
export interface FacadeOrder {
  readonly orderId: string;
  readonly userId: string;
  readonly status: string;
  readonly amount: number;
  readonly currency: string;
  readonly items: readonly { readonly sku: string; readonly qty: number; readonly price: number }[];
  readonly failureReason: string | undefined;
  readonly paymentId: string | undefined;
  readonly shipmentId: string | undefined;
  readonly trackingNumber: string | undefined;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Our names of fields, each with the one of OrderStream. */
const FIELDS: readonly (readonly [RegExp, string])[] = [
  [/^customer_id\b/, 'userId'],
  [/^total_amount\b/, 'amount'],
  [/^(items\[\d+\])\.product_id\b/, '$1.sku'],
  [/^(items\[\d+\])\.quantity\b/, '$1.qty'],
  [/^(items\[\d+\])\.unit_price\b/, '$1.price'],
];

/** The order that is asked for; the rules of orders are checked later, together. */
export function readFacadeOrder({ userId, items, amount, currency }: FacadeRequest): OrderRequest {
  return {
    customerId: userId,
    items: items.map(({ sku, qty, price }) => ({ productId: sku, quantity: qty, statedPrice: price })),
    statedTotal: amount,
    statedCurrency: currency.toUpperCase(),
  };
}

/** An order in the words of OrderStream; what has no value is left out. */
export function presentFacadeOrder(order: Order): FacadeOrder {
  const { currency } = order;
  return {
    orderId: order.id,
    userId: order.customerId,
    status: order.status,
    amount: toMajor(order.totalMinor, currency),
    currency,
    items: order.lines.map(({ productId, quantity, unitPriceMinor }) => ({
      sku: productId,
      qty: quantity,
      price: toMajor(unitPriceMinor, currency),
    })),
    failureReason: order.failureReason ?? undefined,
    paymentId: order.payment?.id,
    shipmentId: order.shipment?.id,
    trackingNumber: order.shipment?.trackingNumber,
    createdAt: presentTime(order.createdAt),
    updatedAt: presentTime(order.updatedAt),
  };
}

/** A refusal that names the fields as OrderStream does; anything else as it is. */
export function inFacadeWords(error: unknown): unknown {
  if (!(error instanceof Failure) || error.violations.length === 0) return error;
  return invalidRequest(
    error.violations.map((violation) => ({
      ...violation,
      field: rename(violation.field),
      message: rename(violation.message),
    })),
  );
}

/** A text that begins with one of our fields, beginning with the field of OrderStream instead. */
function rename(text: string): string {
  const [pattern, name] = FIELDS.find(([field]) => field.test(text)) ?? [];
  return pattern && name ? text.replace(pattern, name) : text;
}
