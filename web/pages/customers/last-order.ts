import type { CustomersSearch } from './search.ts';

type LastOrder = NonNullable<CustomersSearch['last_order']>;

/** The words of each choice. */
export const LAST_ORDER_WORDS: Readonly<Record<LastOrder, string>> = {
  '24h': 'In the last 24 hours',
  '7d': 'In the last 7 days',
  '30d': 'In the last 30 days',
  'before-30d': 'More than 30 days ago',
  'before-90d': 'More than 90 days ago',
};

const DAY_MS = 86_400_000;
/** Bounds are whole hours, because the token of a page belongs to a list with just these bounds. */
const HOUR_MS = 3_600_000;

/** The bounds of a choice at a moment (milliseconds since 1970), as the API takes them. */
export function boundsOf(
  choice: LastOrder | undefined,
  now: number,
): { last_order_from?: string; last_order_to?: string } {
  const ago = (days: number) => new Date(Math.floor(now / HOUR_MS) * HOUR_MS - days * DAY_MS).toISOString();
  switch (choice) {
    case undefined:
      return {};
    case '24h':
      return { last_order_from: ago(1) };
    case '7d':
      return { last_order_from: ago(7) };
    case '30d':
      return { last_order_from: ago(30) };
    case 'before-30d':
      return { last_order_to: ago(30) };
    case 'before-90d':
      return { last_order_to: ago(90) };
  }
}
