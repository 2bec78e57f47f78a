import { beforeAll, expect, it } from 'vitest';
import { createTestDatabase } from '../../support/database.ts';
import { NOBODY, startApi, type TestApi } from '../support.ts';

let api: TestApi;

beforeAll(async () => {
  const { url } = await createTestDatabase();
  api = await startApi({ databaseUrl: url, temporalAddress: NOBODY });
});

const post = (body: string | Uint8Array, headers?: Record<string, string>) =>
  api.request('POST', '/api/orders', { body, ...(headers && { headers }) });

it('malformed JSON is refused with the place where it ends to be JSON', async () => {
  const answer = await post('{"customer_id": oops');
  expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', violations: [{ field: 'body' }] } });
  expect(answer.body.detail).toContain('must be JSON: Unexpected token');
});

it('bytes that are not UTF-8 are refused', async () => {
  const answer = await post(new Uint8Array([0x22, 0xff, 0xfe, 0x22]));
  expect(answer.body).toMatchObject({ status: 400, detail: 'body must be text in UTF-8' });
});

it('a body that reaches for the prototype is refused', async () => {
  expect(await post('{"__proto__": {"customer_id": "c"}}')).toMatchObject({ status: 400 });
});

it.each(['[]', '"text"', '5', 'null'])('the body %s, which is no object, is refused', async (body) => {
  expect(await post(body)).toMatchObject({ status: 400, body: { violations: [{ field: 'body', rule: 'shape' }] } });
});

it('a missing body is refused, also where a content type is given', async () => {
  for (const headers of [{}, { 'content-type': 'application/json' }]) {
    const answer = await api.request('POST', '/api/orders', { headers });
    expect(answer.body).toMatchObject({ status: 400, detail: 'body is required' });
  }
});

it('a body of another type is 415', async () => {
  const answer = await post('customer_id=c', { 'content-type': 'application/x-www-form-urlencoded' });
  expect(answer).toMatchObject({ status: 415, body: { code: 'UNSUPPORTED_MEDIA_TYPE', status: 415 } });
});

it('a body over 1 MB is 413', async () => {
  const answer = await post(JSON.stringify({ customer_id: 'x'.repeat(1_100_000) }));
  expect(answer).toMatchObject({ status: 413, body: { code: 'TOO_LARGE', status: 413 } });
});

it('an unknown address is a 404 problem', async () => {
  expect(await api.request('GET', '/api/nothing')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
});

it('a wrong method is a 405 problem that names the right ones', async () => {
  const answer = await api.request('DELETE', '/api/orders/order-1');
  expect(answer).toMatchObject({ status: 405, body: { code: 'METHOD_NOT_ALLOWED' } });
  expect(answer.headers.get('allow')).toBe('GET, HEAD');
  const list = await api.request('PUT', '/api/orders');
  expect(list.headers.get('allow')).toBe('GET, HEAD, POST');
});

it('an address that cannot be read is a problem', async () => {
  expect(await api.request('GET', '/api/orders/%zz')).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
});

it('the server is alive, and degraded while Temporal and the workers are away', async () => {
  expect(await api.request('GET', '/health/live')).toMatchObject({ status: 200, body: { status: 'live' } });
  const ready = await api.request('GET', '/health/ready');
  expect(ready).toMatchObject({
    status: 200,
    body: { status: 'degraded', missing: ['temporal', 'workers'], dependencies: { postgres: { status: 'up' } } },
  });
});

it('the OpenAPI document describes every route, and all its references lead somewhere', async () => {
  interface Operation {
    operationId?: string;
    description?: string;
    responses: Record<string, { description?: string }>;
  }
  const { body } = await api.request<{
    openapi: string;
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, unknown> };
  }>('GET', '/openapi.json');
  expect(body.openapi).toBe('3.1.0');
  const operations = Object.values(body.paths).flatMap((path) => Object.values(path));
  expect(operations.length).toBeGreaterThanOrEqual(14);
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  for (const { description, responses } of operations) {
    expect(description).toBeTruthy();
    expect(Object.keys(responses)).toContain(Object.keys(responses).find((code) => code.startsWith('2')));
  }
  const references = [...JSON.stringify(body).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name!);
  expect(Object.keys(body.components.schemas)).toEqual(expect.arrayContaining(references));
});

it('the page that shows it loads nothing from other hosts', async () => {
  const page = await api.request('GET', '/docs');
  expect(page.status).toBe(200);
  expect(page.text).toContain('<title>Steadfast</title>');
  expect(page.text).not.toMatch(/(src|href)="(https?:)?\/\//);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
});
