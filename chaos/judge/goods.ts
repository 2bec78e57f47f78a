/** Rules about stock and parcels. */
import { groupBy, type Rule } from './evidence.ts';

const HAS_LEFT: ReadonlySet<string> = new Set(['SHIPPED', 'DELIVERED']);

/** What was there is available, reserved by open orders, or on its way to customers. */
export const stockConserved: Rule = {
  name: 'stock is conserved',
  check: ({ books, stockBefore }) => {
    const before = new Map(stockBefore.map((product) => [product.productId, product.available + product.reserved]));
    const gone = piecesOf(books.orders.filter(({ status }) => HAS_LEFT.has(status)));
    const mayHold = piecesOf(books.orders.filter(({ status }) => status === 'PENDING' || status === 'PROCESSING'));
    return books.stock.flatMap(({ productId, available, reserved }) => {
      const expected = before.get(productId);
      const sold = gone.get(productId) ?? 0;
      const words = `${productId}: ${available} available, ${reserved} reserved, ${sold} sold`;
      return [
        ...(expected !== available + reserved + sold ? [`${words}; there were ${expected}`] : []),
        ...(available < 0 || reserved < 0 ? [`${words}: less than nothing`] : []),
        ...(reserved > (mayHold.get(productId) ?? 0) ? [`${words}; no open order has reserved as many`] : []),
      ];
    });
  },
};

/** The carrier brings each delivered order once, and no cancelled one. */
export const parcelsMatch: Rule = {
  name: 'one parcel for each delivered order, none for a cancelled one',
  check: ({ books }) => {
    const booked = groupBy(
      books.bookings.filter(({ outcome }) => outcome === 'booked'),
      ({ orderId }) => orderId,
    );
    return books.orders.flatMap(({ id, status }) => {
      const parcels = booked.get(id)?.length ?? 0;
      if (HAS_LEFT.has(status) && parcels !== 1) return [`${id} is ${status} and has ${parcels} parcels`];
      return status === 'CANCELLED' && parcels > 0 ? [`${id} is cancelled and has a parcel`] : [];
    });
  },
};

function piecesOf(
  orders: readonly { readonly lines: readonly { product_id: string; quantity: number }[] }[],
): Map<string, number> {
  const pieces = new Map<string, number>();
  for (const { product_id, quantity } of orders.flatMap(({ lines }) => lines))
    pieces.set(product_id, (pieces.get(product_id) ?? 0) + quantity);
  return pieces;
}
