/** Keeping pages of other origins from acting with the cookie of whoever looks at them. */
import type { FastifyRequest } from 'fastify';
import { Failure } from '../../domain/failures.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Refuses a change that a session would make unless it comes from a page of this server, with `FORBIDDEN`. */
export function demandSameOrigin(request: Pick<FastifyRequest, 'method' | 'headers' | 'host'>): void {
  if (SAFE.has(request.method) || isSameOrigin(request)) return;
  throw new Failure(
    'FORBIDDEN',
    'With a session, changes are made from the pages of this server only; send an API key or a token instead.',
  );
}

/**
 * Whether a request that may change something comes from a page of another origin. One that nothing is told about is none:
 * programs say nothing of origins, browsers do.
 */
export function isFromElsewhere(request: Pick<FastifyRequest, 'method' | 'headers' | 'host'>): boolean {
  const { 'sec-fetch-site': site, origin } = request.headers;
  if (SAFE.has(request.method) || site === 'none') return false;
  return (site !== undefined || origin !== undefined) && !isSameOrigin(request);
}

/** As browsers say it: those of today by Sec-Fetch-Site, older ones by Origin. */
function isSameOrigin({ headers, host }: Pick<FastifyRequest, 'headers' | 'host'>): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin } = headers;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}
