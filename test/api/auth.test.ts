/** Credentials in use: keys that end, streams that end with them, tokens of an identity provider. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Metadata, status } from '@grpc/grpc-js';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, describe, expect, it } from 'vitest';
import { findStoredKeys, revokeApiKey } from '../../db/api-keys.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { accept } from '../db/order-fixture.ts';
import { addKey, bearer, JWT_SECRET, sign } from './access/credentials.ts';
import { connect } from './rest/event-stream-client.ts';
import { call, refusal, startApi } from './support.ts';

const ADMIN_KEY = 'an-admin-key-of-the-settings-that-is-long-enough';
const { url: databaseUrl, db } = await createTestDatabase();
const startGuarded = () =>
  startApi({ databaseUrl, authentication: { adminKey: ADMIN_KEY, tokens: { key: { secret: JWT_SECRET } } } });
const api = await startGuarded();
const list = (headers: Record<string, string>, at = api) => at.request('GET', '/api/orders', { headers });

describe('a key', () => {
  it('is taken until it is revoked, then by no server any more', async () => {
    const other = await startGuarded();
    const { id, text } = await addKey(db);
    for (const server of [api, other]) expect(await list(bearer(text), server)).toMatchObject({ status: 200 });
    const revoked = await api.request('DELETE', `/api/keys/${id}`, { headers: bearer(ADMIN_KEY) });
    expect(revoked.status).toBe(200);
    // At once where it was revoked; the other server has known it for a moment.
    expect(await list(bearer(text))).toMatchObject({ status: 401, body: { detail: 'The API key was revoked.' } });
    await until('the other server knows', async () => (await list(bearer(text), other)).status === 401, 10_000);
  });

  it('is taken until it expires', async () => {
    const { text } = await addKey(db, { expiresAt: new Date(Date.now() + 3000).toISOString() });
    expect(await list(bearer(text))).toMatchObject({ status: 200 });
    const refused = await until('it has expired', async () => {
      const answer = await list(bearer(text));
      return answer.status === 401 && answer;
    });
    expect(refused.body.detail).toBe('The API key has expired.');
  });

  it('says when it was last used, once the server has written it', async () => {
    const server = await startGuarded();
    const { id, text } = await addKey(db);
    await list(bearer(text), server);
    await server.close();
    const [row] = await db<{ isUsed: boolean }[]>`
      select last_used_at > created_at - interval '1 second' as "isUsed" from api_keys where id = ${id}`;
    expect(row).toEqual({ isUsed: true });
  });

  it('stands in the database only as a hash', async () => {
    const { id, text } = await addKey(db);
    const [row] = await db<{ row: string }[]>`select to_jsonb(k)::text as row from api_keys k where id = ${id}`;
    expect(row?.row).not.toContain(text.slice(-43));
    expect((await findStoredKeys(db, [id]))[0]?.hash).toMatch(/^[\da-f]{64}$/);
  });

  it('of the settings is that of an admin', async () => {
    expect(await list(bearer(ADMIN_KEY))).toMatchObject({ status: 200 });
    expect(await list(bearer(`${ADMIN_KEY}!`))).toMatchObject({ status: 401 });
    const stock = { headers: bearer(ADMIN_KEY), body: { adjust: 1 } };
    expect(await api.request('PUT', '/api/products/prod-001/stock', stock)).toMatchObject({ status: 200 });
  });
});

describe('a stream', () => {
  it('of events ends when its key is revoked', async () => {
    const { id, text } = await addKey(db);
    const stream = await connect(`${api.http}/api/events/stream`, bearer(text));
    expect(stream.response.statusCode).toBe(200);
    await revokeApiKey(db, id, 'test');
    await stream.ended;
    expect(await list(bearer(text))).toMatchObject({ status: 401 });
  });

  it('of one order on gRPC ends when its token expires', async () => {
    const orderId = await accept(db);
    const metadata = Metadata.fromHttp2Headers(
      bearer(await sign({ exp: Math.floor(Date.now() / 1000) }, { expires: null })),
    );
    const stream = api.client.watchOrder({ order_id: orderId, after_version: undefined }, metadata);
    const seen: unknown[] = [];
    stream.on('data', (change) => seen.push(change));
    const error = await new Promise<{ code: number }>((resolve) => stream.on('error', resolve as never));
    expect(seen).toHaveLength(1);
    expect(error.code).toBe(status.UNAUTHENTICATED);
  });

  it('goes on while its key is good', async () => {
    const { text } = await addKey(db, { role: 'customer', customerId: 'customer-stream' });
    const stream = await connect(`${api.http}/api/events/stream`, bearer(text));
    await accept(db, { customerId: 'somebody-else' });
    const own = await accept(db, { customerId: 'customer-stream' });
    await until('the own order is told', () => stream.messages.length > 0);
    expect(stream.messages.map(({ event }) => event.subject)).toEqual([own]);
    expect(stream.response.closed).toBe(false);
  });
});

describe('an API key in metadata', () => {
  it('is taken once, not several times', async () => {
    const { text } = await addKey(db);
    const metadata = Metadata.fromHttp2Headers({ 'x-api-key': text });
    const order_id = await accept(db);
    const request = { order_id, live: false, progress: false };
    expect(await call(api.client, 'getOrder', request, { metadata })).toMatchObject({ order: { id: order_id } });
    metadata.add('x-api-key', text);
    expect(await refusal(call(api.client, 'getOrder', request, { metadata }))).toMatchObject({
      code: status.UNAUTHENTICATED,
    });
  });
});

describe('tokens of an identity provider', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const stranger = await generateKeyPair('ES256');
  const provider = await serveKeys([{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }]);
  const guarded = await startApi({ databaseUrl, authentication: { tokens: { key: { jwksUrl: provider.url } } } });
  const token = (key = privateKey, header = { alg: 'ES256', kid: 'one' }) =>
    new SignJWT({ sub: 'ada', role: 'operator' }).setProtectedHeader(header).setExpirationTime('5m').sign(key);

  it('are taken when one of its keys has signed them', async () => {
    expect(await list(bearer(await token()), guarded)).toMatchObject({ status: 200 });
  });

  it('are refused when somebody else has', async () => {
    expect(await list(bearer(await token(stranger.privateKey)), guarded)).toMatchObject({ status: 401 });
    const unknown = await token(stranger.privateKey, { alg: 'ES256', kid: 'two' });
    expect(await list(bearer(unknown), guarded)).toMatchObject({ status: 401 });
  });

  it('are refused where the public key is used as a secret', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(publicKey)));
    const forged = await new SignJWT({ sub: 'eve', role: 'admin' })
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .setExpirationTime('5m')
      .sign(secret);
    expect(await list(bearer(forged), guarded)).toMatchObject({ status: 401 });
  });

  it('can be checked later where its keys cannot be fetched now', async () => {
    const away = await serveKeys([]);
    const server = await startApi({ databaseUrl, authentication: { tokens: { key: { jwksUrl: away.url } } } });
    await away.stop();
    const answer = await list(bearer(await token()), server);
    expect(answer).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE', retry_after: 5 } });
    const { text } = await addKey(db);
    expect(await list(bearer(text), server)).toMatchObject({ status: 200 });
  });
});

describe('while the database is away', () => {
  it('keys wait, tokens and the key of the settings are known', async () => {
    const server = await startApi({
      databaseUrl: 'postgres://nobody@127.0.0.1:9/none',
      authentication: { adminKey: ADMIN_KEY, tokens: { key: { secret: JWT_SECRET } } },
    });
    const { text } = await addKey(db);
    const ask = (headers: Record<string, string>) => server.request('GET', '/api/dashboard/settings', { headers });
    expect(await ask(bearer(text))).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    expect(await ask(bearer(ADMIN_KEY))).toMatchObject({ status: 200 });
    expect(await ask(bearer(await sign({})))).toMatchObject({ status: 200 });
    expect(await ask({})).toMatchObject({ status: 401 });
  });
});

async function serveKeys(keys: readonly JWK[]): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  afterAll(stop);
  return { url: `http://127.0.0.1:${port}/jwks.json`, stop };
}
