/** Who is signed in: nothing is shown before that is known, and the way in where nobody is. */
import { useQueryClient } from '@tanstack/react-query';
import { createContext, lazy, type ReactNode, Suspense, useContext, useEffect, useMemo } from 'react';
import { Box } from '@mantine/core';
import { api, client, onUnauthenticated, type Schema } from '../api/client.ts';
import { actAs } from '../elements/actor.tsx';
import { Failed } from '../elements/state.tsx';
import { SESSION_KEY } from './session-key.ts';

type Caller = NonNullable<Schema<'Session'>['caller']>;
export type Role = Caller['role'];

interface Session {
  /** Whether callers must say who they are; else everybody may do everything. */
  readonly isRequired: boolean;
  readonly caller: Caller;
  readonly signOut: () => Promise<void>;
}

const SessionContext = createContext<Session | undefined>(undefined);
const SignIn = lazy(() => import('./sign-in.tsx').then(({ SignIn: component }) => ({ default: component })));
const ForOperators = lazy(() =>
  import('./for-operators.tsx').then(({ ForOperators: component }) => ({ default: component })),
);
/** From the one that may do least to the one that may do everything. */
const ROLES: readonly Role[] = ['customer', 'operator', 'admin'];

/** Asks who is signed in, and shows the pages to whoever may see them. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const session = api.useQuery('get', '/api/session', {}, { staleTime: Infinity });
  const { data } = session;
  const caller = data?.caller;

  useEffect(() => {
    // The session ended while somebody worked: what they saw is gone, where they were is not.
    return onUnauthenticated(() => queries.setQueryData(SESSION_KEY, { authentication_required: true }));
  }, [queries]);
  useEffect(() => {
    actAs(data?.authentication_required === true ? data.caller?.id : undefined);
    // What one has read, the next must not see.
    if (data?.authentication_required === true && !data.caller) forget(queries);
  }, [data, queries]);

  const value = useMemo<Session | undefined>(
    () =>
      data &&
      caller && {
        isRequired: data.authentication_required,
        caller,
        signOut: async () => {
          await client.DELETE('/api/session');
          queries.setQueryData(SESSION_KEY, { authentication_required: true });
        },
      },
    [data, caller, queries],
  );
  if (session.isError && !data)
    return (
      <Box p="md">
        <Failed problem={session.error} onRetry={() => void session.refetch()} />
      </Box>
    );
  if (!data) return null;
  if (!value)
    return (
      <Suspense>
        <SignIn />
      </Suspense>
    );
  return (
    <SessionContext value={value}>
      {value.caller.role === 'customer' ? (
        <Suspense>
          <ForOperators />
        </Suspense>
      ) : (
        children
      )}
    </SessionContext>
  );
}

/** Who is signed in. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession stands outside of SessionProvider');
  return session;
}

/** Whether whoever looks has this role, or one that holds it. */
export function useMay(role: Role): boolean {
  return ROLES.indexOf(useSession().caller.role) >= ROLES.indexOf(role);
}

/** Reads anew who is signed in: the server has refused a stream, which tells no reason. */
export function useCheckSession(): () => void {
  const queries = useQueryClient();
  return useMemo(() => () => void queries.invalidateQueries({ queryKey: SESSION_KEY }), [queries]);
}

function forget(queries: ReturnType<typeof useQueryClient>): void {
  queries.removeQueries({ predicate: ({ queryKey: [, path] }) => path !== '/api/session' });
}
