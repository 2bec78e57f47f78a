import { useQueries } from '@tanstack/react-query';
import { api, type Schema } from '../../api/client.ts';

type Product = Schema<'Product'>;

/** The products of these ids, their stock live; those that are unknown or on their way are absent. */
export function useProducts(ids: readonly string[]): ReadonlyMap<string, Product> {
  const wanted = [...new Set(ids.filter((id) => id !== ''))];
  return useQueries({
    queries: wanted.map((id) => api.queryOptions('get', '/api/products/{id}', { params: { path: { id } } })),
    combine: (results) => new Map(results.flatMap(({ data }) => (data ? [[data.id, data] as const] : []))),
  });
}
