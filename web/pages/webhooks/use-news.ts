import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useSystem } from '../../live/system.ts';

/** Reads webhooks and deliveries anew when something has been prepared, sent or given up; gives the system, live. */
export function useWebhookNews() {
  const queries = useQueryClient();
  const { data: system } = useSystem();
  const prepared = system?.processors?.find(({ name }) => name === 'webhooks')?.processed;
  const told = system && JSON.stringify([system.webhooks, prepared]);
  const known = useRef(told);
  useEffect(() => {
    const isFirst = known.current === undefined;
    const isSame = known.current === told;
    known.current = told;
    if (!isFirst && !isSame) void refreshWebhooks(queries);
  }, [told, queries]);
  return system;
}

/** Everything about webhooks that is shown is read anew. */
export function refreshWebhooks(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ predicate: ({ queryKey: [, path] }) => String(path).startsWith('/api/webhooks') });
}
