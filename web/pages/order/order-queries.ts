/** What the page reads of its order. */
import { keepPreviousData, type QueryClient } from '@tanstack/react-query';
import { type Answer, api, type Schema } from '../../api/client.ts';

export type OrderDetails = Answer<'/api/orders/{id}'>;
export type Order = Schema<'Order'>;
export type OrderStatus = Order['status'];
export type Progress = Schema<'OrderProgress'>;
export type HistoryEvent = Schema<'OrderHistory'>['events'][number];
export type Settings = Schema<'DashboardSettings'>;

/** The order as it stands, with its progress. */
export function useOrder(id: string) {
  return api.useQuery('get', '/api/orders/{id}', { params: { path: { id }, query: { progress: 'true' } } });
}

/** The order as it stood at a version; asked for only where `isWanted`. While another version is read, the former one stays. */
export function usePastOrder(id: string, version: number, isWanted: boolean) {
  return api.useQuery(
    'get',
    '/api/orders/{id}',
    { params: { path: { id }, query: { at: String(version) } } },
    { enabled: isWanted, staleTime: Infinity, placeholderData: keepPreviousData },
  );
}

/** Everything that has happened to the order, oldest first. */
export function useHistory(id: string) {
  return api.useQuery('get', '/api/orders/{id}/history', { params: { path: { id } } });
}

/** What a version changed in the order; nothing is asked for the first one. */
export function useDifferences(id: string, version: number) {
  return api.useQuery(
    'get',
    '/api/orders/{id}/differences',
    { params: { path: { id }, query: { from: String(version - 1), to: String(version) } } },
    { enabled: version > 1, staleTime: Infinity, placeholderData: keepPreviousData },
  );
}

/** What the installation says of itself; the same for as long as a server runs. */
export function useSettings() {
  return api.useQuery('get', '/api/dashboard/settings', {}, { staleTime: Infinity });
}

/** Reads the order anew, with all that hangs on it. */
export function refreshOrder(queries: QueryClient, id: string): Promise<void> {
  return queries.invalidateQueries({
    predicate: ({ queryKey: [, path, init] }) =>
      String(path).startsWith('/api/orders/{id}') &&
      (init as { params?: { path?: { id?: string } } } | undefined)?.params?.path?.id === id,
  });
}
