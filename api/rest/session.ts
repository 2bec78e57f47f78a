/** `/api/session`: signing in to the dashboard with an API key or a token, and out again. */
import fastifyCookie from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ROLES } from '../../domain/access.ts';
import { Failure } from '../../domain/failures.ts';
import type { Authentication } from '../auth/authentication.ts';
import type { Identity } from '../auth/identity.ts';
import { SESSION_COOKIE, type Sessions } from '../auth/sessions.ts';
import { credentialsOf } from './access.ts';
import { problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { limitTo } from './rate-limits.ts';
import { demandSameOrigin } from './same-origin.ts';

const SIGN_INS = limitTo({ name: 'sign-ins', aMinute: 20 });

const newSession = z.strictObject({
  credential: z.string().min(1).max(8192).describe('An API key or a token'),
});
const sessionSchema: z.ZodType = z
  .object({
    authentication_required: z.boolean().describe('Whether callers must say who they are'),
    caller: z
      .object({
        id: z.string().describe('The id of the API key, or the subject of the token'),
        role: z.enum(ROLES),
        customer_id: z.string().optional(),
        expires_at: z.iso.datetime().optional().describe('When one must sign in again'),
      })
      .optional()
      .describe('Who one is; absent where nobody is signed in'),
  })
  .meta({ id: 'Session' });

const tags = ['access'];

/** What the routes work with; nobody can sign in where `sessions` is absent. */
export interface SessionDependencies {
  readonly authentication: Authentication;
  readonly sessions: Sessions | undefined;
  /** Whether customers and operators reach this server by HTTPS, whatever stands between. */
  readonly isPublicSecure: boolean;
}

/** Adds the routes. */
export async function sessionRoutes(app: HttpApp, dependencies: SessionDependencies): Promise<void> {
  const { authentication, sessions, isPublicSecure } = dependencies;
  await app.register(fastifyCookie);
  const isRequired = authentication.isOn;
  const tell = (identity: Identity | undefined) => ({
    authentication_required: isRequired,
    ...(identity && { caller: presentCaller(identity) }),
  });
  const cookieFor = (request: FastifyRequest) =>
    ({
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: isPublicSecure || request.protocol === 'https',
    }) as const;

  app.get(
    '/api/session',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Who is signed in',
        description: 'Who calls, by the session of a browser or by the credentials that come with the request.',
        tags,
        operationId: 'getSession',
        response: { 200: sessionSchema.describe('Who one is'), ...problems(429, 503) },
      },
    },
    async (request, reply) => {
      void reply.header('cache-control', 'no-store');
      return tell(await identityOf(request, authentication));
    },
  );

  app.post(
    '/api/session',
    {
      config: { access: 'public', ...SIGN_INS },
      schema: {
        summary: 'Sign in',
        description:
          'Sets a cookie that stands for the credential, for browsers: `HttpOnly`, `SameSite=Strict`, at most 12 hours, and ' +
          'never longer than the credential. Programs send the credential itself with each request.',
        tags,
        operationId: 'signIn',
        body: newSession,
        response: { 200: sessionSchema.describe('Signed in'), ...problems(400, 401, 403, 413, 415, 429, 503) },
      },
    },
    async (request, reply) => {
      demandSameOriginWhereTold(request);
      if (!sessions) throw new Failure('INVALID_REQUEST', 'Authentication is off: nobody signs in.');
      const { identity, cookie, lifeSeconds } = await sessions.signIn(request.body.credential.trim());
      reply.setCookie(SESSION_COOKIE, cookie, { ...cookieFor(request), maxAge: lifeSeconds });
      return tell(identity);
    },
  );

  app.delete(
    '/api/session',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Sign out',
        description:
          'Ends the session, at this server at once and at all others within five seconds, and takes the cookie away. ' +
          'It does nothing where nobody is signed in. Where the session cannot be ended now (503) the cookie is gone all the same.',
        tags,
        operationId: 'signOut',
        response: { 204: z.null().describe('Signed out'), ...problems(403, 429, 503) },
      },
    },
    async (request, reply: FastifyReply) => {
      demandSameOriginWhereTold(request);
      reply.clearCookie(SESSION_COOKIE, cookieFor(request));
      await sessions?.signOut(request.headers.cookie);
      return reply.code(204).send();
    },
  );
}

/** Nobody is signed in or out by a page of another origin; programs, which say nothing of origins, may. */
function demandSameOriginWhereTold(request: FastifyRequest): void {
  if (request.headers['sec-fetch-site'] !== undefined || request.headers.origin !== undefined)
    demandSameOrigin(request);
}

async function identityOf(request: FastifyRequest, { authenticate }: Authentication) {
  return authenticate(credentialsOf(request)).catch((error: unknown) => {
    if (error instanceof Failure && error.code === 'UNAUTHENTICATED') return undefined;
    throw error;
  });
}

function presentCaller({ caller: { id, role, customerId }, expiresAt }: Identity) {
  return {
    id,
    role,
    ...(customerId !== undefined && { customer_id: customerId }),
    ...(expiresAt !== undefined && { expires_at: new Date(expiresAt).toISOString() }),
  };
}
