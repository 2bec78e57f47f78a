import { connect } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../support/database.ts';
import { NOBODY, startApi, type TestApi } from '../support.ts';

const SHOP = 'https://shop.example';
let api: TestApi;
let open: TestApi;

beforeAll(async () => {
  const { url: databaseUrl } = await createTestDatabase();
  api = await startApi({ databaseUrl, temporalAddress: NOBODY });
  open = await startApi({
    databaseUrl,
    temporalAddress: NOBODY,
    corsOrigins: [SHOP],
    trustedProxies: ['127.0.0.1'],
  });
});

describe('every answer', () => {
  it.each([
    ['of a read', 'GET', '/api/products/prod-001'],
    ['that there is nothing', 'GET', '/nowhere'],
    ['that the method is wrong', 'DELETE', '/api/orders'],
    ['that the request is wrong', 'POST', '/api/orders'],
    ['that the address cannot be read', 'GET', '/api/orders/%zz'],
    ['of the documentation', 'GET', '/openapi.json'],
    ['that is a page', 'GET', '/dashboard'],
    ['that is the page of the documentation', 'GET', '/docs/'],
    ['that is a page of customers', 'GET', '/track/order-1'],
  ])('%s tells browsers to guess nothing, to frame nothing and what may load', async (_what, method, path) => {
    const { headers } = await api.request(method, path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toMatch(/^(no-referrer|same-origin)$/);
    expect(headers.get('content-security-policy')).toMatch(/default-src '(none|self)'/);
    expect(headers.get('content-security-policy')).not.toMatch(/upgrade-insecure-requests|https?:/);
    expect(headers.get('strict-transport-security')).toBeNull();
  });

  it('lets nothing load where it is no page', async () => {
    const { headers } = await api.request('GET', '/api/orders');
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
  });

  it('asks for HTTPS for ever where it goes over HTTPS, as a proxy that is believed says', async () => {
    const headers = { 'x-forwarded-proto': 'https' };
    const trusted = await open.request('GET', '/health/live', { headers });
    expect(trusted.headers.get('strict-transport-security')).toBe('max-age=31536000');
    const untrusted = await api.request('GET', '/health/live', { headers });
    expect(untrusted.headers.get('strict-transport-security')).toBeNull();
  });
});

describe('a page of another origin', () => {
  const headers = { origin: SHOP };
  const preflight = { ...headers, 'access-control-request-method': 'POST' };

  it('gets no answer that it may read, where nobody is named', async () => {
    const answer = await api.request('GET', '/api/orders', { headers });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    const asked = await api.request('OPTIONS', '/api/orders', { headers: preflight });
    expect(asked.status).toBe(405);
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('that is named may ask, without cookies', async () => {
    const answer = await open.request('GET', '/api/orders', { headers });
    expect(answer.headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    expect(answer.headers.get('access-control-expose-headers')).toContain('Retry-After');
    const asked = await open.request('OPTIONS', '/api/orders', { headers: preflight });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-methods')).toContain('PUT');
  });

  it('that is not named may not', async () => {
    const answer = await open.request('GET', '/api/orders', { headers: { origin: 'https://evil.example' } });
    expect(answer.headers.get('access-control-allow-origin')).not.toBe('https://evil.example');
    expect(answer.headers.get('access-control-allow-origin')).not.toBe('*');
  });

  it('changes nothing about what is not there', async () => {
    expect(await open.request('GET', '/nowhere')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await open.request('OPTIONS', '/api/orders')).toMatchObject({ status: 400 });
  });
});

describe('what is too large or no HTTP', () => {
  it('an address of more than 8192 characters is 414', async () => {
    const answer = await api.request('GET', `/api/orders?customer_id=${'x'.repeat(9000)}`);
    expect(answer).toMatchObject({ status: 414, body: { code: 'URI_TOO_LONG' } });
  });

  it('headers of more than 16 KB are 431', async () => {
    const headers = { 'x-large': 'x'.repeat(17_000) };
    const answer = await api.request('GET', '/api/orders', { headers });
    expect(answer).toMatchObject({ status: 431, body: { code: 'HEADERS_TOO_LARGE' } });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  it('bytes that are no HTTP are answered with 400, and the connection is closed', async () => {
    const text = await new Promise<string>((resolve) => {
      let said = '';
      const socket = connect(Number(new URL(api.http).port), '127.0.0.1', () => socket.write('no HTTP at all\r\n\r\n'));
      socket.setEncoding('utf8').on('data', (piece: string) => (said += piece));
      socket.on('error', () => undefined).once('close', () => resolve(said));
    });
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('"code":"INVALID_REQUEST"');
  });

  it('a method that nobody knows is 405, whatever comes with it', async () => {
    const answer = await api.request('QUERY', '/api/orders');
    expect(answer).toMatchObject({ status: 405, body: { code: 'METHOD_NOT_ALLOWED' } });
  });
});
