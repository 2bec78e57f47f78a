/** The fields of an order in plain words. */
import { sentence } from '../../elements/words.ts';

/** What changes with every event, or says the same as another field in other units. */
const NOISE =
  /(^|[._])(version|updated_at|created_at|currency|unit_price|payment_id|shipment_id|\w+_minor)$|^tracking_url$/;

/** Whether a change of the field tells a person something. */
export function isTelling(field: string): boolean {
  return !NOISE.test(field);
}

/** `payment_info.status` becomes `Payment status`, `order.items[0].quantity` `Items 1 quantity`. */
export function fieldWords(field: string): string {
  return sentence(
    field
      .replace(/^order\./, '')
      .replace('payment_info.payment_method', 'payment method')
      .replace('_info', '')
      .replaceAll(/\[(\d+)\]/g, (_, place: string) => ` ${Number(place) + 1}`)
      .replaceAll('.', ' '),
  );
}

/** A value of a field: words for what comes from a closed list. */
export function valueWords(value: unknown): string {
  if (value === undefined || value === null || value === '') return '–';
  if (typeof value === 'string')
    return /^[A-Z_]+$/.test(value) ? sentence(value.replace(/^(PAYMENT|SHIPMENT)_/, '')) : value;
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
