import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CatalogueProduct,
  createOrderSource,
  type GeneratedOrder,
  isOrderable,
} from '../../cli/generate/random-orders.ts';
import { type Catalogue, checkOrder } from '../../domain/rules.ts';

const catalogue = fc.uniqueArray(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 12 }).chain((numbers) =>
  fc.tuple(
    ...numbers.map((number) =>
      fc.record({
        id: fc.constant(`prod-${number}`),
        unit_price_minor: fc.integer({ min: 1, max: 1_000_000 }),
        currency: fc.constantFrom('USD', 'EUR', 'JPY', 'KWD'),
        available: fc.integer({ min: 0, max: 100_000 }),
      }),
    ),
  ),
);
const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 });

function generate(
  products: readonly CatalogueProduct[],
  options: { seed?: number; customers?: number; invalidShare?: number; count?: number } = {},
): GeneratedOrder[] {
  const { seed = 1, customers = 1000, invalidShare = 0, count = 200 } = options;
  const next = createOrderSource({ seed, products, customers, invalidShare });
  return Array.from({ length: count }, next);
}

/** What the rules of orders say of a generated one. */
function violationsOf({ body }: GeneratedOrder, products: readonly CatalogueProduct[]) {
  const prices: Catalogue = new Map(
    products.map(({ id, unit_price_minor, currency }) => [id, { unitPriceMinor: unit_price_minor, currency }]),
  );
  const items = body.items.map(({ product_id, quantity }) => ({ productId: product_id, quantity }));
  const { customer_id: customerId, payment_method: paymentMethod, total_amount: statedTotal } = body;
  return checkOrder({ customerId, items, paymentMethod, statedTotal }, prices);
}

const demo: CatalogueProduct[] = [
  { id: 'prod-001', unit_price_minor: 1999, currency: 'USD', available: 1_000_000 },
  { id: 'prod-002', unit_price_minor: 4950, currency: 'USD', available: 1_000_000 },
  { id: 'prod-003', unit_price_minor: 90_000, currency: 'USD', available: 1_000_000 },
  { id: 'prod-004', unit_price_minor: 1200, currency: 'EUR', available: 1_000_000 },
];

describe('generated orders', () => {
  it('keep every rule, whatever the catalogue', () => {
    fc.assert(
      fc.property(catalogue, seed, (products, number) => {
        fc.pre(products.some(isOrderable));
        for (const order of generate(products, { seed: number, count: 30 }))
          expect(violationsOf(order, products)).toEqual([]);
      }),
    );
  });

  it('break a rule where they say that they are invalid, and only then', () => {
    fc.assert(
      fc.property(seed, (number) => {
        for (const order of generate(demo, { seed: number, invalidShare: 0.5, count: 30 }))
          expect(violationsOf(order, demo).length > 0).toBe(order.kind === 'invalid');
      }),
    );
  });

  it('are the same for the same seed, and others for another', () => {
    fc.assert(
      fc.property(catalogue, seed, (products, number) => {
        fc.pre(products.some(isOrderable));
        expect(generate(products, { seed: number, count: 20 })).toEqual(
          generate(products, { seed: number, count: 20 }),
        );
      }),
    );
    expect(generate(demo, { seed: 1 })).not.toEqual(generate(demo, { seed: 2 }));
  });

  it('order no more than is in stock while something else is', () => {
    const [scarce, plenty] = [{ ...demo[0]!, available: 5 }, demo[1]!];
    const ordered = generate([scarce, plenty], { count: 500 })
      .flatMap(({ body }) => body.items)
      .filter(({ product_id }) => product_id === scarce.id);
    expect(ordered.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(5);
  });

  it('look like those of a shop: few large ones, small quantities, several lines, some customers that order much', () => {
    const orders = generate(demo, { count: 5000 });
    const bodies = orders.map(({ body }) => body);
    const large = orders.filter(({ kind }) => kind === 'large').length;
    expect(large).toBeGreaterThan(10);
    expect(large).toBeLessThan(150);
    for (const { kind, body } of orders) expect(body.total_amount > 10_000).toBe(kind === 'large');
    expect([...new Set(bodies.map(({ items }) => items.length))].sort()).toEqual([1, 2, 3]);
    const single = bodies.flatMap(({ items }) => items).filter(({ quantity }) => quantity === 1).length;
    expect(single / bodies.flatMap(({ items }) => items).length).toBeGreaterThan(0.4);
    expect(new Set(bodies.map(({ payment_method }) => payment_method)).size).toBe(3);
    const ofFirstTenth = bodies.filter(({ customer_id }) => customer_id <= 'customer-0100').length;
    expect(ofFirstTenth / bodies.length).toBeGreaterThan(0.4);
    expect(bodies.every(({ customer_id }) => /^customer-\d{4}$/.test(customer_id))).toBe(true);
  });
});
