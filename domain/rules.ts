/**
 * The business rules of an order. Each is a pure function from facts to violations; {@link checkOrder} reports all of
 * them together.
 */
import { PAYMENT_METHODS, type PaymentMethod } from './payment-status.ts';
import { decimals, formatMoney, toMajor, toMinor } from './money.ts';

/** A broken rule: which field, what stood there, which rule, and a sentence for people. */
export interface Violation {
  readonly field: string;
  readonly value: unknown;
  readonly rule: RuleName;
  readonly message: string;
}

/** A line that somebody orders. `statedPrice` is what they take for its unit price, in major units. */
export interface LineRequest {
  readonly productId: string;
  readonly quantity: number;
  readonly statedPrice?: number | undefined;
}

/** An order as somebody asks for it. `statedTotal` is in major units; what is stated must be as in the catalogue. */
export interface OrderRequest {
  readonly orderId?: string | undefined;
  readonly customerId: string;
  readonly items: readonly LineRequest[];
  readonly paymentMethod?: string | undefined;
  readonly statedTotal?: number | undefined;
  readonly statedCurrency?: string | undefined;
}

/** What the catalogue says of a product. */
export interface CataloguePrice {
  readonly unitPriceMinor: number;
  readonly currency: string;
}

/** Prices by product id. A product that is absent does not exist. */
export type Catalogue = ReadonlyMap<string, CataloguePrice>;

/** The bounds that the rules use; totals and tolerance in major units. */
export const LIMITS = {
  quantity: { least: 1, most: 1000 },
  total: { least: 1, most: 100_000 },
  totalTolerance: 0.01,
  /** In minor units, so that a price may differ by 0.005 where there are two decimals. */
  priceTolerance: 0.5,
  lines: { least: 1, most: 100 },
  customerId: { most: 100 },
  productId: { most: 64 },
  orderId: { most: 64 },
} as const;

export type RuleName =
  | 'customer_id'
  | 'order_id'
  | 'items'
  | 'product_id'
  | 'quantity'
  | 'payment_method'
  | 'known_product'
  | 'known_status'
  | 'idempotency_key'
  | 'reason'
  | 'location'
  | 'shape'
  | 'time'
  | 'share'
  | 'page'
  | 'sort'
  | 'search'
  | 'failure_reason'
  | 'approval'
  | 'amount'
  | 'orders'
  | 'product'
  | 'stock'
  | 'dead_letter'
  | 'actor'
  | 'own_customer'
  | 'api_key'
  | 'webhook_url'
  | 'webhook_secret'
  | 'event_type'
  | 'event_filter'
  | 'event_cursor'
  | 'payload'
  | 'one_currency'
  | 'total_range'
  | 'total_matches'
  | 'price_matches'
  | 'currency_matches';

type Rule = (order: OrderRequest, catalogue: Catalogue) => Violation[];

// Any printable text: no control, format, private-use or unassigned character, no lone surrogate, no line separator.
const PRINTABLE = /^[^\p{C}\p{Zl}\p{Zp}]+$/u;
const IDENTIFIER = /^[A-Za-z0-9][A-Za-z0-9._:-]*$/;

/** The customer id is 1 to 100 printable characters without spaces around them. */
export const checkCustomerId: Rule = ({ customerId }) => {
  const { most } = LIMITS.customerId;
  if (customerId.trim() === '') return [broken('customer_id', customerId, 'customer_id', 'must not be blank')];
  if (customerId.length > most)
    return [broken('customer_id', shorten(customerId), 'customer_id', `must have at most ${most} characters`)];
  if (isPrintable(customerId)) return [];
  const rule = 'must be printable text without control characters and without spaces around it';
  return [broken('customer_id', shorten(customerId), 'customer_id', rule)];
};

/** An order id that a client chooses is 1 to 64 letters, digits and the signs `._:-`. */
export const checkOrderId: Rule = ({ orderId }) =>
  orderId === undefined || isIdentifier(orderId, LIMITS.orderId.most)
    ? []
    : [broken('order_id', shorten(orderId), 'order_id', identifierRule(LIMITS.orderId.most))];

/** An order has 1 to 100 lines. */
export const checkLines: Rule = ({ items }) => {
  const { least, most } = LIMITS.lines;
  if (items.length < least) return [broken('items', [], 'items', 'must have at least one line')];
  if (items.length > most)
    return [broken('items', `${items.length} lines`, 'items', `must have at most ${most} lines`)];
  return [];
};

