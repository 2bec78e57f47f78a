/** The order that benchmarks place: two lines, below the limit for approval. */
export const NEW_ORDER = {
  customer_id: 'customer-1',
  items: [
    { product_id: 'prod-001', quantity: 2 },
    { product_id: 'SKU-1', quantity: 1 },
  ],
} as const;

/** The request that places it. */
export const PLACE_ORDER = {
  method: 'POST',
  path: '/api/orders',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(NEW_ORDER),
} as const;
