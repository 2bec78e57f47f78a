import { randomUUID } from 'node:crypto';
import { connect as connectSocket } from 'node:net';
import { Metadata } from '@grpc/grpc-js';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../db/client.ts';
import { requestCancellation } from '../../../db/orders.ts';
import { moveShipment } from '../../../db/shipments.ts';
import { upsertProduct } from '../../../db/products.ts';
import { signToken } from '../../../events/tracking-token.ts';
import { CreateOrderRequest, type CreateOrderResponse, GetOrderRequest } from '../../../proto/gen/order/v1/order.ts';
import { accept, acceptAs, capture, deliver, ship } from '../../db/order-fixture.ts';
import { append, openSession } from '../../events/following.ts';
import { createTestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';
import { connect } from '../rest/event-stream-client.ts';
import { call, NOBODY, startApi, type TestApi } from '../support.ts';
import { INTERNAL, textOf } from './tracked-order.ts';

const SECRET = 'the tracking secret of this test file';
const TRACKING = { secrets: [SECRET] as [string], lifeMs: 3_600_000 };
const FUTURE = 4_000_000_000;

let db: Database;
let databaseUrl: string;
let api: TestApi;

beforeAll(async () => {
  ({ db, url: databaseUrl } = await createTestDatabase());
  const streams = { heartbeatMs: 200, stallMs: 5000, most: 50 };
  api = await startApi({ databaseUrl, temporalAddress: NOBODY, tracking: TRACKING, streams });
});

const link = (id: string, expiresAt = FUTURE, path = '') =>
  `/track/${encodeURIComponent(id)}${path}?token=${signToken(SECRET, id, expiresAt)}`;
const get = (path: string) => api.request('GET', path);
const place = (body: object = {}) =>
  api.request<CreateOrderResponse>('POST', '/api/orders', {
    body: { customer_id: 'customer-1', items: [{ product_id: 'prod-001', quantity: 2 }], ...body },
  });

describe('the link of an order', () => {
  it('is the same in what REST and gRPC answer to CreateOrder and GetOrder, and leads to the page', async () => {
    const order_id = `shop:${randomUUID()}`;
    const { body } = await place({ order_id });
    const url = body.tracking_url!;
    expect(url.startsWith(`${api.http}/track/${encodeURIComponent(order_id)}?token=`)).toBe(true);
    expect((await place({ order_id })).body.tracking_url).toBe(url);

    const rest = await api.request<CreateOrderResponse>('GET', `/api/orders/${order_id}`);
    expect(rest.body.tracking_url).toBe(url);
    const past = await api.request<CreateOrderResponse>('GET', `/api/orders/${order_id}?at=1`);
    expect(past.body.tracking_url).toBe(url);
    const known = await call(api.client, 'getOrder', GetOrderRequest.fromPartial({ order_id }));
    expect(known.tracking_url).toBe(url);

    const request = CreateOrderRequest.fromPartial({
      customer_id: 'customer-1',
      items: [{ product_id: 'prod-001', quantity: 1 }],
    });
    const metadata = Metadata.fromHttp2Headers({ 'idempotency-key': randomUUID() });
    const first = await call(api.client, 'createOrder', request, { metadata });
    const again = await call(api.client, 'createOrder', request, { metadata });
    expect(first.tracking_url).toContain(first.order_id);
    expect(again.tracking_url).toBe(first.tracking_url);
    for (const found of [url, first.tracking_url!]) expect((await fetch(found)).status).toBe(200);
  });

  it('begins with the public URL where that is set', async () => {
    const own = await startApi({
      databaseUrl,
      temporalAddress: NOBODY,
      tracking: TRACKING,
      publicUrl: 'https://shop.example/orders',
    });
    const id = await accept(db);
    const { body } = await own.request<CreateOrderResponse>('GET', `/api/orders/${id}`);
    expect(body.tracking_url).toMatch(new RegExp(`^https://shop\\.example/orders/track/${id}\\?token=`));
  });

  it('is not made without a secret, and none is valid then', async () => {
    const own = await startApi({ databaseUrl, temporalAddress: NOBODY });
    const id = await accept(db);
    const { body } = await own.request<CreateOrderResponse>('GET', `/api/orders/${id}`);
    expect(body).not.toHaveProperty('tracking_url');
    expect((await own.request('GET', link(id))).status).toBe(404);
  });
});

describe('the page', () => {
  it('tells the customer of the order, and neither who they are nor anything internal', async () => {
    const id = await acceptAs(db, 'SHIPPED', { customerId: 'customer-internal' });
    const page = await get(link(id));
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(textOf(page.text)).toContain('On its way');
    expect(textOf(page.text)).toContain('Enamel mug 2 $39.98 Total $39.98');
    expect(page.text).not.toMatch(INTERNAL);
  });

  it('may be shown by no other page, kept by no cache, found by no search engine, and loads only from this server', async () => {
    const id = await accept(db);
    for (const path of [link(id), link(id, 1), '/track/nobody']) {
      const { headers } = await get(path);
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-security-policy':
          "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; " +
          "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-robots-tag': 'noindex',
      });
    }
  });

  it('finds its style, script and icon', async () => {
    const page = await get(link(await accept(db)));
    const assets = [...page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(assets).toHaveLength(3);
    for (const path of assets) {
      const { status, headers } = await get(path);
      expect({ path, status }).toEqual({ path, status: 200 });
      expect(headers.get('content-type')).toMatch(/^(text\/css|text\/javascript|application\/javascript|image\/svg)/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('takes parameters that others have added to the link', async () => {
    expect((await get(`${link(await accept(db))}&utm_source=mail`)).status).toBe(200);
  });

  it('answers HEAD as GET without the text, and refuses other methods', async () => {
    const path = link(await accept(db));
    const head = await api.request('HEAD', path);
    expect(head).toMatchObject({ status: 200, text: '' });
    expect(head.headers.get('content-type')).toBe('text/html; charset=utf-8');
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const answer = await api.request(method, path);
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toBe('GET, HEAD');
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    }
  });

  it('shows hostile names as text', async () => {
    const productId = `product-${randomUUID()}`;
    const name = '<script>alert(1)</script>';
    await upsertProduct(db, { id: productId, name, unitPriceMinor: 1000, currency: 'USD', available: 5 });
    const id = await acceptAs(db, 'SHIPPED', { lines: [{ productId, quantity: 1 }] });
    await moveShipment(db, id, {
      newsId: 'hostile',
      location: '<img src=x onerror=alert(1)>',
      status: null,
      estimatedDelivery: null,
      occurredAt: '2026-01-01T00:00:00.000Z',
    });
    const { text } = await get(link(id));
    expect(text).not.toContain(name);
    expect(text).not.toContain('<img');
    expect(text).toContain('&#60;script&#62;alert(1)&#60;/script&#62;');
  });
});

describe('a link that shows nothing', () => {
  it('is answered alike for an unknown order, a wrong token, another order and no token', async () => {
    const [id, other] = [await accept(db), await accept(db)];
    const token = (of: string, secret = SECRET) => signToken(secret, of, FUTURE);
    const paths = [
      link('no-such-order'),
      `/track/${id}`,
      `/track/${id}?token=`,
      `/track/${id}?token=${token(id)}x`,
      `/track/${id}?token=${token(other)}`,
      `/track/${id}?token=${token(id, 'another secret of 32 characters!')}`,
      `/track/${id}?token=${token(id)}&token=${token(id)}`,
      `/track/${'x'.repeat(100)}?token=${token('x'.repeat(100))}`,
      `/track/${'x'.repeat(600)}`,
      '/track/%00',
      '/track/%zz',
      '/track/',
      '/track/a/b/c',
      '/track/assets/nothing.css',
      '/track/assets/..%2f..%2fpackage.json',
      link(id).replace('?', '/events?').replace('token=', 'token=1'),
      link('no-such-order', FUTURE, '/events'),
    ];
    const texts = new Set<string>();
    for (const path of paths) {
      const answer = await get(path);
      expect({ path, status: answer.status }).toEqual({ path, status: 404 });
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
      texts.add(answer.text);
    }
    expect(texts.size).toBe(1);
    expect(textOf([...texts][0]!)).toContain('We cannot find this order');
  });

  it('because it has expired says so, and nothing of the order, whether there is one or not', async () => {
    const id = await accept(db, { customerId: 'customer-internal' });
    const [known, unknown, stream] = [
      await get(link(id, 1_700_000_000)),
      await get(link('no-such-order', 1_700_000_000)),
      await get(link(id, 1_700_000_000, '/events')),
    ];
    expect([known.status, unknown.status, stream.status]).toEqual([410, 410, 410]);
    expect(textOf(known.text)).toContain('This link has expired');
    expect(known.text).toBe(unknown.text);
    expect(known.text).not.toContain(id);
  });

  it('because the database is away is a 503 page that says when to come back', async () => {
    const own = await startApi({
      databaseUrl: 'postgres://nobody:x@127.0.0.1:9/nothing',
      temporalAddress: NOBODY,
      tracking: TRACKING,
    });
    for (const path of [link('order-1'), link('order-1', FUTURE, '/events')]) {
      const answer = await own.request('GET', path);
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(textOf(answer.text)).toContain('Your order is not affected');
      expect(answer.text).not.toMatch(/ECONN|postgres/);
    }
  });
});

interface View {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/** The messages of a stream so far. */
function read(blocks: readonly string[]): View[] {
  return blocks.flatMap((block) => {
    const event = /^event: (.*)$/m.exec(block)?.[1];
    const data = [...block.matchAll(/^data: (.*)$/gm)].map(([, line]) => line).join('\n');
    return event === undefined ? [] : [{ id: /^id: (.*)$/m.exec(block)?.[1], event, data }];
  });
}

const headlines = (blocks: readonly string[]) =>
  read(blocks)
    .filter(({ event }) => event === 'view')
    .map(({ data }) => textOf(/<h1>[\s\S]*?<\/h1>/.exec(data)![0]).replace(/ on .*/, ''));

describe('the live stream', () => {
  const follow = (id: string, headers: Record<string, string> = {}, expiresAt = FUTURE) =>
    connect(`${api.http}${link(id, expiresAt, '/events')}`, headers);

  it('sends the page anew at each change until the order is settled, and then ends', async () => {
    const id = await acceptAs(db, 'RESERVED');
    const { response, blocks, ended } = await follow(id);
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    await until('it begins with how the order stands', () => headlines(blocks).length === 1);
    for (const [change, count] of [
      [capture, 2],
      [ship, 3],
      [deliver, 4],
    ] as const) {
      await change(db, id);
      await until('the change has come', () => headlines(blocks).length === count);
    }
    await ended;
    expect(response.complete).toBe(true);
    expect(headlines(blocks)).toEqual(['We have your order', 'Being prepared', 'On its way', 'Delivered']);
    expect(read(blocks).map(({ event, id: version }) => `${event} ${version}`)).toEqual([
      'view 2',
      'view 3',
      'view 4',
      'view 5',
      'end undefined',
    ]);
    for (const { data } of read(blocks)) expect(data).not.toMatch(INTERNAL);
  });

  it('sends what the page has, to the letter', async () => {
    const id = await acceptAs(db, 'SHIPPED');
    const { blocks } = await follow(id);
    const [first] = await until('it has come', () => read(blocks).length > 0 && read(blocks));
    expect((await get(link(id))).text).toContain(first!.data);
  });

  it('goes on after the version that a browser has seen, without a gap', async () => {
    const id = await acceptAs(db, 'PROCESSING');
    const opening = await follow(id);
    await until('it has begun', () => headlines(opening.blocks).length === 1);
    opening.cut();
    const same = await follow(id, { 'Last-Event-ID': opening.lastId! });
    await until('heartbeats come', () => same.blocks.filter((block) => block.startsWith(': heartbeat')).length > 1);
    expect(headlines(same.blocks)).toEqual([]);
    same.cut();
    await ship(db, id);
    const later = await follow(id, { 'Last-Event-ID': opening.lastId! });
    await until('what was missed has come', () => headlines(later.blocks).length === 1);
    expect(headlines(later.blocks)).toEqual(['On its way']);
  });

  it('says nothing of what changes inside alone', async () => {
    const id = await acceptAs(db, 'SHIPPED');
    const { blocks } = await follow(id);
    await until('it has begun', () => headlines(blocks).length === 1);
    await db`
      with event as (
        insert into order_events (event_id, order_id, version, type, data, occurred_at)
        values (${randomUUID()}, ${id}, 5, 'AlertRaised', '{"reason":"STUCK","details":"internal"}', now())
      )
      update orders set version = 5 where id = ${id}`;
    const news = { location: null, estimatedDelivery: null, occurredAt: '2026-01-01T00:00:00.000Z' };
    await moveShipment(db, id, { ...news, newsId: 'out', status: 'SHIPMENT_OUT_FOR_DELIVERY' });
    await until('the next change has come', () => headlines(blocks).length === 2);
    expect(read(blocks).map(({ id: version }) => version)).toEqual(['4', '6']);
    expect(headlines(blocks)).toEqual(['On its way', 'Out for delivery']);
  });

  it('misses nothing that a transaction commits that was open when it began', async () => {
    const id = await acceptAs(db, 'RESERVED');
    const session = await openSession(databaseUrl);
    await session`begin`;
    await append(session, id, 3);
    const { blocks } = await follow(id);
    await until('it has begun', () => headlines(blocks).length === 1);
    await session`commit`;
    await until('the change has come', () => headlines(blocks).length === 2);
    expect(headlines(blocks).at(-1)).toBe('Waiting for the payment');
  });

  it('of an order that is settled already ends at once', async () => {
    const id = await acceptAs(db, 'DELIVERED');
    const { blocks, ended } = await follow(id);
    await ended;
    expect(read(blocks).map(({ event }) => event)).toEqual(['view', 'end']);
    const again = await follow(id, { 'Last-Event-ID': '5' });
    await again.ended;
    expect(read(again.blocks)).toEqual([{ event: 'end', data: 'settled', id: undefined }]);
  });

  it('tells of a cancellation while the undoing goes on', async () => {
    const id = await acceptAs(db, 'PROCESSING');
    const { blocks } = await follow(id);
    await requestCancellation(db, id, 'CANCELLED_ON_REQUEST', 'internal');
    await until('it is told', () => headlines(blocks).includes('Being cancelled'));
  });

  it('ends when the link expires', async () => {
    const id = await accept(db);
    const { blocks, ended } = await follow(id, {}, Math.ceil(Date.now() / 1000) + 3);
    await ended;
    expect(read(blocks).at(-1)).toEqual({ event: 'end', data: 'expired', id: undefined });
  });

  it('is refused beyond the most that a server keeps open, until one leaves', async () => {
    const streams = { heartbeatMs: 100, stallMs: 5000, most: 2 };
    const own = await startApi({ databaseUrl, temporalAddress: NOBODY, tracking: TRACKING, streams });
    const path = link(await accept(db), FUTURE, '/events');
    const open = await Promise.all([connect(`${own.http}${path}`), connect(`${own.http}${path}`)]);
    const refused = await own.request('GET', path);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    open[0].cut();
    await until('a place is free', async () => {
      const probe = await connect(`${own.http}${path}`);
      probe.cut();
      return probe.response.statusCode === 200;
    });
  });

  it('ends at once when its server closes, and not by being cut off', async () => {
    const own = await startApi({
      databaseUrl,
      temporalAddress: NOBODY,
      tracking: TRACKING,
      shutdownGraceMs: 60_000,
    });
    const stream = await connect(`${own.http}${link(await accept(db), FUTURE, '/events')}`);
    const began = performance.now();
    await Promise.all([own.close(), stream.ended]);
    expect(performance.now() - began).toBeLessThan(5000);
    expect(stream.response.complete).toBe(true);
  });

  it('that a client leaves before it began holds nothing up', async () => {
    const path = link(await accept(db), FUTURE, '/events');
    const { port } = new URL(api.http);
    for (let turn = 0; turn < 20; turn += 1)
      await new Promise<void>((resolve) => {
        const socket = connectSocket(Number(port), '127.0.0.1', () => {
          socket.write(`GET ${path} HTTP/1.1\r\nhost: test\r\n\r\n`, () => socket.destroy());
        });
        socket.on('close', () => resolve());
      });
    expect((await get(path.replace('/events', ''))).status).toBe(200);
  });
});
