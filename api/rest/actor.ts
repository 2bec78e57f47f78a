/** Who acts, for the audit. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { actorName, looksAuthenticated } from '../../domain/access.ts';
import { checkText, demand, violation } from '../checks.ts';
import { callerOf } from './access.ts';

const MOST_ACTOR = 100;

/** The name that somebody acts under where nobody is asked who they are. */
export const actorHeaders = z.object({
  'x-actor': z
    .string()
    .optional()
    .describe(
      'Who does this, for the audit: 1 to 100 printable characters. Where authentication is on, the caller is named instead',
    ),
});

/** Who acts: the caller whose credentials came; without authentication whoever X-Actor names, or `anonymous`. */
export function actorOf(request: Pick<FastifyRequest, 'headers' | 'identity' | 'url'>): string {
  const caller = callerOf(request);
  if (caller.kind !== 'anonymous') return actorName(caller);
  const [named = ''] = [request.headers['x-actor'] ?? []].flat();
  if (named === '') return actorName(caller);
  demand(checkText('x-actor', named, { rule: 'actor', most: MOST_ACTOR }));
  if (looksAuthenticated(named)) demand([violation('x-actor', named, 'actor', 'must not look like that of a caller')]);
  return named;
}
