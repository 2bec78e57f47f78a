import { openDatabase } from './client.ts';
import { upsertProduct } from './products.ts';

/** The demo catalogue: every product that an example of the documentation names, with ample stock. */
const DEMO_PRODUCTS = [
  { id: 'prod-001', name: 'Enamel mug', unitPriceMinor: 1999, currency: 'USD', available: 1_000_000 },
  { id: 'prod-002', name: 'Wool blanket', unitPriceMinor: 4950, currency: 'USD', available: 1_000_000 },
  { id: 'prod-003', name: 'Storm lantern', unitPriceMinor: 12_900, currency: 'USD', available: 500 },
  { id: 'prod-004', name: 'Ash-wood chair', unitPriceMinor: 34_500, currency: 'USD', available: 50 },
  { id: 'prod-005', name: 'Cast-iron stove', unitPriceMinor: 249_000, currency: 'USD', available: 5 },
  { id: 'SKU-1', name: 'Notebook', unitPriceMinor: 1000, currency: 'USD', available: 1_000_000 },
  { id: 'SKU-2', name: 'Pencil set', unitPriceMinor: 650, currency: 'USD', available: 1_000_000 },
] as const;

/** Adds the products of the demo catalogue that are missing; those that exist keep their price and stock. */
export async function seedCatalogue(databaseUrl: string): Promise<void> {
  const db = openDatabase(databaseUrl, { size: 1 });
  try {
    const known = new Set((await db<{ id: string }[]>`select id from products`).map(({ id }) => id));
    for (const product of DEMO_PRODUCTS) if (!known.has(product.id)) await upsertProduct(db, product);
  } finally {
    await db.end({ timeout: 5 });
  }
}
