/** Every route × every kind of credentials, as the running server's own OpenAPI document has them. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../../api/errors.ts';
import { USUAL_LIMITS } from '../../api/limits/settings.ts';
import { type Role, ROLES } from '../../domain/access.ts';
import { codeIn, readDocument, tableUnder } from '../docs/documents.ts';
import { createTestDatabase } from '../support/database.ts';
import {
  ADA,
  AUDIENCE,
  badCredentials,
  bearer,
  BOB,
  type Good,
  goodCredentials,
  type Headers,
  ISSUER,
  JWT_SECRET,
  type Named,
  sign,
} from './access/credentials.ts';
import { type AccessDocument, fill, type Route, routesOf } from './access/rest-routes.ts';
import { startApi } from './support.ts';

const { url: databaseUrl, db } = await createTestDatabase();
const api = await startApi({
  databaseUrl,
  testEndpoints: true,
  authentication: { tokens: { key: { secret: JWT_SECRET }, issuer: ISSUER, audience: AUDIENCE } },
  limits: { ...USUAL_LIMITS, adminChangesPerMinute: 0 },
});
const document = await fetch(`${api.http}/openapi.json`);
const routes = routesOf((await document.json()) as AccessDocument);
const closed = routes.filter(({ roles }) => roles !== undefined);
const good = [...(await goodCredentials(db)), ...(await Promise.all(ROLES.map(goodSession)))];
const bad = await badCredentials(db);
const badSessions = await makeBadSessions();

/** The session of a page of this server, begun with a token. */
async function goodSession(role: Role): Promise<Good> {
  const credential = await sign({ role, customer_id: role === 'customer' ? ADA : undefined });
  const answer = await api.request('POST', '/api/session', { body: { credential } });
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  return { name: `a session of the role ${role}`, role, headers: { cookie, 'sec-fetch-site': 'same-origin' } };
}

async function makeBadSessions(): Promise<Named[]> {
  const { headers } = await goodSession('admin');
  await api.request('DELETE', '/api/session', { headers });
  const [ended, ...others] = [
    headers.cookie,
    `${(await goodSession('admin')).headers.cookie}x`,
    `steadfast_session=${await sign({ role: 'admin' })}`,
    'steadfast_session=nonsense',
  ].map((cookie) => ({ ...headers, cookie: String(cookie) }));
  return [
    { name: 'a session that was signed out of', headers: ended! },
    ...others.map((each) => ({ name: `no session: ${each.cookie}`, headers: each })),
  ];
}

/** What a request is answered; of a stream only its beginning is waited for. */
async function ask({ method }: Pick<Route, 'method'>, path: string, headers: Headers, body?: object) {
  const leaving = new AbortController();
  const response = await fetch(`${api.http}${path}`, {
    method,
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    redirect: 'manual',
    signal: leaving.signal,
  });
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const text = isStream ? '' : await response.text();
  leaving.abort();
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true;
  return {
    status: response.status,
    headers: response.headers,
    text,
    problem: isProblem ? (JSON.parse(text) as Problem) : undefined,
  };
}

describe('the table of routes', () => {
  it('is that of the running server', () => {
    const told = tableUnder('REST', readDocument('docs/access.md')).map(([route = '', ...cells]) => [
      codeIn(route)[0],
      ...cells,
    ]);
    const actual = routes.map(({ name, roles }) => [
      name,
      ...ROLES.map((role) => {
        if (roles === undefined) return 'public';
        if (!roles.includes(role)) return '–';
        return role === 'customer' ? 'own' : 'yes';
      }),
    ]);
    expect(told.sort()).toEqual(actual.sort());
  });

  it('has routes for everybody and for each role', () => {
    const kinds = new Set(routes.map(({ roles }) => roles?.[0] ?? 'public'));
    expect([...kinds].sort()).toEqual(['admin', 'customer', 'operator', 'public']);
  });
});

describe.each(routes.filter(({ roles }) => roles === undefined))('$name', (route) => {
  it('needs no credentials, and looks at none', async () => {
    for (const { headers } of [{ headers: {} }, ...bad.slice(0, 3)])
      expect([401, 403]).not.toContain((await ask(route, fill(route.path), headers)).status);
    expect(route.operation.security).toEqual([]);
  });
});

