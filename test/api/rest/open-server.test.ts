/** Pages of other origins and a server without authentication. */
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../support/database.ts';
import { NOBODY, startApi, type TestApi } from '../support.ts';

const { url: databaseUrl } = await createTestDatabase();
const SHOP = 'https://shop.example';
const open = await startApi({ databaseUrl, temporalAddress: NOBODY });
const named = await startApi({
  databaseUrl,
  temporalAddress: NOBODY,
  corsOrigins: ['https://ui.example'],
  publicUrl: `${SHOP}/orders`,
  trustedProxies: ['127.0.0.1'],
});
const anywhere = await startApi({ databaseUrl, temporalAddress: NOBODY, corsOrigins: ['*'] });
const closed = await startApi({ databaseUrl, temporalAddress: NOBODY, authentication: {} });

/** The status of a request with these headers, `Host` among them; without one of its own it is that of the address. */
function ask(method: string, path: string, headers: Record<string, string> = {}, of: TestApi = open): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${of.http}${path}`, { method, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject).end();
  });
}

describe('a change where authentication is off', () => {
  const change = (headers: Record<string, string>, of?: TestApi) =>
    ask('PUT', '/api/products/prod-001/stock', headers, of);

  it.each([
    ['a page of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a page of another port of this machine', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:8080' }],
    ['a form of another site', { 'sec-fetch-site': 'cross-site', origin: 'null', 'content-type': 'text/plain' }],
    ['an old browser on another page', { origin: 'https://evil.example' }],
    ['a page that says nothing of itself', { origin: 'null' }],
  ])('is refused to %s', async (_who, headers) => {
    expect(await change(headers)).toBe(403);
    expect(await change(headers, named)).toBe(403);
    for (const method of ['POST', 'DELETE'])
      expect(await ask(method, method === 'POST' ? '/api/orders' : '/api/keys/x', headers)).toBe(403);
  });

  it.each([
    ['a program', {}],
    ['a page of this server', { 'sec-fetch-site': 'same-origin' }],
    ['an old browser on a page of this server', { origin: open.http }],
  ])('is taken from %s', async (_who, headers) => {
    // Without a body it is no good, which is found out after it was let in.
    expect([400, 415]).toContain(await change(headers));
  });

  it('is taken from pages of origins that are named', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://ui.example' };
    expect([400, 415]).toContain(await change(headers, named));
    expect([400, 415]).toContain(await change(headers, anywhere));
  });

  it('is not what reading is', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    expect(await ask('GET', '/api/orders', headers)).toBe(200);
  });
});

describe('a server without authentication', () => {
  const { port } = new URL(open.http);

  it.each(['evil.example', `evil.example:${port}`, '10.0.0.1', '127.0.0.1.evil.example', 'localhost.evil.example'])(
    'does not answer to the name "%s"',
    async (host) => {
      for (const path of ['/api/orders', '/api/session', '/openapi.json', '/dashboard', '/nowhere'])
        expect(await ask('GET', path, { host }), path).toBe(403);
      expect(await ask('GET', '/track/x', { host })).toBe(404);
    },
  );

  it('does not take the word of a proxy for its name', async () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'localhost' };
    expect(await ask('GET', '/api/orders', headers, named)).toBe(403);
  });

  it.each(['localhost', `LOCALHOST:${port}`, 'localhost.', '127.0.0.1', `127.1.2.3:${port}`, `[::1]:${port}`])(
    'answers to the name %s',
    async (host) => {
      expect(await ask('GET', '/api/orders', { host })).toBe(200);
    },
  );

  it('answers to the name that people reach it by', async () => {
    expect(await ask('GET', '/api/orders', { host: 'shop.example' }, named)).toBe(200);
    expect(await ask('GET', '/api/orders', { host: 'shop.example:8443' }, named)).toBe(200);
    expect(await ask('GET', '/api/orders', { host: 'shop.example' })).toBe(403);
  });

  it('tells of its health by any name', async () => {
    for (const path of ['/health/live', '/health/ready'])
      expect([200, 503]).toContain(await ask('GET', path, { host: '10.1.2.3:3000' }));
    expect(await ask('GET', '/healthy', { host: '10.1.2.3:3000' })).toBe(403);
  });
});

it('where authentication is on, names and origins are as before', async () => {
  const headers = { host: 'anything.example', 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
  expect(await ask('POST', '/api/orders', headers, closed)).toBe(401);
});
