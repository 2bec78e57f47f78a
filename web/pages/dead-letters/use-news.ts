import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useSystem } from '../../live/system.ts';

/** Reads dead letters anew when their number in any status changes, whoever did that; gives the numbers, live. */
export function useDeadLetterNews() {
  const queries = useQueryClient();
  const counts = useSystem().data?.dead_letters;
  const told = counts && JSON.stringify(counts);
  const known = useRef(told);
  useEffect(() => {
    const isFirst = known.current === undefined;
    const isSame = known.current === told;
    known.current = told;
    if (!isFirst && !isSame) void refreshDeadLetters(queries);
  }, [told, queries]);
  return counts;
}

/** Everything about dead letters that is shown is read anew. */
export function refreshDeadLetters(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ predicate: ({ queryKey: [, path] }) => String(path).startsWith('/api/dlq/') });
}