describe.each(closed)('$name', (route) => {
  const { path, roles = [] } = route;

  it('says in the OpenAPI document that it needs credentials', () => {
    expect(route.operation.security).not.toEqual([]);
    expect(Object.keys(route.operation.responses)).toEqual(expect.arrayContaining(['401', '403']));
  });

  it('refuses who has no credentials, and asks for some', async () => {
    const answer = await ask(route, fill(path), {});
    expect(answer).toMatchObject({ status: 401, problem: { code: 'UNAUTHENTICATED' } });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="steadfast"');
  });

  it('refuses credentials that are no good', async () => {
    for (const { name, headers } of bad) {
      const answer = await ask(route, fill(path), headers);
      expect(answer, name).toMatchObject({ status: 401, problem: { code: 'UNAUTHENTICATED' } });
      expect(answer.headers.get('www-authenticate'), name).toContain('error="invalid_token"');
    }
  });

  it('refuses sessions that are no good', async () => {
    for (const { name, headers } of badSessions)
      expect(await ask(route, fill(path), headers), name).toMatchObject({ status: 401 });
  });

  it(`lets in ${roles.join(' and ')}, and nobody else`, async () => {
    for (const { name, role, headers } of good) {
      const { status, problem } = await ask(route, fill(path), headers);
      if (roles.includes(role)) expect([401, 403], name).not.toContain(status);
      else expect({ status, code: problem?.code }, name).toEqual({ status: 403, code: 'FORBIDDEN' });
    }
  });
});

describe.each(closed.filter(({ roles }) => roles?.includes('customer')))('$name for a customer', (route) => {
  const { path, queryFields, bodyFields } = route;
  let ada: Headers[];
  let bobsOrder: string;

  beforeAll(async () => {
    ada = good.filter(({ role }) => role === 'customer').map(({ headers }) => headers);
    const bob = bearer(await sign({ role: 'customer', customer_id: BOB }));
    const body = { customer_id: BOB, items: [{ product_id: 'prod-001', quantity: 1 }] };
    const answer = await ask({ method: 'POST' }, '/api/orders', bob, body);
    expect(answer.status).toBe(201);
    bobsOrder = (JSON.parse(answer.text) as { order_id: string }).order_id;
  });

  it('is about their own orders only', async () => {
    for (const headers of ada) expect(await probe(headers)).toBe('kept apart');
  });

  /** Asks for what belongs to Bob, in the way that this route can be asked. */
  async function probe(headers: Headers): Promise<string> {
    if (path.includes('{id}')) {
      const unknown = `${bobsOrder}-0`;
      const [others, nobodys] = [
        await ask(route, fill(path, bobsOrder), headers),
        await ask(route, fill(path, unknown), headers),
      ];
      expect(nobodys).toMatchObject({ status: 404, problem: { code: 'NOT_FOUND' } });
      expect(others.status).toBe(404);
      expect(others.text).toBe(nobodys.text.replaceAll(unknown, bobsOrder));
      expect([...others.headers.keys()]).toEqual([...nobodys.headers.keys()]);
      return 'kept apart';
    }
    if (queryFields.includes('customer_id')) {
      expect(await ask(route, `${path}?customer_id=${BOB}`, headers)).toMatchObject(FORBIDDEN_CUSTOMER('customer_id'));
      return 'kept apart';
    }
    if (bodyFields.includes('userId')) {
      const body = { userId: BOB, items: [{ sku: 'SKU-1', qty: 1, price: 10 }], currency: 'USD' };
      expect(await ask(route, path, headers, body)).toMatchObject(FORBIDDEN_CUSTOMER('userId'));
      return 'kept apart';
    }
    const body = { customer_id: BOB, items: [{ product_id: 'prod-001', quantity: 1 }] };
    expect(bodyFields, 'a customer may call what cannot be probed').toContain('customer_id');
    expect(await ask(route, path, headers, body)).toMatchObject(FORBIDDEN_CUSTOMER('customer_id'));
    return 'kept apart';
  }
});

const FORBIDDEN_CUSTOMER = (field: string) => ({
  status: 403,
  problem: { code: 'FORBIDDEN', violations: [{ field, value: BOB, rule: 'own_customer' }] },
});

describe('what a customer gets without naming anybody', () => {
  it('are their own orders', async () => {
    const [headers = {}] = good.filter(({ role }) => role === 'customer').map((each) => each.headers);
    const body = { customer_id: ADA, items: [{ product_id: 'prod-001', quantity: 1 }] };
    const { text } = await ask({ method: 'POST' }, '/api/orders', headers, body);
    const { order_id: own } = JSON.parse(text) as { order_id: string };
    const listed = await ask({ method: 'GET' }, '/api/orders?count=true', headers);
    const { orders, total } = JSON.parse(listed.text) as { orders: { id: string }[]; total: number };
    expect({ ids: orders.map(({ id }) => id), total }).toEqual({ ids: [own], total: 1 });
    for (const path of [`/api/orders/${own}`, `/api/orders/${own}/history`, `/orders/${own}`])
      expect([200, 202], path).toContain((await ask({ method: 'GET' }, path, headers)).status);
  });
});
