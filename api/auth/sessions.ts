/** Sessions of the dashboard: a signed cookie that stands for the credentials that somebody signed in with. */
import { createHash, hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { fastifyCookie } from '@fastify/cookie';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Database } from '../../db/client.ts';
import { endSession, findEndedSessions } from '../../db/ended-sessions.ts';
import { type Caller, ROLES } from '../../domain/access.ts';
import type { Failure } from '../../domain/failures.ts';
import { type AuthenticationSettings, type Authentication, SETTINGS_ADMIN } from './authentication.ts';
import { type CredentialSource, type Identity, unauthenticated } from './identity.ts';
import { toIdentity } from './key-ring.ts';
import { answeredInTime, createLookUps } from './look-ups.ts';

/** The name of the cookie. */
export const SESSION_COOKIE = 'steadfast_session';

/** How sessions are signed and how long they last; a secret that ends with the process is made where none is given. */
export interface SessionSettings {
  readonly secret?: string | undefined;
  readonly lifeMs: number;
}

/** A session that was begun: what stands in its cookie, and for how long in seconds. */
export interface BegunSession {
  readonly identity: Identity;
  readonly cookie: string;
  readonly lifeSeconds: number;
}

/** The sessions of a process; others that share its secret take them, too. */
export interface Sessions {
  /** Begins one with an API key or a token; `UNAUTHENTICATED` where it is no good. It never outlasts the credential. */
  readonly signIn: (credential: string) => Promise<BegunSession>;
  /** Ends the session in the `Cookie` of a request for all servers; does nothing where there is none that is good. */
  readonly signOut: (cookies: string | undefined) => Promise<void>;
  /** Knows callers by their cookie. */
  readonly source: CredentialSource;
}

const AUDIENCE = 'steadfast dashboard';
const claims = z.object({
  kind: z.enum(['api_key', 'jwt']),
  sub: z.string(),
  role: z.enum(ROLES),
  customer_id: z.string().optional(),
  exp: z.number(),
  jti: z.uuid(),
});

/** Makes them for those whom `authentication` knows; what was signed out of stands in the database, for all servers. */
export function createSessions(
  { db, authentication }: { db: Database; authentication: Pick<Authentication, 'authenticate' | 'keys'> },
  settings: SessionSettings & Pick<AuthenticationSettings, 'adminKey' | 'tokens'>,
): Sessions {
  const key = signingKey(settings);
  const ended = createLookUps((ids) => findEndedSessions(db, ids));

  const signIn = async (credential: string): Promise<BegunSession> => {
    const signedInWith = await authentication.authenticate({ apiKey: credential });
    const { id, role, customerId, kind } = signedInWith.caller;
    const until = Math.min(Date.now() + settings.lifeMs, signedInWith.expiresAt ?? Infinity);
    const seconds = Math.floor(until / 1000);
    const cookie = await new SignJWT({ kind, role, ...(customerId !== undefined && { customer_id: customerId }) })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(id)
      .setJti(randomUUID())
      .setAudience(AUDIENCE)
      .setExpirationTime(seconds)
      .sign(key);
    const identity = { ...signedInWith, caller: inSession(signedInWith.caller), expiresAt: seconds * 1000 };
    return { identity, cookie, lifeSeconds: Math.max(seconds - Math.floor(Date.now() / 1000), 0) };
  };

  const resume = async (cookie: string): Promise<Identity> => {
    const { kind, sub, role, customer_id, exp, jti } = await readCookie(cookie, key);
    if (await ended.find(jti)) throw hasEnded();
    const signedInAs: Caller = { kind, id: sub, role, customerId: customer_id };
    const isStored = kind === 'api_key' && sub !== SETTINGS_ADMIN.id;
    const credential = isStored ? await storedIdentity(authentication, sub) : undefined;
    const isOpen = () => Date.now() < exp * 1000;
    return {
      caller: inSession(credential?.caller ?? signedInAs),
      expiresAt: exp * 1000,
      isValid: async () => isOpen() && !(await ended.find(jti)) && (credential ? credential.isValid() : true),
    };
  };

  const signOut = async (cookies: string | undefined): Promise<void> => {
    const cookie = cookieIn(cookies);
    const session = cookie === undefined ? undefined : await readCookie(cookie, key).catch(() => undefined);
    if (!session) return;
    const until = new Date(session.exp * 1000).toISOString();
    await answeredInTime(endSession(db, { id: session.jti, until }));
    ended.forget(session.jti);
  };

  return {
    signIn,
    signOut,
    source: ({ cookie }) => {
      const value = cookieIn(cookie);
      return value === undefined ? undefined : resume(value);
    },
  };
}

function cookieIn(cookies: string | undefined): string | undefined {
  return cookies === undefined ? undefined : fastifyCookie.parse(cookies)[SESSION_COOKIE];
}

async function readCookie(cookie: string, key: Uint8Array): Promise<z.output<typeof claims>> {
  const options = { algorithms: ['HS256'], audience: AUDIENCE };
  const { payload } = await jwtVerify(cookie, key, options).catch((error: unknown) => {
    throw error instanceof errors.JWTExpired ? hasEnded() : isNotGood();
  });
  const read = claims.safeParse(payload);
  if (!read.success) throw isNotGood();
  return read.data;
}

function hasEnded(): Failure {
  return unauthenticated('The session has ended: sign in again.');
}

function isNotGood(): Failure {
  return unauthenticated('The session is not good: sign in again.');
}

/** A key that was revoked or has expired meanwhile ends the sessions that were begun with it. */
async function storedIdentity({ keys }: Pick<Authentication, 'keys'>, id: string): Promise<Identity> {
  const stored = await keys?.find(id);
  const identity = keys && stored && toIdentity(stored, keys.find);
  if (!identity || !(await identity.isValid()))
    throw unauthenticated('The API key of this session was revoked or has expired: sign in with another.');
  return identity;
}

function inSession(caller: Caller): Caller {
  return { ...caller, kind: 'session' };
}

/**
 * A key of its own, so that no session passes for a token. Where the credentials in the settings change, every session ends,
 * because one of them may have been begun with what is not taken any more.
 */
function signingKey({ secret, adminKey, tokens }: Parameters<typeof createSessions>[1]): Uint8Array {
  const set = createHash('sha256')
    .update(JSON.stringify([adminKey, tokens]))
    .digest();
  return new Uint8Array(hkdfSync('sha256', secret ?? randomBytes(32), set, AUDIENCE, 32));
}
