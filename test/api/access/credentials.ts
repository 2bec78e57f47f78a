/** Credentials of every kind, good and bad, for one database. */
import { SignJWT, UnsecuredJWT } from 'jose';
import { makeKey } from '../../../api/auth/key-text.ts';
import { addApiKey, revokeApiKey } from '../../../db/api-keys.ts';
import type { Database } from '../../../db/client.ts';
import { type Role, ROLES } from '../../../domain/access.ts';

/** What tokens of the tests are signed with. */
export const JWT_SECRET = 'a secret that only the tests know, long enough';
export const ISSUER = 'https://identity.example.com';
export const AUDIENCE = 'steadfast';
/** The customers whose credentials there are. */
export const ADA = 'customer-ada';
export const BOB = 'customer-bob';

/** Headers, which are metadata on gRPC. */
export type Headers = Readonly<Record<string, string>>;

/** Credentials with a name for the title of a test. */
export interface Named {
  readonly name: string;
  readonly headers: Headers;
}

/** Credentials that are good. */
export interface Good extends Named {
  readonly role: Role;
}

/** Makes a key; answers its text and its id. */
export async function addKey(
  db: Database,
  { role = 'operator', customerId = null, expiresAt = null }: Partial<Parameters<typeof addApiKey>[1]> = {},
): Promise<{ id: string; text: string }> {
  const { id, text, hash } = makeKey();
  await addApiKey(db, { id, name: `a key of ${role}`, role, customerId, expiresAt, hash }, 'test');
  return { id, text };
}

/** A token with these claims, which is good where nothing else is said. */
export function sign(
  claims: object,
  { secret = JWT_SECRET, expires = '2h' }: { secret?: string; expires?: string | null } = {},
): Promise<string> {
  const token = new SignJWT({ sub: 'ada@example.com', role: 'operator', iss: ISSUER, aud: AUDIENCE, ...claims });
  token.setProtectedHeader({ alg: 'HS256' });
  if (expires !== null) token.setExpirationTime(expires);
  return token.sign(new TextEncoder().encode(secret));
}

/** `Authorization: Bearer …` */
export function bearer(text: string): Headers {
  return { authorization: `Bearer ${text}` };
}

/** A key and a token of each role; those of the role customer are Ada's. */
export async function goodCredentials(db: Database): Promise<Good[]> {
  const each = ROLES.map(async (role): Promise<Good[]> => {
    const customer = role === 'customer' ? ADA : undefined;
    const { text } = await addKey(db, { role, customerId: customer ?? null });
    const token = await sign({ role, customer_id: customer });
    return [
      { name: `a key of the role ${role}`, role, headers: bearer(text) },
      { name: `a key of the role ${role} as X-API-Key`, role, headers: { 'x-api-key': text } },
      { name: `a token of the role ${role}`, role, headers: bearer(token) },
    ];
  });
  return (await Promise.all(each)).flat();
}

/** Everything that looks like credentials and is none. Where it has a role, it is that of an admin. */
export async function badCredentials(db: Database): Promise<Named[]> {
  const good = await addKey(db, { role: 'admin' });
  const expired = await addKey(db, { role: 'admin', expiresAt: '2020-01-01T00:00:00.000Z' });
  const revoked = await addKey(db, { role: 'admin' });
  await revokeApiKey(db, revoked.id, 'test');
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: 'eve', role: 'admin', exp: now + 7200, iss: ISSUER, aud: AUDIENCE };
  const token = await sign({ role: 'admin' });
  const keys: [string, string][] = [
    ['a malformed key', 'sk_123'],
    ['nonsense', 'nonsense'],
    ['an unknown key', makeKey().text],
    ['the id of a key with another secret', `${good.text.slice(0, -4)}AAAA`],
    ['an expired key', expired.text],
    ['a revoked key', revoked.text],
  ];
  const tokens: [string, string][] = [
    ['a malformed token', 'a.b.c'],
    ['an expired token', await sign({ role: 'admin', exp: now - 60 }, { expires: null })],
    ['a token that expires after the end of time', await sign({ role: 'admin', exp: 1e13 }, { expires: null })],
    ['a token that never expires', await sign({ role: 'admin' }, { expires: null })],
    ['a token of somebody else', await sign({ role: 'admin' }, { secret: `${JWT_SECRET}!` })],
    ['a token that is not signed', new UnsecuredJWT(claims).encode()],
    ['a token whose signature is cut off', token.slice(0, token.lastIndexOf('.') + 1)],
    ['a token of another issuer', await sign({ role: 'admin', iss: 'https://evil.example.com' })],
    ['a token for another audience', await sign({ role: 'admin', aud: 'somebody' })],
    ['a token without a role', await sign({ role: undefined })],
    ['a token with an unknown role', await sign({ role: 'root' })],
    ['a token of a customer without customer_id', await sign({ role: 'customer' })],
    ['a token that is not valid yet', await sign({ role: 'admin', nbf: now + 3600 })],
  ];
  return [
    ...[...keys, ...tokens].map(([name, text]) => ({ name, headers: bearer(text) })),
    ...keys.map(([name, text]) => ({ name: `${name} as X-API-Key`, headers: { 'x-api-key': text } })),
    { name: 'a good key as another scheme', headers: { authorization: `Basic ${good.text}` } },
    { name: 'a scheme without credentials', headers: { authorization: 'Bearer' } },
    { name: 'a good key among wrong ones', headers: { authorization: `Bearer nonsense, Bearer ${good.text}` } },
  ];
}
