import { Webhook } from 'standardwebhooks';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../db/client.ts';
import { accept, acceptAs } from '../../db/order-fixture.ts';
import { startReceiver, status } from '../../events/webhooks/receiver.ts';
import { startRelay } from '../../events/webhooks/relay.ts';
import { createTestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';
import { NOBODY, startApi, type TestApi } from '../support.ts';

interface WebhookAnswer {
  readonly id: string;
  readonly url: string;
  readonly event_types: readonly string[];
  readonly status: string;
  readonly disabled_reason?: string;
  readonly secret?: string;
}

interface DeliveryAnswer {
  readonly id: string;
  readonly event_id: string;
  readonly status: string;
  readonly attempt_count: number;
}

let db: Database;
let api: TestApi;
/** Lets webhooks go to the public only. */
let strict: TestApi;

beforeAll(async () => {
  const database = await createTestDatabase();
  db = database.db;
  api = await startApi({ databaseUrl: database.url, temporalAddress: NOBODY });
  strict = await startApi({
    databaseUrl: database.url,
    temporalAddress: NOBODY,
    webhooks: { allowPrivate: false, timeoutMs: 2000 },
  });
});

const UNUSED = 'http://127.0.0.1:9/hook';
const add = async (body: object = {}) =>
  (await api.request<WebhookAnswer & { secret: string }>('POST', '/api/webhooks', { body: { url: UNUSED, ...body } }))
    .body;
const unknown = '0199d1c5-0000-7000-8000-000000000000';

describe('a webhook', () => {
  it('is registered with a secret that is shown only then', async () => {
    const answer = await api.request<WebhookAnswer>('POST', '/api/webhooks', {
      body: { url: UNUSED, event_types: ['OrderCreated', 'order.alert.v1', 'order.created.v1'] },
    });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        url: UNUSED,
        event_types: ['order.created.v1', 'order.alert.v1'],
        status: 'ACTIVE',
        secret: expect.stringMatching(/^whsec_/) as string,
        created_at: expect.stringMatching(/Z$/) as string,
      },
    });
    expect(answer.headers.get('location')).toBe(`/api/webhooks/${answer.body.id}`);
    const read = await api.request<WebhookAnswer>('GET', `/api/webhooks/${answer.body.id}`);
    const { secret, ...rest } = answer.body;
    expect(read).toMatchObject({ status: 200, body: rest });
    const list = await api.request('GET', '/api/webhooks?page_size=500');
    expect(list.text).toContain(answer.body.id);
    for (const { text } of [read, list]) expect(text).not.toContain(secret);
  });

  it.each([[{}], [{ event_types: [] }], [{ event_types: ['*'] }], [{ event_types: ['order.created.v1', '*'] }]])(
    'gets all events for %j',
    async (body) => {
      expect((await add(body)).event_types).toEqual(['*']);
    },
  );

  it('is changed, disabled, enabled and removed', async () => {
    const { id } = await add();
    const change = (body: object, method = 'PATCH') =>
      api.request<WebhookAnswer>(method, `/api/webhooks/${id}`, { body });
    expect((await change({ event_types: ['OrderDelivered'] })).body.event_types).toEqual(['order.completed.v1']);
    expect((await change({ url: 'http://127.0.0.1:9/other' }, 'PUT')).body).toMatchObject({
      url: 'http://127.0.0.1:9/other',
      event_types: ['order.completed.v1'],
    });
    expect((await change({ status: 'DISABLED' })).body).toMatchObject({ disabled_reason: 'ON_REQUEST' });
    const { body: enabled } = await change({ status: 'ACTIVE', event_types: ['*'] });
    expect(enabled).toMatchObject({ status: 'ACTIVE', event_types: ['*'] });
    expect(enabled).not.toHaveProperty('disabled_reason');
    const removed = await api.request('DELETE', `/api/webhooks/${id}`);
    expect(removed).toMatchObject({ status: 204, text: '' });
    expect((await api.request('GET', `/api/webhooks/${id}`)).status).toBe(404);
    expect((await change({ status: 'ACTIVE' })).status).toBe(404);
    expect((await api.request('GET', '/api/webhooks?page_size=500')).text).not.toContain(id);
  });

  it('is listed a page at a time', async () => {
    for (let count = 0; count < 3; count += 1) await add();
    const seen: string[] = [];
    let token = '';
    do {
      const path = `/api/webhooks?page_size=2&page_token=${token}`;
      const { body } = await api.request<{ webhooks: WebhookAnswer[]; next_page_token: string }>('GET', path);
      seen.push(...body.webhooks.map(({ id }) => id));
      token = body.next_page_token;
    } while (token !== '');
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(3);
  });

  it('that is unknown is not found', async () => {
    for (const id of [unknown, 'x', "'"])
      for (const [method, path, body] of [
        ['GET', id],
        ['PATCH', id, { status: 'ACTIVE' }],
        ['DELETE', id],
        ['POST', `${id}/test`],
        ['POST', `${id}/rotate-secret`],
        ['GET', `${id}/deliveries`],
        ['GET', `deliveries/${id}`],
        ['POST', `deliveries/${id}/retry`],
      ] as const)
        expect(await api.request(method, `/api/webhooks/${path}`, { body })).toMatchObject({
          status: 404,
          body: { code: 'NOT_FOUND' },
        });
  });
});

