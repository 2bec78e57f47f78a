/** How deliveries stand, in plain words. */
import { formatSpan } from '../../elements/moment.tsx';
import type { Delivery } from './search.ts';

export const DELIVERY_WORDS: Readonly<Record<Delivery['status'], string>> = {
  PENDING: 'Under way',
  DELIVERED: 'Arrived',
  FAILED: 'Given up',
};

export const DELIVERY_COLOURS: Readonly<Record<Delivery['status'], string>> = {
  PENDING: 'yellow',
  DELIVERED: 'teal',
  FAILED: 'red',
};

/** How long an answer took: `12 ms`, `1.5 s`. */
export function formatTook(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : formatSpan(milliseconds);
}
