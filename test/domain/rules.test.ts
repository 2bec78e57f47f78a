import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Catalogue,
  checkOrder,
  isIdentifier,
  isPrintable,
  isRefusedAtSight,
  mergeLines,
  type OrderRequest,
  shorten,
  type Violation,
} from '../../domain/rules.ts';

const CATALOGUE: Catalogue = new Map([
  ['cent', { unitPriceMinor: 1, currency: 'USD' }],
  ['mug', { unitPriceMinor: 1999, currency: 'USD' }],
  ['stove', { unitPriceMinor: 10_000_000, currency: 'USD' }],
  ['book', { unitPriceMinor: 1200, currency: 'EUR' }],
  ['sake', { unitPriceMinor: 1, currency: 'JPY' }],
  ['dates', { unitPriceMinor: 1, currency: 'KWD' }],
  ['pearl', { unitPriceMinor: 100_000_000, currency: 'KWD' }],
]);

/** The violations of an order that is right but for these parts, as "field rule". */
function violationsOf(parts: Partial<OrderRequest>): string[] {
  const order = { customerId: 'customer-001', items: [{ productId: 'mug', quantity: 2 }], ...parts };
  return checkOrder(order, CATALOGUE).map(({ field, rule }) => `${field} ${rule}`);
}

const lines = (...all: [productId: string, quantity: number][]) =>
  all.map(([productId, quantity]) => ({ productId, quantity }));

/** Text that a careless or hostile client may send. */
const anyText = fc.string({ unit: 'binary', maxLength: 200 });
const anyNumber = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, 1000, 1001, 1.5, NaN, Infinity, 2 ** 31));
const anyRequest: fc.Arbitrary<OrderRequest> = fc.record({
  customerId: fc.oneof(anyText, fc.constant('customer-001')),
  orderId: fc.option(fc.oneof(anyText, fc.constant('order-1')), { nil: undefined }),
  items: fc.array(
    fc.record({ productId: fc.oneof(anyText, fc.constantFrom(...CATALOGUE.keys())), quantity: anyNumber }),
    { maxLength: 5 },
  ),
  paymentMethod: fc.option(fc.oneof(anyText, fc.constant('CREDIT_CARD')), { nil: undefined }),
  statedTotal: fc.option(anyNumber, { nil: undefined }),
});

describe('an order that keeps every rule', () => {
  it('has no violations', () => {
    expect(violationsOf({})).toEqual([]);
    expect(violationsOf({ orderId: 'order-123', paymentMethod: 'BANK_TRANSFER', statedTotal: 39.98 })).toEqual([]);
  });
});

describe('an order that breaks several rules', () => {
  it('is told all of them together, in the order of the rules', () => {
    const order = {
      customerId: '',
      orderId: 'no spaces',
      items: lines(['mug', 0], ['nothing', 1], ['-', 1], ['book', 1]),
      paymentMethod: 'CASH',
      statedTotal: NaN,
    };
    expect(violationsOf(order)).toEqual([
      'customer_id customer_id',
      'order_id order_id',
      'items[2].product_id product_id',
      'items[0].quantity quantity',
      'payment_method payment_method',
      'items[1].product_id known_product',
      'items one_currency',
      'total_amount total_matches',
    ]);
  });

  it('is told the same whatever else is broken: one rule never hides another', () => {
    const broken: Partial<OrderRequest>[] = [
      { customerId: ' ' },
      { orderId: '' },
      { paymentMethod: '' },
      { statedTotal: 1 },
    ];
    fc.assert(
      fc.property(fc.subarray(broken), (parts) => {
        const together = violationsOf(Object.assign({}, ...parts) as Partial<OrderRequest>);
        expect(together).toEqual(parts.flatMap((part) => violationsOf(part)));
        expect(together).toHaveLength(parts.length);
      }),
    );
  });
});

describe('any request', () => {
  it('is answered with violations that can be sent back as JSON and name the field in the sentence', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        for (const { field, message, value } of checkOrder(request, CATALOGUE)) {
          expect(message.startsWith(`${field} `)).toBe(true);
          expect(message.isWellFormed()).toBe(true);
          if (typeof value === 'string') expect(value.isWellFormed()).toBe(true);
        }
      }),
    );
  });

  it('is refused at sight only where it has violations, whatever the catalogue says', () => {
    fc.assert(
      fc.property(anyRequest, fc.constantFrom(CATALOGUE, new Map() as Catalogue), (request, catalogue) => {
        if (isRefusedAtSight(request)) expect(checkOrder(request, catalogue)).not.toEqual([]);
      }),
    );
  });

  it('that is not refused at sight holds only what a database can hold', () => {
    const mostlyRight = fc.record({
      customerId: fc.oneof(fc.constant('customer-001'), anyText),
      items: fc.array(fc.record({ productId: fc.constant('mug'), quantity: fc.oneof(fc.constant(1), anyNumber) }), {
        minLength: 1,
        maxLength: 2,
      }),
      statedTotal: anyNumber,
    });
    fc.assert(
      fc.property(mostlyRight, (request) => {
        fc.pre(!isRefusedAtSight(request));
        expect(request.customerId).not.toContain('\0');
        expect(request.customerId.isWellFormed()).toBe(true);
        expect(Number.isFinite(request.statedTotal)).toBe(true);
        expect(request.items.every(({ quantity }) => Number.isSafeInteger(quantity))).toBe(true);
      }),
    );
  });
});

