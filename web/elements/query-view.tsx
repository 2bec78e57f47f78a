import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failed, Loading } from './state.tsx';

interface QueryViewProps<Answer> {
  readonly query: UseQueryResult<Answer, unknown>;
  readonly lines?: number;
  readonly children: (answer: Answer) => ReactNode;
}

/** What a query answered; before that what is on its way, or why it could not be read. Keeps what it had when a later read fails. */
export function QueryView<Answer>({ query, lines, children }: QueryViewProps<Answer>) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <Failed problem={query.error} onRetry={() => void query.refetch()} />;
  return <Loading {...(lines === undefined ? {} : { lines })} />;
}
