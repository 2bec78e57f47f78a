/** What stands in the fields of the form, and what of it is sent. */
import type { paths } from '../../api/openapi.d.ts';
import { NEW_ORDER } from '../../api/new-order.ts';

type NewOrder = paths['/api/orders']['post']['requestBody']['content']['application/json'];

/** A line as it stands in its fields. */
export interface LineValues {
  /** Empty while none is chosen. */
  readonly product_id: string;
  readonly quantity: string;
}

/** The form as it stands in its fields. */
export interface OrderValues {
  readonly customer_id: string;
  readonly items: readonly LineValues[];
  readonly payment_method: NonNullable<NewOrder['payment_method']>;
  /** Empty where the server is to choose. */
  readonly order_id: string;
}

/** A line before anything is chosen. */
export const EMPTY_LINE: LineValues = { product_id: '', quantity: '1' };

/** A form before anything is typed. */
export function emptyValues(): OrderValues {
  const [method] = NEW_ORDER.properties.payment_method.enum;
  return { customer_id: '', items: [EMPTY_LINE], payment_method: method, order_id: '' };
}

/** The request that the fields mean; what is wrong in it is the server's to say. */
export function requestOf({ customer_id, items, payment_method, order_id }: OrderValues): NewOrder {
  return {
    customer_id: customer_id.trim(),
    items: items.map((line) => ({ product_id: line.product_id, quantity: Number(line.quantity) })),
    payment_method,
    ...(order_id.trim() !== '' && { order_id: order_id.trim() }),
  };
}

/** The server's words by the names that fields have here: `items[0].quantity` is `items.0.quantity`. */
export function byField(errors: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(errors).map(([field, message]) => [field.replaceAll(/\[(\d+)\]/g, '.$1'), message]),
  );
}
