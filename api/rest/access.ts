/** Who may call each route: every one says so, and nothing of a request is read before it is known who asks. */
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { type Access, type Caller, demandAccess } from '../../domain/access.ts';
import { Failure } from '../../domain/failures.ts';
import type { Authentication } from '../auth/authentication.ts';
import type { Credentials, Identity } from '../auth/identity.ts';
import type { Limits } from '../limits/limits.ts';
import type { StreamGuard } from '../auth/stream-guard.ts';
import { demandSameOrigin } from './same-origin.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route. Building the application fails where a route does not say it. */
    access?: Access;
    /** Whether a route whose method is that of a change only reads; so a session may call it from pages of others, too. */
    isRead?: boolean;
  }
  interface FastifyInstance {
    /** Ends streams whose credentials have ended. */
    streamGuard: StreamGuard;
  }
  interface FastifyRequest {
    /** Whose credentials came with the request; null on public routes, which look at none. */
    identity: Identity | null;
  }
}

/** What a refused caller is told to send (RFC 6750). */
export const CHALLENGE = 'Bearer realm="steadfast"';
const BAD_CREDENTIALS = `${CHALLENGE}, error="invalid_token"`;

/** Asks every caller of a route that is not public who they are, and whether they may. */
export function guardRoutes(
  app: FastifyInstance,
  { authenticate, streams }: Authentication,
  limits: Pick<Limits, 'countRefused' | 'demandRoomForUnknown'>,
): void {
  app.decorate('streamGuard', streams);
  app.decorateRequest('identity', null);
  app.addHook('onRequest', async (request, reply) => {
    const { access, isRead = false } = request.routeOptions.config;
    // Nothing is there, and the handler for that answers everybody alike.
    if (request.is404 || access === 'public') return;
    if (access === undefined) throw new Error(`nobody may call ${request.url}: its route does not say who`);
    request.identity = await identify(request, reply, { authenticate, ...limits });
    if (request.identity.caller.kind === 'session' && !isRead) demandSameOrigin(request);
    demandAccess(request.identity.caller, access);
  });
}

/** Follows which routes are added; the answer throws where one of them does not say who may call it. */
export function demandDeclaredAccess(app: FastifyInstance): () => void {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    // A browser asks for permission without credentials.
    if (route.method === 'OPTIONS') route.config = { access: 'public', ...route.config };
    routes.push(route);
  });
  return () => {
    const silent = routes.filter(({ config }) => config?.access === undefined);
    if (silent.length > 0)
      throw new Error(`These routes do not say who may call them (config: { access: … }): ${namesOf(silent)}`);
    const hidden = routes.filter(({ config, schema }) => config?.access !== 'public' && schema?.hide === true);
    if (hidden.length > 0)
      throw new Error(`These routes are not public and so must stand in the OpenAPI document: ${namesOf(hidden)}`);
  };
}

function namesOf(routes: readonly RouteOptions[]): string {
  return routes.map(({ method, url }) => `${[method].flat().join(' and ')} ${url}`).join(', ');
}

/** Adds routes that a package makes, and that anybody may call. */
export async function asPublic(app: FastifyInstance, add: (scope: FastifyInstance) => unknown): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'public' };
    });
    await add(scope);
  });
}

/** Who calls, on a route that is not public. */
export function callerOf({ identity, url }: Pick<FastifyRequest, 'identity' | 'url'>): Caller {
  if (identity) return identity.caller;
  throw new Error(`nobody was asked who calls ${url}`);
}

/** The credentials in the headers of a request. */
export function credentialsOf({ headers }: Pick<FastifyRequest, 'headers'>): Credentials {
  const [apiKey] = [headers['x-api-key']].flat();
  return { authorization: headers.authorization, apiKey, cookie: headers.cookie };
}

async function identify(
  request: FastifyRequest,
  reply: FastifyReply,
  {
    authenticate,
    countRefused,
    demandRoomForUnknown,
  }: Pick<Authentication, 'authenticate'> & Pick<Limits, 'countRefused' | 'demandRoomForUnknown'>,
): Promise<Identity> {
  const credentials = credentialsOf(request);
  try {
    return await authenticate(credentials, () => demandRoomForUnknown(request.ip));
  } catch (error) {
    if (error instanceof Failure && error.code === 'UNAUTHENTICATED') {
      countRefused(request.ip);
      if (hasAny(credentials)) reply.header('www-authenticate', BAD_CREDENTIALS);
    }
    throw error;
  }
}

function hasAny({ authorization, apiKey }: Credentials): boolean {
  return authorization !== undefined || apiKey !== undefined;
}