/** Each product id is 1 to 64 letters, digits and the signs `._:-`. */
export const checkProductIds: Rule = ({ items }) =>
  items.flatMap(({ productId }, line) =>
    isIdentifier(productId, LIMITS.productId.most)
      ? []
      : [broken(`items[${line}].product_id`, shorten(productId), 'product_id', identifierRule(LIMITS.productId.most))],
  );

/** Each quantity, after lines of one product are merged, is a whole number from 1 to 1000. */
export const checkQuantities: Rule = ({ items }) => {
  const { least, most } = LIMITS.quantity;
  const rule = `must be a whole number from ${least} to ${most}`;
  const single = items.flatMap(({ quantity }, line) =>
    Number.isInteger(quantity) && quantity >= least && quantity <= most
      ? []
      : [broken(`items[${line}].quantity`, quantity, 'quantity', rule)],
  );
  if (single.length > 0) return single;
  return mergeLines(items).flatMap(({ productId, quantity }) => {
    if (quantity <= most) return [];
    const line = items.findIndex((item) => item.productId === productId);
    return [broken(`items[${line}].quantity`, quantity, 'quantity', `all lines of ${productId} together: ${rule}`)];
  });
};

/** The payment method, where stated, is one of the known ones. */
export const checkPaymentMethod: Rule = ({ paymentMethod }) =>
  paymentMethod === undefined || isPaymentMethod(paymentMethod)
    ? []
    : [
        broken(
          'payment_method',
          shorten(paymentMethod),
          'payment_method',
          `must be one of ${PAYMENT_METHODS.join(', ')}`,
        ),
      ];

/** Each product is in the catalogue. */
export const checkProductsKnown: Rule = ({ items }, catalogue) =>
  items.flatMap(({ productId }, line) =>
    catalogue.has(productId) || !isIdentifier(productId, LIMITS.productId.most)
      ? []
      : [broken(`items[${line}].product_id`, productId, 'known_product', 'is not in the catalogue')],
  );

/** All products of an order are priced in one currency. */
export const checkOneCurrency: Rule = ({ items }, catalogue) => {
  const currencies = new Set(items.flatMap(({ productId }) => catalogue.get(productId)?.currency ?? []));
  return currencies.size > 1
    ? [broken('items', [...currencies], 'one_currency', 'all products of an order must be priced in one currency')]
    : [];
};

/** The total is 1.00 to 100,000.00. */
export const checkTotalRange: Rule = (order, catalogue) => {
  const total = priceOrder(order.items, catalogue);
  if (total === undefined) return [];
  const least = toMinor(LIMITS.total.least, total.currency);
  const most = toMinor(LIMITS.total.most, total.currency);
  if (total.minor >= least && total.minor <= most) return [];
  const message = `must be from ${formatMoney(least, total.currency)} to ${formatMoney(most, total.currency)}`;
  return [broken('total_amount', toMajor(total.minor, total.currency), 'total_range', message)];
};

/** A total that the client states equals the sum of quantity × unit price within 0.01. */
export const checkTotalMatches: Rule = ({ items, statedTotal }, catalogue) => {
  if (statedTotal === undefined) return [];
  if (!Number.isFinite(statedTotal))
    return [broken('total_amount', String(statedTotal), 'total_matches', 'must be a number')];
  const total = priceOrder(items, catalogue);
  if (total === undefined || isTotalMatched(statedTotal, total.minor, total.currency)) return [];
  const message = `must be the sum of quantity × unit price: ${formatMoney(total.minor, total.currency)}`;
  return [broken('total_amount', statedTotal, 'total_matches', message)];
};

/** A unit price that the client states is the one of the catalogue, and the same in all lines of a product. */
export const checkPricesMatch: Rule = ({ items }, catalogue) =>
  items.flatMap(({ productId, statedPrice }, line) => {
    if (statedPrice === undefined) return [];
    const field = `items[${line}].unit_price`;
    if (!Number.isFinite(statedPrice)) return [broken(field, String(statedPrice), 'price_matches', 'must be a number')];
    const price = catalogue.get(productId);
    if (price && !isPriceMatched(statedPrice, price))
      return [broken(field, statedPrice, 'price_matches', `must be the price of the catalogue: ${tellPrice(price)}`)];
    const first = items.find((item) => item.productId === productId)?.statedPrice;
    if (first === statedPrice) return [];
    return [broken(field, statedPrice, 'price_matches', `must be the same in all lines of ${productId}`)];
  });

/** A currency that the client states is the one of the products. */
export const checkCurrencyMatches: Rule = ({ items, statedCurrency }, catalogue) => {
  if (statedCurrency === undefined) return [];
  const other = items.map(({ productId }) => catalogue.get(productId)).find((price) => price !== undefined);
  if (!other || other.currency === statedCurrency) return [];
  const message = `must be the currency of the products: ${other.currency}`;
  return [broken('currency', shorten(statedCurrency), 'currency_matches', message)];
};

