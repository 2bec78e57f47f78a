/** The REST API, typed by its own OpenAPI document. */
import createFetchClient, { type Middleware } from 'openapi-fetch';
import createQueryClient from 'openapi-react-query';
import type { components, paths } from './openapi.d.ts';
import { ApiProblem, problemOf } from './problem.ts';

/** A schema of the API by its name, such as `Schema<'Statistics'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

/** What an answer of `GET path` holds. */
export type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;

const unauthenticated = new Set<() => void>();

/** Calls the listener where the server does not know who asks, as when a session has ended; answers how to stop that. */
export function onUnauthenticated(listener: () => void): () => void {
  unauthenticated.add(listener);
  return () => unauthenticated.delete(listener);
}

const refuse: Middleware = {
  async onResponse({ response, schemaPath }) {
    if (response.ok) return;
    if (response.status === 401 && schemaPath !== '/api/session') for (const listener of unauthenticated) listener();
    throw await problemOf(response);
  },
  onError: () => ApiProblem.unreachable(),
};

/** Calls that are no queries: `const { data } = await client.PUT('/api/…', {…})`. Throws {@link ApiProblem}. */
export const client = createFetchClient<paths>({ baseUrl: '/' });
client.use(refuse);

/** Queries and mutations for components: `api.useQuery('get', '/api/orders', { params: { query } })`. */
export const api = createQueryClient(client);