describe('a secret', () => {
  it.each(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'my own secret'])('can be the own one: %s', async (secret) => {
    const receiver = await startReceiver();
    const webhook = await add({ url: receiver.url, secret });
    expect(webhook.secret).toBe(secret);
    await api.request('POST', `/api/webhooks/${webhook.id}/test`);
    const [request] = receiver.received;
    const verifier = secret.startsWith('whsec_') ? new Webhook(secret) : new Webhook(secret, { format: 'raw' });
    expect(verifier.verify(request?.body ?? '', request?.headers as Record<string, string>)).toMatchObject({
      type: 'webhook.test.v1',
      data: { webhook_id: webhook.id },
    });
  });

  it.each(['', 'short', 'whsec_c2hvcnQ=', 'whsec_?', 'größer als ASCII', 'x'.repeat(129), 12_345_678, null, ['a']])(
    'is refused without being told back: %j',
    async (secret) => {
      const answer = await api.request('POST', '/api/webhooks', { body: { url: UNUSED, secret } });
      expect(answer).toMatchObject({
        status: 400,
        body: { violations: [{ field: 'secret', rule: 'webhook_secret' }] },
      });
      expect(answer.body.violations?.[0]).not.toHaveProperty('value');
    },
  );

  it('is rotated: both sign for a while', async () => {
    const receiver = await startReceiver();
    const { id, secret } = await add({ url: receiver.url });
    const rotated = await api.request<WebhookAnswer>('POST', `/api/webhooks/${id}/rotate-secret`);
    expect(rotated).toMatchObject({ status: 200, body: { id } });
    await api.request('POST', `/api/webhooks/${id}/test`);
    const [request] = receiver.received;
    for (const each of [secret, rotated.body.secret ?? ''])
      new Webhook(each).verify(request?.body ?? '', request?.headers as Record<string, string>);
    const own = await api.request<WebhookAnswer>('POST', `/api/webhooks/${id}/rotate-secret`, {
      body: { secret: 'a third secret' },
    });
    expect(own.body.secret).toBe('a third secret');
  });
});

describe('a request is refused', () => {
  it.each([
    ['an event type that does not exist', { event_types: ['order.created.v9'] }, 'event_types[0]'],
    ['a name in other letters', { event_types: ['OrderCreated', 'ordercreated'] }, 'event_types[1]'],
    ['event types that are no list', { event_types: 'order.created.v1' }, 'event_types'],
    ['an unknown field', { events: [] }, 'events'],
    ['a URL that is no text', { url: 5 }, 'url'],
  ])('for %s', async (_why, body, field) => {
    expect(await api.request('POST', '/api/webhooks', { body: { url: UNUSED, ...body } })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST', violations: [{ field }] },
    });
  });

  it('with what is allowed', async () => {
    const { body } = await api.request('POST', '/api/webhooks', { body: { url: UNUSED, event_types: ['x'] } });
    expect(body.detail).toContain('*, order.created.v1');
    const filter = await api.request('GET', `/api/webhooks/${(await add()).id}/deliveries?status=LOST`);
    expect(filter).toMatchObject({ status: 400 });
    expect(filter.body.detail).toContain('PENDING, DELIVERED, FAILED');
    for (const query of ['page_size=0', 'page_size=501', 'page_token=x'])
      expect((await api.request('GET', `/api/webhooks?${query}`)).status).toBe(400);
  });

  it.each([
    'http://127.0.0.1:9/',
    'http://localhost/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::1]/',
    'http://10.0.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://0.0.0.0/',
    'ftp://example.com/',
    'https://user:geheim@example.com/',
    'https://example.invalid/',
    'https://93.184.216.34/#x',
    'https://93.184.216.34:0/',
    'hooks',
    '',
  ])('for the URL %j', async (url) => {
    const refused = { status: 422, body: { code: 'WEBHOOK_URL_FORBIDDEN', violations: [{ field: 'url' }] } };
    const answer = await strict.request('POST', '/api/webhooks', { body: { url } });
    expect(answer).toMatchObject(refused);
    expect(answer.text).not.toContain('geheim');
    const { id } = await add();
    expect(await strict.request('PATCH', `/api/webhooks/${id}`, { body: { url } })).toMatchObject(refused);
    expect(await api.request('GET', `/api/webhooks/${id}`)).toMatchObject({ body: { url: UNUSED } });
  });

  it('not for a public address', async () => {
    expect((await strict.request('POST', '/api/webhooks', { body: { url: 'https://93.184.216.34/' } })).status).toBe(
      201,
    );
  });

  it('at the connection, where the webhook was registered with other settings', async () => {
    const receiver = await startReceiver();
    const { id } = await add({ url: receiver.url });
    expect(await strict.request('POST', `/api/webhooks/${id}/test`)).toMatchObject({
      status: 200,
      body: { delivered: false, error: 'url must not lead to a loopback address' },
    });
    expect(receiver.received).toEqual([]);
  });
});

