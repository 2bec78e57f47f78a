import { findStockDifferences, mendReserved } from '../../db/stock-differences.ts';
import type { Check } from '../check.ts';

/** Whether exactly that is reserved which open orders have reserved. */
export const stock: Check = {
  name: 'stock',
  compares: 'what is reserved of each product with the lines of the open orders that reserved it',
  needs: ['postgres'],
  isByOrder: false,
  async *find({ db, actor }) {
    for (const { productId, available, reserved, needed } of await findStockDifferences(db)) {
      const by = Math.abs(reserved - needed);
      const found = `Of ${productId}, ${reserved} are reserved; open orders need ${needed}.`;
      const key = `${productId} ${reserved} ${needed}`;
      const repair = () => mendReserved(db, productId, actor);
      if (reserved > needed)
        yield {
          key,
          found,
          means: `${by} are reserved for no order: they can be neither sold nor shipped.`,
          remedy: `${by} become available again, with an entry in the audit.`,
          repair,
        };
      else if (available >= by)
        yield {
          key,
          found,
          means: `Orders that were promised ${by} of it cannot be shipped: their statement would leave less than nothing.`,
          remedy: `${by} of the ${available} available ones are reserved, with an entry in the audit.`,
          repair,
        };
      else
        yield {
          key,
          found,
          means: `${by} were promised that are not there, and only ${available} are available.`,
          remedy: `Add at least ${by - available} to the stock (steadfast products stock), then repair; or cancel orders.`,
        };
    }
  },
};
