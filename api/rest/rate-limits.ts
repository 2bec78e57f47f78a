/** How often one caller may ask, and what is told about it in headers. */
import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type CallerRates, createCallerRates, type Taken } from '../limits/caller-rates.ts';
import { callerName } from '../limits/callers.ts';
import { demandRoom, type Limits } from '../limits/limits.ts';
import type { TakeSeat } from '../limits/open-streams.ts';

/** So many requests a minute of one caller, all routes with the same name together. */
export interface NamedRate {
  /** In the plural, such as `dead letter actions`. */
  readonly name: string;
  readonly aMinute: number;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A limit of the route's own, in place of the one for changes that only admins may make. */
    limit?: NamedRate;
  }
  interface FastifyInstance {
    /** Counts one more open stream of a caller. */
    takeStreamSeat: TakeSeat;
    /** Counts a change that only admins may make, on a route where others may do less. */
    countAdminChange: (request: FastifyRequest, reply: FastifyReply) => void;
  }
}

/**
 * The configuration of routes that one caller may call so many times a minute, all routes of the same name together. Where
 * changes by admins are not limited these are not either, but for those that everybody may call.
 */
export function limitTo(limit: NamedRate): FastifyContextConfig {
  return { limit };
}

const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Counts the requests of each caller, once it is known who asks and before the body is read. Those of callers who are not
 * known count for the address that they come from.
 */
export function limitRequests(app: FastifyInstance, limits: Limits): void {
  const ofRoutes = createNamedRates();
  const countAdminChange = (request: FastifyRequest, reply: FastifyReply) =>
    demand(reply, limits.takeAdminChange(callerOfRequest(request)), 'changes by admins a minute');
  app.decorate('takeStreamSeat', limits.takeStreamSeat);
  app.decorate('countAdminChange', countAdminChange);
  app.addHook('preParsing', (request, reply, _payload, done) => {
    if (!isUnlimited(request.url)) {
      const caller = callerOfRequest(request);
      demand(reply, limits.takeRequest(caller), 'requests a second');
      const { limit, access } = request.routeOptions.config;
      if (!limit && access === 'admin' && UNSAFE.has(request.method)) countAdminChange(request, reply);
      if (limit && (access === 'public' || limits.settings.adminChangesPerMinute > 0))
        demand(reply, ofRoutes(limit).take(caller), `${limit.name} a minute`);
    }
    done();
  });
}

/** Whether an address is asked by whoever looks after the server, however much is going on. */
export function isUnlimited(url: string): boolean {
  return /^\/(health|metrics)(\/|$|\?)/.test(url);
}

/** By what the caller of a request is told apart from others. */
export function callerOfRequest({ identity, ip }: Pick<FastifyRequest, 'identity' | 'ip'>): string {
  return callerName(identity?.caller, ip);
}

/** Says in the headers how much is left, and refuses where nothing is. The tightest limit is the last one told. */
function demand(reply: FastifyReply, taken: Taken | undefined, what: string): void {
  if (!taken) return;
  reply.headers({
    'ratelimit-limit': taken.limit,
    'ratelimit-remaining': taken.remaining,
    'ratelimit-reset': taken.resetSeconds,
  });
  demandRoom(taken, what);
}

function createNamedRates(): (limit: NamedRate) => CallerRates {
  const byName = new Map<string, CallerRates>();
  return ({ name, aMinute }) => {
    const rates = byName.get(name) ?? createCallerRates({ most: aMinute, everyMs: 60_000 });
    byName.set(name, rates);
    return rates;
  };
}