it('a test says what happened', async () => {
  const good = await startReceiver();
  const bad = await startReceiver(status(503));
  const test = async (url: string) => api.request('POST', `/api/webhooks/${(await add({ url })).id}/test`);
  expect(await test(good.url)).toMatchObject({
    status: 200,
    body: { delivered: true, event_id: good.received[0]?.id, response_status: 200, response_body: 'thank you' },
  });
  expect(await test(bad.url)).toMatchObject({
    body: { delivered: false, response_status: 503, error: 'answered 503' },
  });
  expect(await test(UNUSED)).toMatchObject({ body: { delivered: false, error: 'the connection was refused' } });
});

describe('deliveries', () => {
  it('are listed by status, shown with every attempt and retried by hand', async () => {
    let code = 500;
    const receiver = await startReceiver((...request) => {
      status(code)(...request);
    });
    const { id } = await add({ url: receiver.url, event_types: ['order.created.v1'] });
    startRelay(db, { retries: [] });
    const orderId = await accept(db);
    const list = async (query = '') =>
      (await api.request<{ deliveries: DeliveryAnswer[] }>('GET', `/api/webhooks/${id}/deliveries${query}`)).body
        .deliveries;
    const [failed] = await until('it has failed', async () => {
      const found = await list('?status=FAILED');
      return found.length === 1 && found;
    });
    expect(await list('?status=DELIVERED')).toEqual([]);
    expect(failed).toMatchObject({
      webhook_id: id,
      event_type: 'order.created.v1',
      order_id: orderId,
      attempt_count: 1,
      last_response_status: 500,
      last_error: 'answered 500',
    });
    expect(failed).not.toHaveProperty('next_attempt_at');
    code = 200;
    const delivery = `/api/webhooks/deliveries/${failed?.id ?? ''}`;
    expect(await api.request('POST', `${delivery}/retry`)).toMatchObject({ status: 202, body: { status: 'PENDING' } });
    await until('it is delivered', async () => (await list('?status=DELIVERED')).length === 1);
    const { body } = await api.request<{ body: string }>('GET', delivery);
    expect(body).toMatchObject({
      status: 'DELIVERED',
      attempt_count: 2,
      attempts: [
        { attempt: 1, response_status: 500, response_body: 'thank you', error: 'answered 500' },
        { attempt: 2, response_status: 200, response_body: 'thank you' },
      ],
    });
    expect(body.body).toBe(receiver.received[1]?.body);

    await api.request('PATCH', `/api/webhooks/${id}`, { body: { status: 'DISABLED' } });
    expect(await api.request('POST', `${delivery}/retry`)).toMatchObject({
      status: 409,
      body: { code: 'WEBHOOK_DISABLED' },
    });
  });

  it('are listed a page at a time, the newest first', async () => {
    const receiver = await startReceiver();
    const { id } = await add({ url: receiver.url });
    startRelay(db);
    await acceptAs(db, 'DELIVERED');
    const page = async (query: string) =>
      (
        await api.request<{ deliveries: DeliveryAnswer[]; next_page_token: string }>(
          'GET',
          `/api/webhooks/${id}/deliveries?${query}`,
        )
      ).body;
    await until('all are there', async () => (await page('')).deliveries.length === 5);
    const seen: string[] = [];
    let token = '';
    do {
      const { deliveries, next_page_token } = await page(`page_size=2&page_token=${token}`);
      seen.push(...deliveries.map((delivery) => delivery.id));
      token = next_page_token;
    } while (token !== '');
    expect(seen).toHaveLength(5);
    expect(seen).toEqual([...seen].sort().reverse());
  });

  it('are filtered by type and order, and counted for the webhook', async () => {
    const receiver = await startReceiver();
    const { id } = await add({ url: receiver.url });
    startRelay(db);
    const [first] = [await acceptAs(db, 'DELIVERED'), await acceptAs(db, 'DELIVERED')];
    const list = async (query: string) =>
      (
        await api.request<{ deliveries: (DeliveryAnswer & { order_id: string; event_type: string })[] }>(
          'GET',
          `/api/webhooks/${id}/deliveries?${query}`,
        )
      ).body.deliveries;
    await until('all have arrived', async () => (await list('status=DELIVERED')).length === 10);
    const ofOrder = await list(`order_id=${first}`);
    expect(ofOrder.map(({ order_id }) => order_id)).toEqual(Array.from({ length: 5 }, () => first));
    const ofType = await list('event_type=OrderCreated');
    expect(ofType.map(({ event_type }) => event_type)).toEqual(['order.created.v1', 'order.created.v1']);
    expect(await list(`event_type=order.created.v1&order_id=${first}&status=DELIVERED`)).toHaveLength(1);
    expect(await api.request('GET', `/api/webhooks/${id}/deliveries?event_type=x`)).toMatchObject({
      status: 400,
      body: { violations: [{ field: 'event_type' }] },
    });
    expect((await api.request('GET', `/api/webhooks/${id}`)).body).toMatchObject({
      recent_deliveries: { delivered: 10, pending: 0, failed: 0 },
    });
  });
});
