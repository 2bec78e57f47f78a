import type { QueryClient } from '@tanstack/react-query';

/** Reads anew what a change of the product has made stale, wherever it is shown. */
export async function refreshProducts(queries: QueryClient, id: string): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ['get', '/api/products'] }),
    queries.invalidateQueries({ queryKey: ['get', '/api/products/search'] }),
    queries.invalidateQueries({ queryKey: ['get', '/api/products/{id}', { params: { path: { id } } }] }),
  ]);
}
