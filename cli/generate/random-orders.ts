/** Orders as a shop sees them: a pure function of the seed and the catalogue. */
import { decimals, toMajor, toMinor } from '../../domain/money.ts';
import { PAYMENT_METHODS, type PaymentMethod } from '../../domain/payment-status.ts';
import { LIMITS } from '../../domain/rules.ts';
import { oneOf, type Random, seededRandom, wholeNumber } from './random.ts';

/** What the generator must know of a product. */
export interface CatalogueProduct {
  readonly id: string;
  readonly unit_price_minor: number;
  readonly currency: string;
  readonly available: number;
}

/** The body of `POST /api/orders`. */
export interface NewOrder {
  readonly customer_id: string;
  readonly items: readonly { readonly product_id: string; readonly quantity: number }[];
  readonly payment_method: PaymentMethod;
  readonly total_amount: number;
}

/** An order: as most are, so large that by the standard settings a person must approve it, or breaking a rule. */
export interface GeneratedOrder {
  readonly kind: 'usual' | 'large' | 'invalid';
  readonly body: NewOrder;
}

/** What the orders depend on: the same options give the same orders. */
export interface GeneratorOptions {
  readonly seed: number;
  readonly products: readonly CatalogueProduct[];
  /** How many customers there are; a few of them order most. */
  readonly customers: number;
  /** Which share of the orders breaks a rule, 0 to 1. */
  readonly invalidShare: number;
}

interface Line {
  readonly product: CatalogueProduct;
  readonly quantity: number;
}

/** In major units: above it a person must approve, unless the settings say otherwise. */
const STANDARD_APPROVAL_LIMIT = 10_000;
const LARGE_SHARE = 0.01;
/** Totals in major units, on both sides of that limit and away from the limits of orders. */
const LARGE_TOTAL = { least: 12_000, most: 40_000 };
const USUAL_TOTAL = { most: 9000 };
const MOST_LINES = 5;

/** Whether some quantity of a product makes an order that keeps the limits of orders. */
export function isOrderable(product: CatalogueProduct): boolean {
  const quantity = leastQuantity(product);
  const total = quantity * product.unit_price_minor;
  return quantity <= LIMITS.quantity.most && total <= toMinor(LIMITS.total.most, product.currency);
}

/**
 * Makes the source of orders; each call answers the next one. What it has ordered counts as gone from the stock, and what is
 * gone is ordered only where nothing else is left. At least one of the products must be orderable.
 */
export function createOrderSource({
  seed,
  customers,
  invalidShare,
  ...options
}: GeneratorOptions): () => GeneratedOrder {
  const products = options.products.filter(isOrderable);
  const random = seededRandom(seed);
  const left = new Map(products.map(({ id, available }) => [id, available]));
  const leftOf = ({ id }: CatalogueProduct) => left.get(id) ?? 0;

  const chooseLines = (): Line[] => {
    const shelf = products.filter((product) => leftOf(product) > 0);
    const first = oneOf(random, shelf.length > 0 ? shelf : products);
    const large = random() < LARGE_SHARE ? largeLine(random, first, leftOf(first)) : undefined;
    if (large) return [large];
    const others = shelf.filter((product) => product !== first && product.currency === first.currency);
    return usualLines(random, first, others, leftOf);
  };

  return () => {
    const lines = chooseLines();
    for (const { product, quantity } of lines) left.set(product.id, leftOf(product) - quantity);
    const body = {
      customer_id: chooseCustomer(random, customers),
      items: lines.map(({ product, quantity }) => ({ product_id: product.id, quantity })),
      payment_method: choosePaymentMethod(random),
      total_amount: totalOf(lines),
    };
    if (random() < invalidShare) return { kind: 'invalid', body: spoil(random, body) };
    return { kind: body.total_amount > STANDARD_APPROVAL_LIMIT ? 'large' : 'usual', body };
  };
}

