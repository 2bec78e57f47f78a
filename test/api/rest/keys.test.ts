import { expect, it, describe } from 'vitest';
import { looksAuthenticated } from '../../../domain/access.ts';
import { addKey, bearer } from '../access/credentials.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startApi } from '../support.ts';

interface Key {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly key?: string;
  readonly revoked_at?: string;
}
interface Audit {
  readonly entries: readonly {
    actor: string;
    action: string;
    subject: string;
    result: string;
    detail: object;
    at: string;
  }[];
}

const { url: databaseUrl, db } = await createTestDatabase();
const api = await startApi({ databaseUrl, authentication: {} });
const admin = await addKey(db, { role: 'admin' });
const headers = bearer(admin.text);
const actor = `api_key:${admin.id}`;
const audit = async (query: string) =>
  (await api.request<Audit>('GET', `/api/audit?${query}`, { headers })).body.entries;

describe('API keys', () => {
  it('are made, shown once, listed without their text, and revoked', async () => {
    const body = { name: 'web shop', role: 'customer', customer_id: 'customer-1', expires_at: '2099-01-01T00:00:00Z' };
    const made = await api.request<Key>('POST', '/api/keys', { headers, body });
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'web shop', role: 'customer', customer_id: 'customer-1', created_by: actor },
    });
    const { id, key = '' } = made.body;
    expect(key).toMatch(new RegExp(`^sk_${id}_[\\w-]{43}$`));
    expect(await api.request('GET', '/api/orders', { headers: bearer(key) })).toMatchObject({ status: 200 });

    const listed = await api.request<{ keys: Key[] }>('GET', '/api/keys', { headers });
    expect(listed.body.keys.map(({ name }) => name)).toContain('web shop');
    expect(listed.text).not.toContain(key.slice(-43));

    const revoked = await api.request<Key>('DELETE', `/api/keys/${id}`, { headers });
    expect(revoked).toMatchObject({ status: 200, body: { id, revoked_at: expect.any(String) as string } });
    expect((await api.request<Key>('DELETE', `/api/keys/${id}`, { headers })).body).toEqual(revoked.body);
    expect(await api.request('GET', '/api/orders', { headers: bearer(key) })).toMatchObject({ status: 401 });
    expect(await audit(`subject=${id}`)).toMatchObject([
      { actor, action: 'api-key.revoke', result: 'REVOKED' },
      { actor, action: 'api-key.create', result: 'CREATED', detail: { role: 'customer', customer_id: 'customer-1' } },
    ]);
  });

  it('are listed a page at a time, the newest first', async () => {
    for (const name of ['one', 'two', 'three'])
      await api.request('POST', '/api/keys', { headers, body: { name, role: 'operator' } });
    const names: string[] = [];
    let token = '';
    do {
      const page = await api.request<{ keys: Key[]; next_page_token: string }>(
        'GET',
        `/api/keys?page_size=2&page_token=${token}`,
        { headers },
      );
      names.push(...page.body.keys.map(({ name }) => name));
      token = page.body.next_page_token;
    } while (token !== '');
    expect(names.slice(0, 3)).toEqual(['three', 'two', 'one']);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    ['name', { name: '', role: 'admin' }],
    ['role', { name: 'x', role: 'root' }],
    ['customer_id', { name: 'x', role: 'customer' }],
    ['customer_id', { name: 'x', role: 'admin', customer_id: 'customer-1' }],
    ['expires_at', { name: 'x', role: 'admin', expires_at: 'tomorrow' }],
    ['expires_at', { name: 'x', role: 'admin', expires_at: '2020-01-01T00:00:00Z' }],
    ['page_token', undefined],
  ])('are refused where %s is wrong: %j', async (field, body) => {
    const answer = body
      ? await api.request('POST', '/api/keys', { headers, body })
      : await api.request('GET', '/api/keys?page_token=nonsense', { headers });
    expect(answer).toMatchObject({ status: 400, body: { violations: [{ field }] } });
  });

  it('that do not exist cannot be revoked', async () => {
    for (const id of ['0123456789abcdef', 'nonsense'])
      expect(await api.request('DELETE', `/api/keys/${id}`, { headers })).toMatchObject({ status: 404 });
  });
});

