/** Who calls: the one place that turns credentials into a caller, for REST, gRPC and streams. */
import type { Logger } from 'pino';
import type { Database } from '../../db/client.ts';
import { ANYBODY, type Caller } from '../../domain/access.ts';
import { type Credentials, type CredentialSource, type Identity, unauthenticated } from './identity.ts';
import { createKeyRing, type KeyRing } from './key-ring.ts';
import { hasHash, hashOf } from './key-text.ts';
import { createStreamGuard, type StreamGuard } from './stream-guard.ts';
import { createTokenCheck, type TokenSettings } from './tokens.ts';

/** How callers are known, where they must be. */
export interface AuthenticationSettings {
  /** Tokens are refused where absent. */
  readonly tokens?: TokenSettings | undefined;
  /** The key of an admin that is set, not stored. */
  readonly adminKey?: string | undefined;
}

/** Telling who calls. */
export interface Authentication {
  /** Whether callers must say who they are; else everybody may do everything. */
  readonly isOn: boolean;
  /**
   * Who calls; `UNAUTHENTICATED` where there are no credentials, or none that are good. `beforeLookUp` is called before the
   * database is asked about a key that has not been seen here, and may throw another refusal.
   */
  readonly authenticate: (credentials: Credentials, beforeLookUp?: () => void) => Promise<Identity>;
  /** Adds another way to be known, which is asked where neither header has credentials. */
  readonly addSource: (source: CredentialSource) => void;
  /** The stored keys; undefined where authentication is off. */
  readonly keys: Pick<KeyRing, 'find' | 'forget'> | undefined;
  readonly streams: StreamGuard;
  readonly close: () => Promise<void>;
}

/** The id of the caller whose key is set by `ADMIN_API_KEY`. */
export const SETTINGS_ADMIN: Caller = { kind: 'api_key', id: 'ADMIN_API_KEY', role: 'admin' };

/** Makes it; without settings authentication is off. */
export function createAuthentication(dependencies: {
  db: Database;
  logger: Logger;
  settings: AuthenticationSettings | undefined;
}): Authentication {
  const { db, logger, settings } = dependencies;
  if (!settings) return withoutAuthentication();
  const streams = createStreamGuard();
  const keys = createKeyRing(db, (error) => {
    logger.warn({ err: error }, 'when API keys were last used was not written');
  });
  const identifyAdmin = settings.adminKey === undefined ? undefined : knowAdmin(settings.adminKey);
  const identifyToken = settings.tokens && createTokenCheck(settings.tokens);
  const identify = (text: string, beforeLookUp?: () => void): Promise<Identity> => {
    const known = identifyAdmin?.(text) ?? keys.identify(text, beforeLookUp);
    if (known) return known;
    if (identifyToken && text.split('.').length === 3) return identifyToken(text);
    return Promise.reject(unauthenticated('These credentials are neither an API key nor a token that is taken here.'));
  };
  const sources: CredentialSource[] = [];

  return {
    isOn: true,
    authenticate: async (credentials, beforeLookUp) => {
      const text = secretOf(credentials);
      if (text !== undefined) return identify(text, beforeLookUp);
      for (const source of sources) {
        const known = source(credentials);
        if (known) return known;
      }
      throw unauthenticated('This needs credentials: an API key or a token as Authorization: Bearer …, or X-API-Key.');
    },
    addSource: (source) => sources.push(source),
    keys,
    streams,
    close: async () => {
      streams.close();
      await keys.close();
    },
  };
}

/** Everybody may do everything, and nobody is asked. */
export function withoutAuthentication(): Authentication {
  const anybody: Identity = { caller: ANYBODY, expiresAt: undefined, isValid: () => Promise.resolve(true) };
  const unwatched = { signal: new AbortController().signal, letGo: () => undefined };
  return {
    isOn: false,
    authenticate: () => Promise.resolve(anybody),
    addSource: () => undefined,
    keys: undefined,
    streams: { watch: () => unwatched, close: () => undefined },
    close: () => Promise.resolve(),
  };
}

/** The key or token in the headers; undefined where neither has one. */
function secretOf({ authorization, apiKey }: Credentials): string | undefined {
  if (authorization === undefined) return apiKey;
  const [, text] = /^Bearer +(\S+) *$/i.exec(authorization) ?? [];
  if (text === undefined) throw unauthenticated('Authorization must be Bearer and an API key or a token.');
  return text;
}

function knowAdmin(adminKey: string): (text: string) => Promise<Identity> | undefined {
  const hash = hashOf(adminKey);
  const identity: Identity = { caller: SETTINGS_ADMIN, expiresAt: undefined, isValid: () => Promise.resolve(true) };
  return (text) => (hasHash(text, hash) ? Promise.resolve(identity) : undefined);
}
