/** How the system is, as it comes in: only pages that show it hold this second connection. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api } from '../api/client.ts';
import { useLive } from './live.tsx';
import { openStream } from './stream.ts';

/** The state of the system, followed live while the component is shown and live updates are switched on. */
export function useSystem() {
  const queries = useQueryClient();
  const { isOn } = useLive();
  const query = api.useQuery('get', '/api/system', {}, { staleTime: isOn ? Infinity : 0 });
  useEffect(() => {
    if (!isOn) return;
    const { queryKey } = api.queryOptions('get', '/api/system', {});
    return openStream({
      url: '/api/system/stream',
      event: 'system',
      onState: () => undefined,
      onMessage: (data) => queries.setQueryData(queryKey, JSON.parse(data)),
    });
  }, [isOn, queries]);
  return query;
}