const RULES: readonly Rule[] = [
  checkCustomerId,
  checkOrderId,
  checkLines,
  checkProductIds,
  checkQuantities,
  checkPaymentMethod,
  checkProductsKnown,
  checkOneCurrency,
  checkTotalRange,
  checkTotalMatches,
  checkPricesMatch,
  checkCurrencyMatches,
];

/** Rules that need no catalogue, so that most bad requests are refused before the database is asked. */
const RULES_WITHOUT_CATALOGUE: readonly Rule[] = [
  checkCustomerId,
  checkOrderId,
  checkLines,
  checkProductIds,
  checkQuantities,
  checkPaymentMethod,
  // Without prices it refuses only what is no number: JSON would take NaN to the database as null, as not stated.
  checkTotalMatches,
  // Likewise; and two prices for one product, of which the statement would see one.
  checkPricesMatch,
];

/** All violations of all rules, in the order of the rules. */
export function checkOrder(order: OrderRequest, catalogue: Catalogue): Violation[] {
  return RULES.flatMap((rule) => rule(order, catalogue));
}

/** Whether an order can only be refused, whatever the catalogue says. */
export function isRefusedAtSight(order: OrderRequest): boolean {
  return RULES_WITHOUT_CATALOGUE.some((rule) => rule(order, new Map()).length > 0);
}

/** Lines of the same product become one line with the sum of their quantities, in the order of first mention. */
export function mergeLines(items: readonly LineRequest[]): LineRequest[] {
  const merged = new Map<string, LineRequest>();
  for (const { productId, quantity, statedPrice } of items) {
    const before = merged.get(productId)?.quantity ?? 0;
    const stated = statedPrice === undefined ? {} : { statedPrice };
    merged.set(productId, { productId, quantity: before + quantity, ...stated });
  }
  return [...merged.values()];
}

/** Whether a word is a known payment method. */
export function isPaymentMethod(word: string): word is PaymentMethod {
  return (PAYMENT_METHODS as readonly string[]).includes(word);
}

/** Whether a stated price (major units) is that of the catalogue, within half a minor unit. */
function isPriceMatched(statedPrice: number, { unitPriceMinor, currency }: CataloguePrice): boolean {
  // As for the total, a little more absorbs the binary error of decimals.
  return Math.abs(statedPrice * 10 ** decimals(currency) - unitPriceMinor) <= LIMITS.priceTolerance + 0.0005;
}

function tellPrice({ unitPriceMinor, currency }: CataloguePrice): string {
  return formatMoney(unitPriceMinor, currency);
}

/** Whether a stated total (major units) is within the tolerance of the sum of the lines (minor units). */
export function isTotalMatched(statedTotal: number, minor: number, currency: string): boolean {
  const unit = 10 ** decimals(currency);
  // Half a thousandth of a unit absorbs the binary error of decimals such as 39.98.
  return Math.abs(statedTotal * unit - minor) <= LIMITS.totalTolerance * unit + 0.0005;
}

function priceOrder(
  items: readonly LineRequest[],
  catalogue: Catalogue,
): { minor: number; currency: string } | undefined {
  let minor = 0;
  let currency: string | undefined;
  for (const { productId, quantity } of items) {
    const price = catalogue.get(productId);
    if (!price || !Number.isInteger(quantity) || quantity < 1) return undefined;
    if (currency !== undefined && currency !== price.currency) return undefined;
    currency = price.currency;
    minor += quantity * price.unitPriceMinor;
  }
  return currency === undefined ? undefined : { minor, currency };
}

/** Whether a text has only printable characters and no spaces around it. */
export function isPrintable(text: string): boolean {
  return PRINTABLE.test(text) && text === text.trim();
}

/** A value that is safe to send back: at most 64 characters, without control characters and lone surrogates. */
export function shorten(text: string): string {
  const safe = text.replace(/[\p{Cc}\p{Cs}]/gu, '\uFFFD');
  return safe.length <= 64 ? safe : `${Array.from(safe).slice(0, 60).join('')}…`;
}

/** Whether a text is an id: 1 to `most` letters, digits and the signs `._:-`, beginning with a letter or digit. */
export function isIdentifier(text: string, most: number): boolean {
  return text.length <= most && IDENTIFIER.test(text);
}

function identifierRule(most: number): string {
  return `must be 1 to ${most} letters, digits and the signs . _ : - and start with a letter or digit`;
}

function broken(field: string, value: unknown, rule: RuleName, message: string): Violation {
  return { field, value, rule, message: `${field} ${message}` };
}
