/** Signing in to the dashboard with a key or a token, and what a session may do. */
import { describe, expect, it } from 'vitest';
import { USUAL_LIMITS } from '../../../api/limits/settings.ts';
import { revokeApiKey } from '../../../db/api-keys.ts';
import { createTestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';
import { addKey, AUDIENCE, bearer, ISSUER, JWT_SECRET, sign } from '../access/credentials.ts';
import { startApi } from '../support.ts';
import { connect } from './event-stream-client.ts';

const { url: databaseUrl, db } = await createTestDatabase();
const tokens = { key: { secret: JWT_SECRET }, issuer: ISSUER, audience: AUDIENCE };
const ADMIN_KEY = 'the key of an admin, long enough'.replaceAll(' ', '-');
const secret = 'what two servers sign their sessions with';
const authentication = { tokens, adminKey: ADMIN_KEY };
const api = await startApi({
  databaseUrl,
  authentication,
  sessions: { secret, lifeMs: 3_600_000 },
  limits: { ...USUAL_LIMITS, adminChangesPerMinute: 0 },
});

interface Session {
  readonly authentication_required: boolean;
  readonly caller?: { readonly id: string; readonly role: string; readonly expires_at?: string };
}

const FROM_HERE = { 'sec-fetch-site': 'same-origin' };

async function ask(
  method: string,
  path: string,
  { headers = {}, body }: { headers?: object; body?: object } = {},
  of = api,
) {
  const response = await fetch(`${of.http}${path}`, {
    method,
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const cookie = response.headers.get('set-cookie') ?? '';
  return {
    status: response.status,
    cookie,
    body: (text === '' ? {} : JSON.parse(text)) as Session & { detail?: string },
  };
}

async function signIn(credential: string) {
  const answer = await ask('POST', '/api/session', { body: { credential }, headers: FROM_HERE });
  expect(answer.status).toBe(200);
  return { ...answer, cookie: { cookie: answer.cookie.split(';')[0] ?? '' } };
}

describe('signing in', () => {
  it('sets a cookie that scripts cannot read, and tells who one is', async () => {
    const { id, text } = await addKey(db, { role: 'operator' });
    const answer = await ask('POST', '/api/session', { body: { credential: text }, headers: FROM_HERE });
    expect(answer.body).toMatchObject({ authentication_required: true, caller: { id, role: 'operator' } });
    expect(answer.cookie).toMatch(/^steadfast_session=[^;]+; Max-Age=3[56]\d\d; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(answer.cookie).not.toContain(text);
  });

  it.each([
    ['a key', async () => (await addKey(db, { role: 'operator' })).text],
    ['a token', () => sign({ role: 'operator' })],
    ['the key of the settings', () => Promise.resolve(ADMIN_KEY)],
  ])('with %s opens what its role may see', async (_, credential) => {
    const { cookie } = await signIn(await credential());
    expect((await ask('GET', '/api/orders', { headers: cookie })).status).toBe(200);
    expect((await ask('GET', '/api/session', { headers: cookie })).body.caller).toBeDefined();
  });

  it('never lasts longer than the credential', async () => {
    const expires = new Date(Date.now() + 60_000).toISOString();
    const { body } = await signIn((await addKey(db, { expiresAt: expires })).text);
    expect(Date.parse(body.caller?.expires_at ?? '')).toBeLessThanOrEqual(Date.parse(expires));
  });

  it('with a token that expires after the end of time is refused', async () => {
    const token = await sign({ role: 'admin', exp: 1e13 }, { expires: null });
    const answer = await ask('POST', '/api/session', { body: { credential: token } });
    expect([answer.status, answer.body.detail]).toEqual([401, expect.stringContaining('exp')]);
    const known = await ask('GET', '/api/session', { headers: bearer(token) });
    expect([known.status, known.body.caller]).toEqual([200, undefined]);
  });

  it.each(['nonsense', 'sk_0123456789abcdef_no', 'a.b.c'])('with %s is refused', async (credential) => {
    const answer = await ask('POST', '/api/session', { body: { credential } });
    expect([answer.status, answer.cookie]).toEqual([401, '']);
  });

  it('is refused by a page of another origin', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.example' };
    expect((await ask('POST', '/api/session', { body: { credential: ADMIN_KEY }, headers })).status).toBe(403);
  });

  it('is not needed where authentication is off', async () => {
    const open = await startApi({ databaseUrl });
    const { body } = await ask('GET', '/api/session', {}, open);
    expect(body).toMatchObject({ authentication_required: false, caller: { role: 'admin' } });
    expect((await ask('POST', '/api/session', { body: { credential: ADMIN_KEY } }, open)).status).toBe(400);
  });
});

describe('a session', () => {
  it('may not do what the role may not', async () => {
    const { cookie } = await signIn((await addKey(db, { role: 'operator' })).text);
    const body = { name: 'Mug', unit_price: 5, currency: 'EUR' };
    const answer = await ask('PUT', '/api/products/of-a-session', { headers: { ...cookie, ...FROM_HERE }, body });
    expect(answer.status).toBe(403);
  });

  it.each([
    ['a page of another origin', { 'sec-fetch-site': 'cross-site' }],
    ['a page of a neighbouring host', { 'sec-fetch-site': 'same-site' }],
    ['an old browser on another page', { origin: 'https://elsewhere.example' }],
    ['something that does not say where it is from', {}],
  ])('changes nothing for %s', async (_, headers) => {
    const { cookie } = await signIn(ADMIN_KEY);
    const answer = await ask('POST', '/api/orders/cancel', {
      headers: { ...cookie, ...headers },
      body: { order_ids: ['x'], dry_run: true },
    });
    expect([answer.status, answer.body.detail]).toEqual([403, expect.stringContaining('pages of this server')]);
  });

  it('changes things from pages of this server', async () => {
    const { cookie } = await signIn(ADMIN_KEY);
    for (const from of [FROM_HERE, { origin: api.http }]) {
      const body = { order_ids: ['x'], dry_run: true };
      expect((await ask('POST', '/api/orders/cancel', { headers: { ...cookie, ...from }, body })).status).toBe(200);
    }
  });

  it('ends when its key is revoked', async () => {
    const { id, text } = await addKey(db, { role: 'admin' });
    const { cookie } = await signIn(text);
    await revokeApiKey(db, id, 'test');
    await until(
      'the session has ended',
      async () => (await ask('GET', '/api/orders', { headers: cookie })).status === 401,
    );
  });

  it('is known to another server with the same secret, and to none with another', async () => {
    const { cookie } = await signIn(ADMIN_KEY);
    const same = await startApi({ databaseUrl, authentication, sessions: { secret, lifeMs: 60_000 } });
    const other = await startApi({ databaseUrl, authentication, sessions: { secret: `${secret}!`, lifeMs: 60_000 } });
    expect((await ask('GET', '/api/orders', { headers: cookie }, same)).status).toBe(200);
    expect((await ask('GET', '/api/orders', { headers: cookie }, other)).status).toBe(401);
  });

  it('is no token, and a token is no session', async () => {
    const { cookie } = await signIn(ADMIN_KEY);
    const [, value = ''] = cookie.cookie.split('=');
    expect((await ask('GET', '/api/orders', { headers: bearer(value) })).status).toBe(401);
    const token = { cookie: `steadfast_session=${await sign({ role: 'admin' })}` };
    expect((await ask('GET', '/api/orders', { headers: token })).status).toBe(401);
  });

  it('is over at signing out, for whoever has copied its cookie and on every server', async () => {
    const other = await startApi({ databaseUrl, authentication, sessions: { secret, lifeMs: 60_000 } });
    const { cookie } = await signIn(ADMIN_KEY);
    const { cookie: another } = await signIn(ADMIN_KEY);
    for (const of of [api, other]) expect((await ask('GET', '/api/orders', { headers: cookie }, of)).status).toBe(200);
    const stream = await connect(`${api.http}/api/events/stream`, cookie);
    expect((await ask('DELETE', '/api/session', { headers: { ...cookie, ...FROM_HERE } })).status).toBe(204);
    const answer = await ask('GET', '/api/orders', { headers: cookie });
    expect([answer.status, answer.body.detail]).toEqual([401, 'The session has ended: sign in again.']);
    expect((await ask('GET', '/api/session', { headers: cookie })).body.caller).toBeUndefined();
    await until('the other server knows', async () => {
      return (await ask('GET', '/api/orders', { headers: cookie }, other)).status === 401;
    });
    await stream.ended;
    expect((await ask('GET', '/api/orders', { headers: another })).status).toBe(200);
  });

  it('that was signed out of is remembered until it would have ended', async () => {
    const past = await ask('DELETE', '/api/session', {
      headers: { ...(await signIn(ADMIN_KEY)).cookie, ...FROM_HERE },
    });
    expect(past.status).toBe(204);
    await db`update ended_sessions set until = now() - interval '1 second'`;
    const { cookie } = await signIn(ADMIN_KEY);
    for (const _ of [1, 2]) await ask('DELETE', '/api/session', { headers: { ...cookie, ...FROM_HERE } });
    expect(await db`select until > now() as "isToCome" from ended_sessions`).toEqual([{ isToCome: true }]);
  });

  it('whose end cannot be written down loses its cookie, and says that it goes on', async () => {
    const away = await startApi({
      databaseUrl: 'postgres://nobody@127.0.0.1:9/none',
      authentication,
      sessions: { secret, lifeMs: 60_000 },
    });
    const { cookie } = await signIn(ADMIN_KEY);
    const answer = await ask('DELETE', '/api/session', { headers: { ...cookie, ...FROM_HERE } }, away);
    expect([answer.status, answer.cookie]).toEqual([503, expect.stringMatching(/^steadfast_session=;/)]);
    expect((await ask('GET', '/api/orders', { headers: cookie })).status).toBe(200);
  });

  it('is taken away at signing out', async () => {
    const answer = await ask('DELETE', '/api/session', { headers: FROM_HERE });
    expect(answer.status).toBe(204);
    expect(answer.cookie).toMatch(/^steadfast_session=;.*(Max-Age=0|Expires=Thu, 01 Jan 1970)/);
  });
});