describe('the customer id', () => {
  it.each([
    ['empty', ''],
    ['blank', ' \t '],
    ['300 characters long', 'c'.repeat(300)],
    ['101 characters long', 'c'.repeat(101)],
    ['with a control character', 'customer\u0000'],
    ['with a line break', 'customer\n1'],
    ['with a line separator', 'customer\u20281'],
    ['with a lone surrogate', 'customer\uD800'],
    ['with an invisible character', 'custo\u200Bmer'],
    ['with spaces around it', ' customer '],
  ])('%s is refused', (_, customerId) => {
    expect(violationsOf({ customerId })).toEqual(['customer_id customer_id']);
  });

  it.each(['c', 'customer-001', 'Zoë Müller', '顧客 7', 'c'.repeat(100), '🙂'])('%j is accepted', (customerId) => {
    expect(violationsOf({ customerId })).toEqual([]);
  });
});

describe('the order id', () => {
  it.each(['', '-1', 'a b', 'a/b', 'o'.repeat(65), 'é', 'order\n'])('%j is refused', (orderId) => {
    expect(violationsOf({ orderId })).toEqual(['order_id order_id']);
  });

  it.each(['order-123', '7', 'a.b_c:d-e', 'o'.repeat(64)])('%j is accepted', (orderId) => {
    expect(violationsOf({ orderId })).toEqual([]);
  });
});

describe('the lines', () => {
  it('must be at least one', () => {
    expect(violationsOf({ items: [] })).toEqual(['items items']);
  });

  it('must be at most 100', () => {
    const items = (count: number) => Array.from({ length: count }, () => ({ productId: 'mug', quantity: 1 }));
    expect(violationsOf({ items: items(100) })).toEqual([]);
    expect(violationsOf({ items: items(101) })).toEqual(['items items']);
  });

  it('of one product become one line, in the order of first mention', () => {
    const line = fc.record({ productId: fc.constantFrom('mug', 'book', '__proto__'), quantity: fc.integer() });
    fc.assert(
      fc.property(fc.array(line), (items) => {
        const merged = mergeLines(items);
        expect(merged.map(({ productId }) => productId)).toEqual([...new Set(items.map(({ productId }) => productId))]);
        for (const { productId, quantity } of merged) {
          const all = items.filter((item) => item.productId === productId);
          expect(quantity).toBe(all.reduce((sum, item) => sum + item.quantity, 0));
        }
      }),
    );
  });
});

describe('the quantity', () => {
  it.each([0, -1, 1001, 1.5, NaN, Infinity, -Infinity, 2 ** 31, 2 ** 53, 1e308])('%d is refused', (quantity) => {
    expect(violationsOf({ items: lines(['cent', quantity]) })).toContain('items[0].quantity quantity');
  });

  it.each([1, 1000])('%d is accepted', (quantity) => {
    expect(violationsOf({ items: lines(['mug', quantity]) })).toEqual([]);
  });

  it('is from 1 to 1000 for all lines of a product together', () => {
    expect(violationsOf({ items: lines(['mug', 600], ['mug', 400]) })).toEqual([]);
    expect(violationsOf({ items: lines(['cent', 1], ['mug', 600], ['mug', 401]) })).toEqual([
      'items[1].quantity quantity',
    ]);
  });

  it('names each line that is wrong', () => {
    expect(violationsOf({ items: lines(['mug', 0], ['mug', 5], ['mug', 1001]) })).toEqual([
      'items[0].quantity quantity',
      'items[2].quantity quantity',
    ]);
  });
});

describe('the product', () => {
  it('must be in the catalogue', () => {
    expect(violationsOf({ items: lines(['mug', 1], ['unheard-of', 1]) })).toEqual([
      'items[1].product_id known_product',
    ]);
  });

  it.each(['__proto__', 'constructor', 'toString'])('%s is not in the catalogue', (productId) => {
    expect(violationsOf({ items: lines([productId, 1]) }).length).toBe(1);
  });

  it.each(['', ' ', 'p'.repeat(65), 'a\u0000'])('%j is no product id', (productId) => {
    expect(violationsOf({ items: lines([productId, 1]) })).toEqual(['items[0].product_id product_id']);
  });

  it('is priced in the currency of the others', () => {
    expect(violationsOf({ items: lines(['mug', 1], ['book', 1]) })).toEqual(['items one_currency']);
  });
});

