import { api } from '../api/client.ts';

/** Under what the answer of `GET /api/session` is remembered. */
export const SESSION_KEY = api.queryOptions('get', '/api/session', {}).queryKey;