describe('the audit names who changed', () => {
  it('a product and its stock', async () => {
    const product = { name: 'Gong', unit_price: 12.5, currency: 'USD', available: 3 };
    await api.request('PUT', '/api/products/gong', { headers, body: product });
    await api.request('PUT', '/api/products/gong/stock', { headers, body: { available: 5, expected_available: 4 } });
    await api.request('PUT', '/api/products/gong/stock', { headers, body: { available: 5 } });
    await api.request('PUT', '/api/products/gong/stock', { headers, body: { adjust: -2 } });
    expect(await audit('subject=gong')).toMatchObject([
      { actor, action: 'stock.adjust', detail: { adjust: -2, available: 3 } },
      { actor, action: 'stock.set', detail: { available: 5 } },
      { actor, action: 'product.put', detail: { name: 'Gong', unit_price_minor: 1250, available: 3 } },
    ]);
  });

  it('a webhook, without its secrets', async () => {
    const secret = 'a secret of a webhook that nobody reads';
    const body = { url: 'http://127.0.0.1:9/hook?token=hidden', secret };
    const { id } = (await api.request<{ id: string }>('POST', '/api/webhooks', { headers, body })).body;
    await api.request('PATCH', `/api/webhooks/${id}`, { headers, body: { status: 'DISABLED' } });
    await api.request('POST', `/api/webhooks/${id}/rotate-secret`, { headers });
    await api.request('POST', `/api/webhooks/${id}/test`, { headers });
    await api.request('DELETE', `/api/webhooks/${id}`, { headers });
    const entries = await audit(`subject=${id}`);
    expect(entries.map(({ action, actor: who }) => `${who} ${action}`)).toEqual(
      ['remove', 'test', 'rotate-secret', 'change', 'create'].map((what) => `${actor} webhook.${what}`),
    );
    expect(JSON.stringify(entries)).not.toMatch(/nobody reads|hidden/);
  });

  it('the statistics', async () => {
    await api.request('POST', '/api/projections/rebuild', { headers });
    expect(await audit('subject=projections')).toMatchObject([{ actor, action: 'projections.rebuild' }]);
  });

  it('and is filtered by time', async () => {
    const [latest] = await audit('page_size=1');
    const at = encodeURIComponent(latest!.at);
    expect(await audit(`from=${at}&page_size=1`)).toEqual([latest]);
    expect(await audit(`to=${at}`)).not.toContainEqual(latest);
    expect(await api.request('GET', '/api/audit?from=yesterday', { headers })).toMatchObject({
      status: 400,
      body: { violations: [{ field: 'from', rule: 'time' }] },
    });
  });

  it('by the credentials, whatever X-Actor says', async () => {
    const named = { ...headers, 'x-actor': 'somebody else' };
    await api.request('PUT', '/api/products/prod-002/stock', { headers: named, body: { adjust: 1 } });
    expect(await audit('subject=prod-002')).toMatchObject([{ actor }]);
  });
});

describe('a repair', () => {
  it('needs an admin, a look does not', async () => {
    const operator = bearer((await addKey(db)).text);
    const look = { headers: operator, body: { repair: false } };
    expect(await api.request('POST', '/api/orders/verify', look)).toMatchObject({ status: 200 });
    const repair = { body: { repair: true } };
    expect(await api.request('POST', '/api/orders/verify', { ...repair, headers: operator })).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN' },
    });
    expect(await api.request('POST', '/api/orders/verify', { ...repair, headers })).toMatchObject({ status: 200 });
  });
});

describe('where authentication is off', async () => {
  const open = await startApi({ databaseUrl });

  it('X-Actor names who acts, but not as an authenticated caller', async () => {
    const change = (name: string) =>
      open.request('PUT', '/api/products/prod-003/stock', { headers: { 'x-actor': name }, body: { adjust: 1 } });
    expect(await change('ada')).toMatchObject({ status: 200 });
    for (const name of [actor, 'jwt:ada', 'session:1', 'command-line']) {
      expect(looksAuthenticated(name)).toBe(true);
      expect(await change(name)).toMatchObject({ status: 400, body: { violations: [{ field: 'x-actor' }] } });
    }
    expect(await audit('subject=prod-003')).toMatchObject([{ actor: 'ada' }]);
  });
});