describe('the payment method', () => {
  it.each(['CREDIT_CARD', 'BANK_TRANSFER', 'DIGITAL_WALLET'])('%s is accepted', (paymentMethod) => {
    expect(violationsOf({ paymentMethod })).toEqual([]);
  });

  it.each(['', 'CASH', 'credit_card', 'constructor'])('%j is refused', (paymentMethod) => {
    expect(violationsOf({ paymentMethod })).toEqual(['payment_method payment_method']);
  });
});

describe('the total', () => {
  it.each([
    ['0.99 USD', lines(['cent', 99]), false],
    ['1.00 USD', lines(['cent', 100]), true],
    ['100,000.00 USD', lines(['stove', 1]), true],
    ['100,000.01 USD', lines(['stove', 1], ['cent', 1]), false],
    ['1 JPY', lines(['sake', 1]), true],
    ['0.999 KWD', lines(['dates', 999]), false],
    ['1.000 KWD', lines(['dates', 1000]), true],
    ['100,000.000 KWD', lines(['pearl', 1]), true],
    ['100,000.001 KWD', lines(['pearl', 1], ['dates', 1]), false],
  ])('%s is in range: %#', (_, items, isInRange) => {
    expect(violationsOf({ items })).toEqual(isInRange ? [] : ['total_amount total_range']);
  });

  it('is told with the bounds in the currency of the order', () => {
    const order = { customerId: 'c', items: lines(['cent', 99]) };
    expect(checkOrder(order, CATALOGUE)).toEqual<Violation[]>([
      {
        field: 'total_amount',
        value: 0.99,
        rule: 'total_range',
        message: 'total_amount must be from 1.00 USD to 100000.00 USD',
      },
    ]);
  });

  it.each([39.98, 39.97, 39.99])('may be stated within 0.01 of the sum: %d', (statedTotal) => {
    expect(violationsOf({ statedTotal })).toEqual([]);
  });

  it.each([39.96, 40, 0, -39.98, 3998, NaN, Infinity, -Infinity, 1e308])(
    'may not be stated otherwise: %d',
    (statedTotal) => {
      expect(violationsOf({ statedTotal })).toEqual(['total_amount total_matches']);
    },
  );

  it('may be stated as every sum of lines, to the cent', () => {
    const quantity = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(quantity, quantity, fc.integer({ min: -3, max: 3 }), (mugs, cents, off) => {
        const statedTotal = (mugs * 1999 + cents + off) / 100;
        const expected = Math.abs(off) <= 1 ? [] : ['total_amount total_matches'];
        expect(violationsOf({ items: lines(['mug', mugs], ['cent', cents]), statedTotal })).toEqual(expected);
      }),
    );
  });
});

describe('a unit price that is stated', () => {
  const priced = (...prices: number[]) => prices.map((statedPrice) => ({ productId: 'mug', quantity: 1, statedPrice }));

  it.each([19.99, 19.985, 19.995])('may differ from the catalogue by 0.005: %d', (price) => {
    expect(violationsOf({ items: priced(price) })).toEqual([]);
  });

  it.each([19.98, 20, 0, -19.99, 1999, NaN, Infinity])('may not be another: %d', (price) => {
    expect(violationsOf({ items: priced(price) })).toEqual(['items[0].unit_price price_matches']);
  });

  it('is one for all lines of a product, which can be told without the catalogue', () => {
    const items = priced(19.99, 19.991);
    expect(violationsOf({ items })).toEqual(['items[1].unit_price price_matches']);
    expect(isRefusedAtSight({ customerId: 'c', items })).toBe(true);
    expect(mergeLines(priced(19.99, 19.99))).toEqual([{ productId: 'mug', quantity: 2, statedPrice: 19.99 }]);
  });
});

describe('a currency that is stated', () => {
  it('is that of the products', () => {
    expect(violationsOf({ statedCurrency: 'USD' })).toEqual([]);
    expect(violationsOf({ statedCurrency: 'EUR' })).toEqual(['currency currency_matches']);
  });
});

describe('a text that is sent back', () => {
  it('is short, well-formed and without control characters', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const safe = shorten(text);
        expect(Array.from(safe).length).toBeLessThanOrEqual(64);
        expect(safe.isWellFormed()).toBe(true);
        expect(safe).not.toMatch(/\p{Cc}/u);
        if (isPrintable(text) && text.length <= 64) expect(safe).toBe(text);
      }),
    );
  });
});

describe('an identifier', () => {
  it('is printable and never longer than its limit', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 64 }), (text, most) => {
        if (!isIdentifier(text, most)) return;
        expect(isPrintable(text)).toBe(true);
        expect(text.length).toBeLessThanOrEqual(most);
      }),
    );
  });
});
