/** Sessions of the dashboard: a signed cookie that stands for the credentials that somebody signed in with. */
import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { fastifyCookie } from '@fastify/cookie';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { type Caller, ROLES } from '../../domain/access.ts';
import { type AuthenticationSettings, type Authentication, SETTINGS_ADMIN } from './authentication.ts';
import { type CredentialSource, type Identity, unauthenticated } from './identity.ts';
import { toIdentity } from './key-ring.ts';

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
});

/** Makes them for those whom `authentication` knows. */
export function createSessions(
  authentication: Pick<Authentication, 'authenticate' | 'keys'>,
  settings: SessionSettings & Pick<AuthenticationSettings, 'adminKey' | 'tokens'>,
): Sessions {
  const key = signingKey(settings);

  const signIn = async (credential: string): Promise<BegunSession> => {
    const signedInWith = await authentication.authenticate({ apiKey: credential });
    const { id, role, customerId, kind } = signedInWith.caller;
    const until = Math.min(Date.now() + settings.lifeMs, signedInWith.expiresAt ?? Infinity);
    const seconds = Math.floor(until / 1000);
    const cookie = await new SignJWT({ kind, role, ...(customerId !== undefined && { customer_id: customerId }) })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(id)
      .setAudience(AUDIENCE)
      .setExpirationTime(seconds)
      .sign(key);
    const identity = { ...signedInWith, caller: inSession(signedInWith.caller), expiresAt: seconds * 1000 };
    return { identity, cookie, lifeSeconds: Math.max(seconds - Math.floor(Date.now() / 1000), 0) };
  };

  const resume = async (cookie: string): Promise<Identity> => {
    const { payload } = await jwtVerify(cookie, key, { algorithms: ['HS256'], audience: AUDIENCE }).catch(
      (error: unknown) => {
        const isOver = error instanceof errors.JWTExpired;
        throw unauthenticated(
          isOver ? 'The session has ended: sign in again.' : 'The session is not good: sign in again.',
        );
      },
    );
    const { kind, sub, role, customer_id, exp } = claims.parse(payload);
    const signedInAs: Caller = { kind, id: sub, role, customerId: customer_id };
    const isStored = kind === 'api_key' && sub !== SETTINGS_ADMIN.id;
    const credential = isStored ? await storedIdentity(authentication, sub) : undefined;
    const isOpen = () => Date.now() < exp * 1000;
    return {
      caller: inSession(credential?.caller ?? signedInAs),
      expiresAt: exp * 1000,
      isValid: async () => isOpen() && (credential ? credential.isValid() : true),
    };
  };

  return {
    signIn,
    source: ({ cookie }) => {
      const value = cookie === undefined ? undefined : fastifyCookie.parse(cookie)[SESSION_COOKIE];
      return value === undefined ? undefined : resume(value);
    },
  };
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
