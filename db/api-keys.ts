/** The statements that keep API keys. A key is found by the part that is no secret; what is stored of the rest is a hash. */
import type { Role } from '../domain/access.ts';
import { auditOf } from './audit.ts';
import type { Database } from './client.ts';

/** A key as it is shown; moments in ISO 8601. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** Whose orders it shows; null for other roles than customer. */
  readonly customerId: string | null;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

/** What decides whether a key is taken. */
export interface StoredKey extends Pick<ApiKey, 'id' | 'name' | 'role' | 'customerId' | 'expiresAt' | 'revokedAt'> {
  /** SHA-256 of the whole key, in hexadecimal. */
  readonly hash: string;
}

/** A key to be added; `hash` in hexadecimal, `expiresAt` in ISO 8601. */
export type NewApiKey = Pick<ApiKey, 'id' | 'name' | 'role' | 'customerId' | 'expiresAt'> & { readonly hash: string };

/** Adds a key and its entry in the audit. */
export async function addApiKey(db: Database, key: NewApiKey, actor: string): Promise<ApiKey> {
  const { id, name, role, customerId, hash, expiresAt } = key;
  const detail = db`jsonb_strip_nulls(jsonb_build_object(
    'name', name, 'role', role, 'customer_id', customer_id, 'expires_at', expires_at))`;
  const [added] = await db<ApiKey[]>`
    with added as (
      insert into api_keys (id, name, role, customer_id, hash, created_by, expires_at)
      values (${id}, ${name}, ${role}, ${customerId}, decode(${hash}, 'hex'), ${actor}, ${expiresAt}::timestamptz)
      returning *
    ), audit as (
      ${auditOf(db, db`(select *, id as event_id from added) as s`, { actor, action: 'api-key.create', result: 'CREATED', detail })}
    )
    select ${columns(db)} from added as k`;
  if (!added) throw new Error(`API key ${id} was not added`);
  return added;
}

/** A page of keys, the newest first; `before` is the last of the page before. */
export function listApiKeys(
  db: Database,
  page: { before?: Pick<ApiKey, 'createdAt' | 'id'> | undefined; limit: number },
): Promise<ApiKey[]> {
  const { before, limit } = page;
  return db<ApiKey[]>`
    select ${columns(db)} from api_keys as k
    ${before ? db`where (created_at, id) < (${before.createdAt}::timestamptz, ${before.id})` : db``}
    order by created_at desc, id desc limit ${limit}`;
}

/** Revokes a key, for ever; a repeat changes nothing. Undefined where there is no such key. */
export async function revokeApiKey(db: Database, id: string, actor: string): Promise<ApiKey | undefined> {
  const audit = { actor, action: 'api-key.revoke', result: 'REVOKED' };
  const [key] = await db<ApiKey[]>`
    with revoked as (
      update api_keys set revoked_at = now() where id = ${id} and revoked_at is null returning *
    ), audit as (
      ${auditOf(db, db`(select id as event_id from revoked) as s`, audit)}
    )
    select ${columns(db)} from revoked as k
    union all
    select ${columns(db)} from api_keys as k where id = ${id} and not exists (select from revoked)`;
  return key;
}

/** What is stored of these keys, in their order; undefined for those that do not exist. */
export async function findStoredKeys(db: Database, ids: readonly string[]): Promise<(StoredKey | undefined)[]> {
  const rows = await db<StoredKey[]>`
    select id, name, role, customer_id as "customerId", expires_at as "expiresAt", revoked_at as "revokedAt",
      encode(hash, 'hex') as hash
    from api_keys where id = any(${[...ids]}::text[])`;
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id));
}

/** Whether there is a key that is neither revoked nor expired. */
export async function hasValidKey(db: Database): Promise<boolean> {
  const [row] = await db<{ isThere: boolean }[]>`
    select exists (
      select from api_keys where revoked_at is null and (expires_at is null or expires_at > now())
    ) as "isThere"`;
  return row?.isThere === true;
}

/** Writes down when keys were last used; a moment that is older than the one that stands there changes nothing. */
export async function recordKeyUses(db: Database, uses: ReadonlyMap<string, string>): Promise<void> {
  await db`
    update api_keys k set last_used_at = u.at
    from unnest(${[...uses.keys()]}::text[], ${[...uses.values()]}::timestamptz[]) as u(id, at)
    where k.id = u.id and (k.last_used_at is null or k.last_used_at < u.at)`;
}

function columns(db: Database) {
  return db`k.id, k.name, k.role, k.customer_id as "customerId", k.created_at as "createdAt",
    k.created_by as "createdBy", k.expires_at as "expiresAt", k.last_used_at as "lastUsedAt",
    k.revoked_at as "revokedAt"`;
}
