/** The use cases of API keys: making one, seeing which there are, and ending one. */
import { addApiKey, type ApiKey, listApiKeys, revokeApiKey } from '../db/api-keys.ts';
import type { Database } from '../db/client.ts';
import { type Role, ROLES } from '../domain/access.ts';
import { Failure } from '../domain/failures.ts';
import { shorten, type Violation } from '../domain/rules.ts';
import { makeKey } from './auth/key-text.ts';
import { checkCustomerId, checkPageSize, checkText, checkTime, demand, toInstant, violation } from './checks.ts';

/** A key as somebody asks for it. */
export interface KeyRequest {
  readonly name: string;
  readonly role: string;
  /** Whose orders it shows: needed for the role customer, and for no other. */
  readonly customerId?: string | undefined;
  /** ISO 8601; never where absent. */
  readonly expiresAt?: string | undefined;
}

/** A key with its text, which is shown this once. */
export interface KeyWithText {
  readonly key: ApiKey;
  readonly text: string;
}

/** A page of keys, the newest first; `nextPageToken` is empty on the last one. */
export interface KeyPage {
  readonly keys: readonly ApiKey[];
  readonly nextPageToken: string;
}

export type Keys = ReturnType<typeof createKeys>;

const MOST_NAME = 100;
const DEFAULT_PAGE_SIZE = 50;
const ID = /^[\da-f]{16}$/;

/** Makes the use cases; refusals are {@link Failure}s. `onRevoked` is told of a key that this process may still know. */
export function createKeys({ db, onRevoked }: { db: Database; onRevoked?: ((id: string) => void) | undefined }) {
  return {
    /** Makes a key. */
    add: async ({ name, role, customerId, expiresAt }: KeyRequest, actor: string): Promise<KeyWithText> => {
      demand(
        checkText('name', name, { rule: 'api_key', most: MOST_NAME }),
        checkRole(role, customerId),
        checkCustomerId(customerId),
        checkExpiry(expiresAt),
      );
      const { id, text, hash } = makeKey();
      const request = { id, name, role: role as Role, customerId: customerId ?? null, hash };
      return { key: await addApiKey(db, { ...request, expiresAt: toInstant(expiresAt) ?? null }, actor), text };
    },

    /** A page of keys, also of revoked and expired ones. */
    list: async (page: { pageSize?: number | undefined; pageToken?: string | undefined }): Promise<KeyPage> => {
      const { pageSize = DEFAULT_PAGE_SIZE, pageToken } = page;
      demand(checkPageSize(pageSize));
      const before = pageToken ? readPageToken(pageToken) : undefined;
      const found = await listApiKeys(db, { before, limit: pageSize + 1 });
      const keys = found.slice(0, pageSize);
      const last = keys.at(-1);
      return { keys, nextPageToken: found.length > pageSize && last ? writePageToken(last) : '' };
    },

    /** Ends a key for ever; a repeat answers the same. */
    revoke: async (id: string, actor: string): Promise<ApiKey> => {
      const key = ID.test(id) ? await revokeApiKey(db, id, actor) : undefined;
      if (!key) throw new Failure('NOT_FOUND', `There is no API key ${shorten(id)}.`);
      onRevoked?.(id);
      return key;
    },
  };
}

function checkRole(role: string, customerId: string | undefined): Violation[] {
  if (!(ROLES as readonly string[]).includes(role))
    return [violation('role', role, 'api_key', `must be one of ${ROLES.join(', ')}`)];
  if (role === 'customer' && customerId === undefined)
    return [violation('customer_id', undefined, 'api_key', 'is required for the role customer')];
  if (role !== 'customer' && customerId !== undefined)
    return [violation('customer_id', customerId, 'api_key', `is for the role customer only, not for ${role}`)];
  return [];
}

function checkExpiry(expiresAt: string | undefined): Violation[] {
  const instant = toInstant(expiresAt);
  if (instant === undefined) return checkTime('expires_at', expiresAt);
  return Date.parse(instant) > Date.now()
    ? []
    : [violation('expires_at', expiresAt, 'api_key', 'must lie in the future')];
}

function writePageToken({ createdAt, id }: ApiKey): string {
  return Buffer.from(`${createdAt}|${id}`).toString('base64url');
}

function readPageToken(token: string): { createdAt: string; id: string } {
  const [createdAt = '', id = ''] = Buffer.from(token, 'base64url').toString().split('|');
  if (toInstant(createdAt) === undefined || !ID.test(id))
    demand([violation('page_token', token, 'page', 'must be the next_page_token of an earlier page')]);
  return { createdAt, id };
}
