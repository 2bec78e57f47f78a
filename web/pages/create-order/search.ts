/** What the address of the form holds. */
export interface CreateOrderSearch {
  /** The order whose customer and items the form begins with. */
  readonly from?: string;
}

/** Reads it; what means nothing is left out. */
export function createOrderSearch({ from }: Record<string, unknown>): CreateOrderSearch {
  // The router reads what looks like a number as one.
  const id = typeof from === 'number' ? String(from) : from;
  return typeof id === 'string' && id !== '' ? { from: id } : {};
}