/** `customer-0042`: the third power makes the first tenth of the customers order almost half of all. */
function chooseCustomer(random: Random, customers: number): string {
  const place = 1 + Math.floor(random() ** 3 * customers);
  return `customer-${String(place).padStart(4, '0')}`;
}

function choosePaymentMethod(random: Random): PaymentMethod {
  return random() < 0.6 ? 'CREDIT_CARD' : oneOf(random, PAYMENT_METHODS);
}

function usualLines(
  random: Random,
  first: CatalogueProduct,
  others: readonly CatalogueProduct[],
  leftOf: (product: CatalogueProduct) => number,
): Line[] {
  const most = toMinor(USUAL_TOTAL.most, first.currency);
  const lines: Line[] = [];
  const rest = [...others];
  let total = 0;
  for (
    let product: CatalogueProduct | undefined = first, wanted = chooseLineCount(random);
    product && wanted > 0;
    wanted -= 1
  ) {
    const affordable = Math.floor((most - total) / product.unit_price_minor);
    // The first line is there in any case, with what the least total asks for.
    const least = lines.length === 0 ? leastQuantity(product) : 1;
    const quantity = Math.max(least, Math.min(chooseQuantity(random), affordable, Math.max(1, leftOf(product))));
    if (quantity <= affordable || lines.length === 0) {
      lines.push({ product, quantity });
      total += quantity * product.unit_price_minor;
    }
    product = rest.length > 0 ? rest.splice(Math.floor(random() * rest.length), 1)[0] : undefined;
  }
  return lines;
}

/** Half of all orders have one line, few have five. */
function chooseLineCount(random: Random): number {
  let lines = 1;
  while (lines < MOST_LINES && random() < 0.5) lines += 1;
  return lines;
}

function chooseQuantity(random: Random): number {
  const draw = random();
  if (draw < 0.6) return 1;
  if (draw < 0.85) return 2;
  return draw < 0.97 ? wholeNumber(random, 3, 5) : wholeNumber(random, 6, 12);
}

/** So many that the order reaches the least total. */
function leastQuantity({ unit_price_minor, currency }: CatalogueProduct): number {
  return Math.ceil(toMinor(LIMITS.total.least, currency) / unit_price_minor);
}

/** A line that is a large order by itself; undefined where price or stock do not allow it. */
function largeLine(random: Random, product: CatalogueProduct, left: number): Line | undefined {
  const wanted = toMinor(wholeNumber(random, LARGE_TOTAL.least, LARGE_TOTAL.most), product.currency);
  const quantity = Math.ceil(wanted / product.unit_price_minor);
  const total = quantity * product.unit_price_minor;
  const isPossible =
    quantity <= Math.min(LIMITS.quantity.most, left) && total <= toMinor(LIMITS.total.most, product.currency);
  return isPossible ? { product, quantity } : undefined;
}

function totalOf(lines: readonly Line[]): number {
  const minor = lines.reduce((sum, { product, quantity }) => sum + product.unit_price_minor * quantity, 0);
  const currency = lines[0]?.product.currency ?? 'USD';
  return Number(toMajor(minor, currency).toFixed(decimals(currency)));
}

/** Breaks one of the rules. */
function spoil(random: Random, body: NewOrder): NewOrder {
  const [first, ...others] = body.items;
  const { least, most } = LIMITS.quantity;
  const withFirst = (change: { product_id?: string; quantity?: number }) => ({
    ...body,
    items: [{ product_id: '', quantity: least, ...first, ...change }, ...others],
  });
  return oneOf(random, [
    () => ({ ...body, customer_id: ' ' }),
    () => ({ ...body, items: [] }),
    () => ({ ...body, total_amount: body.total_amount + 10 }),
    () => withFirst({ quantity: 0 }),
    () => withFirst({ quantity: most + 1 }),
    () => withFirst({ product_id: 'no-such-product' }),
  ])();
}
