/** What each customer of a run wants and how they behave: a pure function of the seed. */
import { oneOf, type Random, seededRandom, wholeNumber } from '../../cli/generate/random.ts';

/** A line of an order. */
export interface Line {
  readonly product_id: string;
  readonly quantity: number;
}

/** What a customer does once the order is accepted. */
export type Wish = 'cancel' | 'confirm' | 'deliver' | 'approve' | 'deny';

/** One customer, who places one order. Spans in milliseconds. */
export interface Intent {
  /** Nobody else has this id, so that an order tells whose it is. */
  readonly customerId: string;
  readonly atMs: number;
  readonly protocol: 'rest' | 'grpc';
  /** How a repeat is recognised as such: by an idempotency key, or by an order id that the customer chose. */
  readonly identity: 'key' | 'id';
  readonly lines: readonly Line[];
  /** Sends the same order twice at the same time, as a double click does. */
  readonly isDoubled: boolean;
  /** Does not try again when there is no answer, and never learns what became of the order. */
  readonly isImpatient: boolean;
  readonly wish: { readonly what: Wish; readonly afterMs: number } | undefined;
}

/** Products with plenty of stock, and two that sell out. */
const PLENTY = ['prod-001', 'prod-002', 'SKU-1', 'SKU-2'] as const;
const SCARCE = ['prod-004', 'prod-003'] as const;

/** Makes all customers of a run, evenly over its time. */
export function planIntents(of: { seed: number; orders: number; durationMs: number }): Intent[] {
  const random = seededRandom(of.seed);
  const slot = of.durationMs / of.orders;
  return Array.from({ length: of.orders }, (_, place) => {
    const isLarge = random() < 0.05;
    return {
      customerId: `customer-${String(place + 1).padStart(5, '0')}`,
      atMs: Math.round(slot * (place + random())),
      protocol: oneOf(random, ['rest', 'grpc'] as const),
      identity: oneOf(random, ['key', 'id'] as const),
      lines: isLarge ? [largeLine(random)] : usualLines(random),
      isDoubled: random() < 0.06,
      isImpatient: random() < 0.04,
      wish: chooseWish(random, isLarge),
    };
  });
}

/** Above the limit from which on a person must approve. */
function largeLine(random: Random): Line {
  return { product_id: 'prod-002', quantity: wholeNumber(random, 210, 400) };
}

function usualLines(random: Random): Line[] {
  const [first, second] = [oneOf(random, PLENTY), oneOf(random, PLENTY)];
  const lines = [{ product_id: first, quantity: wholeNumber(random, 1, 4) }];
  if (second !== first && random() < 0.5) lines.push({ product_id: second, quantity: wholeNumber(random, 1, 9) });
  if (random() < 0.1) return [...lines, { product_id: oneOf(random, SCARCE), quantity: wholeNumber(random, 1, 3) }];
  return lines;
}

function chooseWish(random: Random, isLarge: boolean): Intent['wish'] {
  const draw = random();
  const afterMs = wholeNumber(random, 0, 9_000);
  if (isLarge) {
    if (draw < 0.5) return { what: 'approve', afterMs };
    return draw < 0.75 ? { what: 'deny', afterMs } : undefined;
  }
  if (draw < 0.15) return { what: 'cancel', afterMs };
  if (draw < 0.2) return { what: 'confirm', afterMs };
  return draw < 0.25 ? { what: 'deliver', afterMs } : undefined;
}
