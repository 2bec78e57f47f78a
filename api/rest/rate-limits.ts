/** How often one caller may do something. */
import type { FastifyContextConfig } from 'fastify';
import { Failure } from '../../domain/failures.ts';

/** The configuration of routes that one address may call so many times a minute, all routes of the same name together. */
export function limitTo({ name, aMinute }: { name: string; aMinute: number }): FastifyContextConfig {
  return {
    rateLimit: {
      groupId: name,
      max: aMinute,
      timeWindow: 60_000,
      errorResponseBuilder: (_request, { max, ttl }) =>
        new Failure('RATE_LIMITED', `At most ${max} ${name} a minute are taken from one address.`, {
          retryAfterSeconds: Math.ceil(ttl / 1000),
        }),
    },
  };
}
