/** Knowing JSON Web Tokens: signed with a shared secret, or by an identity provider whose keys are fetched from a URL. */
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify, type JWTVerifyOptions } from 'jose';
import { z } from 'zod';
import { type Caller, ROLES } from '../../domain/access.ts';
import { Failure } from '../../domain/failures.ts';
import { isPrintable, LIMITS } from '../../domain/rules.ts';
import { type Identity, unauthenticated } from './identity.ts';

/** How tokens are checked: by a secret (HS256) or by the keys at a URL; issuer and audience where they are set. */
export interface TokenSettings {
  readonly key: { readonly secret: string } | { readonly jwksUrl: string };
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
}

/** Who has this token; `UNAUTHENTICATED` where it is no good, `UNAVAILABLE` where the keys cannot be fetched. */
export type IdentifyToken = (token: string) => Promise<Identity>;

/** Each kind of key takes algorithms of its own, so that a public key never passes for a secret, and `none` for nothing. */
const SECRET_ALGORITHMS = ['HS256'];
const PUBLIC_KEY_ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512'],
  ...['PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512'],
  ...['EdDSA', 'Ed25519'],
];
/** Clocks of others may differ by so much. */
const CLOCK_TOLERANCE_SECONDS = 5;
/** The year 9999 ends then: a later moment has no usual form, and a much later one none at all. */
const LATEST_EXP = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000 - CLOCK_TOLERANCE_SECONDS;
const FETCH = { timeoutDuration: 5000, cooldownDuration: 30_000, cacheMaxAge: 600_000 };

const name = (most: number) => z.string().refine((text) => text.length <= most && isPrintable(text));
const claims = z.object({
  sub: name(200),
  exp: z.number().max(LATEST_EXP),
  role: z.enum(ROLES),
  customer_id: name(LIMITS.customerId.most).optional(),
});

/** Makes the check. */
export function createTokenCheck({ key, issuer, audience }: TokenSettings): IdentifyToken {
  const options: JWTVerifyOptions = {
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
    requiredClaims: ['exp', 'sub'],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
  };
  const verify = verifierOf(key, options);
  return async (token) => {
    const payload = await verify(token).catch((error: unknown) => {
      throw refusalOf(error);
    });
    return toIdentity(payload);
  };
}

function verifierOf(key: TokenSettings['key'], options: JWTVerifyOptions): (token: string) => Promise<JWTPayload> {
  if ('secret' in key) {
    const secret = new TextEncoder().encode(key.secret);
    return async (token) => (await jwtVerify(token, secret, { ...options, algorithms: SECRET_ALGORITHMS })).payload;
  }
  const keys = createRemoteJWKSet(new URL(key.jwksUrl), FETCH);
  return async (token) => (await jwtVerify(token, keys, { ...options, algorithms: PUBLIC_KEY_ALGORITHMS })).payload;
}

function toIdentity(payload: JWTPayload): Identity {
  const read = claims.safeParse(payload);
  if (!read.success) {
    const wrong = [...new Set(read.error.issues.map(({ path }) => path.join('.')))].join(', ');
    throw unauthenticated(`These claims of the token are missing or cannot be used: ${wrong}.`);
  }
  const { sub, exp, role, customer_id } = read.data;
  if (role === 'customer' && customer_id === undefined)
    throw unauthenticated('A token with the role customer needs the claim customer_id.');
  const caller: Caller = { kind: 'jwt', id: sub, role, customerId: role === 'customer' ? customer_id : undefined };
  const expiresAt = (exp + CLOCK_TOLERANCE_SECONDS) * 1000;
  return { caller, expiresAt, isValid: () => Promise.resolve(Date.now() < expiresAt) };
}

function refusalOf(error: unknown): Failure {
  if (error instanceof errors.JWTExpired) return unauthenticated('The token has expired.');
  if (error instanceof errors.JWTClaimValidationFailed)
    return unauthenticated(`The claim ${error.claim} of the token is missing or not as it must be.`);
  if (isUnreachable(error)) {
    const message = 'The keys that tokens are checked with cannot be fetched now.';
    return new Failure('UNAVAILABLE', message, { retryAfterSeconds: 5, cause: error });
  }
  return unauthenticated('The token cannot be read, or its signature is not good.');
}

/** Whether the keys could not be fetched; everything else is the fault of the token. */
function isUnreachable(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return true;
  // A fetch that failed is a TypeError; jose says by a plain JOSEError that the answer was not 200 or no JSON.
  return !(error instanceof errors.JOSEError) || error.code === 'ERR_JOSE_GENERIC';
}
