/** Who is let in, and what that is told by. */
import type { AuthenticationSettings } from '../api/auth/authentication.ts';
import type { SessionSettings } from '../api/auth/sessions.ts';
import type { Config } from '../config.ts';
import { isLoopback } from '../domain/http-url.ts';
import type { TrackingSecrets } from '../events/tracking-links.ts';
import { ConfigError } from './config-error.ts';

/** What tracking links are signed with and how long they are valid; undefined where there is no secret. */
export function trackingSecrets(config: Config): TrackingSecrets | undefined {
  const { TRACKING_SECRET: secrets, TRACKING_LINK_LIFE: lifeMs } = config;
  return secrets && { secrets, lifeMs };
}

/**
 * How callers are known; undefined where everybody may do everything. Throws {@link ConfigError} where that would be open to
 * other machines, and where tokens could be checked in two ways.
 */
export function authenticationSettings(config: Config): AuthenticationSettings | undefined {
  const { ADMIN_API_KEY: adminKey, AUTH_JWT_SECRET: jwtSecret, AUTH_JWKS_URL: jwksUrl } = config;
  if (config.AUTH === 'off' || isOffUnasked(config)) {
    demandLoopback(config);
    return undefined;
  }
  if (jwtSecret !== undefined && jwksUrl !== undefined)
    throw new ConfigError('AUTH_JWT_SECRET and AUTH_JWKS_URL are both set: tokens are checked in one way only.');
  const checks = { issuer: config.AUTH_JWT_ISSUER, audience: config.AUTH_JWT_AUDIENCE };
  if (jwtSecret !== undefined) return { adminKey, tokens: { key: { secret: jwtSecret }, ...checks } };
  return { adminKey, tokens: jwksUrl === undefined ? undefined : { key: { jwksUrl }, ...checks } };
}

/** Whether authentication is off only because nobody has said anything: not where there are API keys already. */
export function isOffUnasked(config: Config): boolean {
  const { AUTH, ADMIN_API_KEY, AUTH_JWT_SECRET, AUTH_JWKS_URL } = config;
  return [AUTH, ADMIN_API_KEY, AUTH_JWT_SECRET, AUTH_JWKS_URL].every((setting) => setting === undefined);
}

/** Why a process does not go on where {@link isOffUnasked} and the database holds API keys. */
export function keysButNoAuthentication(): ConfigError {
  return new ConfigError('There are API keys, but AUTH is off: set AUTH=on, or AUTH=off to do without.');
}

/** How people stay signed in to the dashboard. Without a secret of their own, sessions are signed by what servers share. */
export function sessionSettings(config: Config): SessionSettings {
  const secret = config.SESSION_SECRET ?? config.ADMIN_API_KEY ?? config.AUTH_JWT_SECRET;
  return { secret, lifeMs: config.SESSION_LIFE };
}

function demandLoopback(config: Config): void {
  const hosts = [
    'HTTP_HOST',
    'GRPC_HOST',
    ...(config.METRICS_PORT === undefined ? [] : ['METRICS_HOST' as const]),
  ] as const;
  const open = hosts.filter((name) => !isLoopback(config[name]));
  if (open.length === 0) return;
  const named = open.map((name) => `${name}=${config[name]}`).join(' and ');
  throw new ConfigError(
    `Authentication is off, and so the server listens on this machine only, but ${named} would let others in. ` +
      'Set ADMIN_API_KEY, AUTH_JWT_SECRET or AUTH_JWKS_URL, or AUTH=on and make keys with npx steadfast keys create.',
  );
}
