import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './problem.ts';

/** What has been read from the server. Nothing polls: events of the log say what has become stale. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // A refusal stays one; only what may pass by itself is tried again.
      retry: (failures, problem) => failures < 3 && isPassing(problem),
      retryDelay: (failures) => Math.min(1000 * 2 ** failures, 10_000) * (0.5 + Math.random() / 2),
    },
    mutations: { retry: false },
  },
});

function isPassing(problem: unknown): boolean {
  return !(problem instanceof ApiProblem) || problem.status === 0 || problem.status === 429 || problem.status >= 502;
}
