/** The words of the API's closed lists for people. */
import type { Schema } from '../api/client.ts';

export type Order = Schema<'Order'>;

/** `PAYMENT_DECLINED` becomes `Payment declined`. */
export function sentence(code: string): string {
  const words = code.replaceAll(/[_-]/g, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
