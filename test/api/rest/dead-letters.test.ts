import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { recordAudit } from '../../../db/audit.ts';
import type { Database } from '../../../db/client.ts';
import { archiveDeadLetters } from '../../../db/dead-letter-changes.ts';
import { type NewDeadLetter, parkDeadLetters } from '../../../db/dead-letters.ts';
import { INBOUND_TOPICS } from '../../../domain/published-events.ts';
import { toDeadLetter } from '../../../events/kafka/inbound-record.ts';
import { ensureTopics } from '../../../events/kafka/topics.ts';
import { unpublished, unpublishedOrder } from '../../db/dead-letters-fixture.ts';
import { orderRequest } from '../../events/kafka/inbound-records.ts';
import { readTopic } from '../../events/kafka/read-topic.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startTestKafka, type TestKafka } from '../../support/kafka.ts';
import { NOBODY, startApi, type TestApi } from '../support.ts';

interface Letter {
  readonly event_id: string;
  readonly status: string;
  readonly attempts: number;
  readonly replayed_at?: string;
}
interface Page {
  readonly dead_letters: Letter[];
  readonly next_page_token: string;
}
interface Audit {
  readonly entries: {
    readonly id: number;
    readonly actor: string;
    readonly action: string;
    readonly subject: string;
    readonly result: string;
  }[];
  readonly next_page_token: string;
}

let kafka: TestKafka;
let db: Database;
let api: TestApi;
/** A server without Kafka. */
let lone: TestApi;

beforeAll(async () => {
  const [broker, database] = await Promise.all([startTestKafka(), createTestDatabase()]);
  kafka = broker;
  db = database.db;
  await ensureTopics({ brokers: [kafka.address], clientId: 'test', partitions: 1, replication: 1 });
  const options = { databaseUrl: database.url, temporalAddress: NOBODY };
  api = await startApi({ ...options, kafkaBrokers: [kafka.address] });
  lone = await startApi(options);
});

const park = async (...letters: NewDeadLetter[]) => {
  await parkDeadLetters(db, letters);
  return letters.map(({ eventId }) => eventId) as [string, ...string[]];
};
const replay = (id: string, server = api) => server.request<Letter>('POST', `/api/dlq/replay/${id}`);
const bulk = (body: object, server = api) =>
  server.request<{ matched: number; replayed: number; failed: number; remaining: number; results: Letter[] }>(
    'POST',
    '/api/dlq/replay',
    { body },
  );
const skip = (id: string, reason = 'not needed') =>
  api.request<Letter>('PUT', `/api/dlq/skip/${id}`, { body: { reason } });
const reset = (id: string) => api.request<Letter>('PUT', `/api/dlq/reset/${id}`);
const show = (id: string) => api.request<Letter & Record<string, unknown>>('GET', `/api/dlq/event/${id}`);
const audit = async (id: string) =>
  (await api.request<Audit>('GET', `/api/dlq/audit?event_id=${id}`)).body.entries.map(({ result }) => result);
/** How often an event is on its topic. */
const published = async (topic: string, id: string) =>
  (await readTopic(kafka.address, topic)).filter(({ headers }) => headers.ce_id === id).length;
/** The dead letter of a record that asked for an order which the catalogue did not have. */
const requested = (productId: string): NewDeadLetter => {
  const id = randomUUID();
  const { key, value } = orderRequest(id, { items: [{ product_id: productId, quantity: 1 }] });
  const record = { topic: INBOUND_TOPICS.orderRequests, partition: 0, offset: Math.floor(Math.random() * 1e9), key };
  return toDeadLetter({ ...record, headers: {}, value: Buffer.from(value!) }, 'is not in the catalogue', 1);
};
const ordersOf = async (letter: NewDeadLetter) =>
  (await db`select from orders where customer_id = ${letter.recordKey!}`).count;
const addProduct = (id: string) =>
  api.request('PUT', `/api/products/${id}`, { body: { name: 'New', unit_price: 5, currency: 'USD', available: 10 } });

describe('a dead letter is replayed', () => {
  it('by publishing it exactly as it was to be', async () => {
    const letter = unpublished({ topic: 'order.created.v1' });
    await park(letter);
    expect(await replay(letter.eventId)).toMatchObject({
      status: 200,
      body: {
        event_id: letter.eventId,
        status: 'REPLAYED',
        attempts: 4,
        replayed_by: 'anonymous',
        resolution: 'published',
      },
    });
    const records = await readTopic(kafka.address, 'order.created.v1');
    expect(records.find(({ headers }) => headers.ce_id === letter.eventId)).toMatchObject({
      key: letter.recordKey,
      value: letter.payload.toString(),
      headers: letter.headers,
    });
  });

  it('once, however often and from however many sides at once', async () => {
    const letter = unpublished({ topic: 'order.created.v1' });
    await park(letter);
    const answers = await Promise.all(Array.from({ length: 12 }, () => replay(letter.eventId)));
    const again = await replay(letter.eventId);
    for (const { status, body } of answers) expect({ status, body }).toEqual({ status: 200, body: again.body });
    expect(await published('order.created.v1', letter.eventId)).toBe(1);
    const results = await audit(letter.eventId);
    expect(results.filter((result) => result === 'REPLAYED')).toHaveLength(1);
    expect(results.filter((result) => result === 'ALREADY_REPLAYED')).toHaveLength(12);
  });

  it('by taking the record in, when the cause is gone, and then once', async () => {
    const letter = requested('late-product');
    await park(letter);
    expect(await replay(letter.eventId)).toMatchObject({
      status: 200,
      body: { status: 'FAILED', attempts: 2, error: expect.stringContaining('is not in the catalogue') as string },
    });
    await addProduct('late-product');
    const answers = await Promise.all(Array.from({ length: 5 }, () => replay(letter.eventId)));
    for (const { body } of answers)
      expect(body).toMatchObject({ status: 'REPLAYED', attempts: 3, resolution: 'taken in' });
    expect(await ordersOf(letter)).toBe(1);
  });

  it('not while an earlier event of its order waits', async () => {
    const [first, second, third] = unpublishedOrder(`o-${randomUUID()}`, { versions: [2, 3, 4] });
    await park(first!, second!, third!);
    expect(await replay(second!.eventId)).toMatchObject({
      status: 409,
      body: { code: 'DEAD_LETTER_STATE', detail: expect.stringContaining(first!.eventId) as string },
    });
    expect(await audit(second!.eventId)).toEqual(['REFUSED']);
    expect((await replay(first!.eventId)).body.status).toBe('REPLAYED');
    expect((await replay(second!.eventId)).body.status).toBe('REPLAYED');
    expect((await replay(third!.eventId)).body.status).toBe('REPLAYED');
  });

  it('not after it was skipped', async () => {
    const [id] = await park(unpublished());
    await skip(id);
    expect(await replay(id)).toMatchObject({ status: 409, body: { code: 'DEAD_LETTER_STATE' } });
  });

  it('with the earlier result when it is in the archive', async () => {
    const [id] = await park(unpublished());
    const { body } = await replay(id);
    await sleep(5);
    await archiveDeadLetters(db, { olderThanMs: 0, limit: 1000 });
    expect((await replay(id)).body).toEqual(body);
    expect(await show(id)).toMatchObject({
      status: 200,
      body: { archived: true, archived_at: expect.any(String) as string },
    });
    expect((await api.request<{ archived: number }>('GET', '/api/dlq/stats')).body.archived).toBeGreaterThan(0);
  });
});

it('a dead letter that Kafka refuses again has failed and can be reset', async () => {
  const [id] = await park(unpublished({ payload: Buffer.alloc(2_000_000, 'x') }));
  expect((await reset(id)).status).toBe(409);
  const { status, body } = await replay(id);
  expect({ status, body }).toMatchObject({ status: 200, body: { status: 'FAILED', attempts: 4 } });
  expect(await reset(id)).toMatchObject({ status: 200, body: { status: 'PENDING', attempts: 4 } });
  expect(await reset(id)).toMatchObject({ status: 409, body: { code: 'DEAD_LETTER_STATE' } });
  expect(await audit(id)).toEqual(['REFUSED', 'PENDING', 'FAILED', 'REFUSED']);
});

describe('while what would take it is away, a dead letter stays as it was', () => {
  it('for a server without Kafka, which says that a repeat does not help', async () => {
    const [id] = await park(unpublished());
    expect(await replay(id, lone)).toMatchObject({
      status: 409,
      body: { code: 'KAFKA_NOT_CONFIGURED', detail: expect.stringContaining('KAFKA_BROKERS') as string },
    });
    expect(await show(id)).toMatchObject({ body: { status: 'PENDING', attempts: 3 } });
    expect(await audit(id)).toEqual(['UNAVAILABLE']);
    expect(await bulk({ filter: { topic: 'order.updated.v1' } }, lone)).toMatchObject({ status: 409 });
    expect((await replay(id)).body.status).toBe('REPLAYED');
  });

  it('for the workflow that takes carrier news', async () => {
    const value = { specversion: '1.0', id: 'n', source: '/c', type: INBOUND_TOPICS.carrierNews };
    const record = { topic: INBOUND_TOPICS.carrierNews, partition: 0, offset: 1, key: 'k', headers: {} };
    const data = { order_id: 'nobody', status: 'SHIPMENT_IN_TRANSIT' };
    const letter = toDeadLetter({ ...record, value: Buffer.from(JSON.stringify({ ...value, data })) }, 'error', 1);
    await park(letter);
    expect(letter.orderId).toBe('nobody');
    expect((await replay(letter.eventId)).body).toMatchObject({ status: 'FAILED', error: 'There is no order nobody.' });
  });
});

describe('a dead letter is skipped', () => {
  it('for a reason, once', async () => {
    const [id] = await park(unpublished());
    const first = await api.request<Letter>('PUT', `/api/dlq/skip/${id}`, {
      body: { reason: 'a test order' },
      headers: { 'x-actor': 'Ada' },
    });
    expect(first).toMatchObject({
      status: 200,
      body: { status: 'SKIPPED', reason: 'a test order', skipped_by: 'Ada' },
    });
    expect((await skip(id, 'another reason')).body).toEqual(first.body);
    expect(await audit(id)).toEqual(['ALREADY_SKIPPED', 'SKIPPED']);
  });

  it('not after it was replayed', async () => {
    const [id] = await park(unpublished());
    await replay(id);
    expect(await skip(id)).toMatchObject({ status: 409, body: { code: 'DEAD_LETTER_STATE' } });
  });

  it.each([{}, { reason: '' }, { reason: ' ' }, { reason: 'x'.repeat(501) }, { reason: 1 }, { reason: 'a', more: 1 }])(
    'not with the body %j',
    async (body) => {
      const [id] = await park(unpublished());
      expect(await api.request('PUT', `/api/dlq/skip/${id}`, { body })).toMatchObject({ status: 400 });
      expect((await show(id)).body.status).toBe('PENDING');
    },
  );
});

describe('many dead letters are replayed', () => {
  it('in a dry run only in words', async () => {
    const orderId = `o-${randomUUID()}`;
    await park(...unpublishedOrder(orderId, { versions: [1, 2, 3] }));
    const { body } = await bulk({ filter: { order_id: orderId }, dry_run: true, limit: 2 });
    expect(body).toMatchObject({ dry_run: true, matched: 3, replayed: 0, failed: 0 });
    expect(body.results.map(({ status }) => status)).toEqual(['PENDING', 'PENDING']);
    const { body: page } = await api.request<Page>('GET', `/api/dlq/pending?order_id=${orderId}`);
    expect(page.dead_letters).toHaveLength(3);
    const [entry] = (await api.request<Audit>('GET', '/api/dlq/audit')).body.entries;
    expect(entry).toMatchObject({ action: 'dead-letter.bulk-replay', result: 'DRY_RUN', actor: 'anonymous' });
  });

  it('those of one order in their order, those that fail beside the others', async () => {
    const topic = 'order.completed.v1';
    const orders = Array.from({ length: 5 }, () => unpublishedOrder(`o-${randomUUID()}`, { versions: [1, 2, 3, 4] }));
    const letters = orders.flat().map((letter) => ({ ...letter, topic }));
    const large = unpublished({ topic, payload: Buffer.alloc(2_000_000, 'x') });
    await park(...letters, large);
    const { body } = await bulk({ filter: { topic }, limit: 1000 });
    expect(body).toMatchObject({ matched: 21, replayed: 20, failed: 1, remaining: 1 });
    const records = await readTopic(kafka.address, topic);
    for (const order of orders) {
      const ids = order.map(({ eventId }) => eventId);
      expect(records.map(({ headers }) => headers.ce_id).filter((id) => ids.includes(id!))).toEqual(ids);
    }
    expect((await bulk({ filter: { topic, status: 'pending' } })).body.matched).toBe(0);
    expect((await bulk({ filter: { topic, status: 'failed' } })).body).toMatchObject({ matched: 1, failed: 1 });
  });

  it('by source, type and time', async () => {
    const letter = requested('bulk-product');
    await park(letter);
    const now = new Date(Date.now() + 60_000).toISOString();
    const filter = { source: 'inbound', event_type: INBOUND_TOPICS.orderRequests };
    expect((await bulk({ filter: { ...filter, failed_from: now }, dry_run: true })).body.matched).toBe(0);
    await addProduct('bulk-product');
    expect((await bulk({ filter: { ...filter, failed_to: now } })).body.results).toContainEqual({
      event_id: letter.eventId,
      status: 'REPLAYED',
    });
    expect(await ordersOf(letter)).toBe(1);
  });

  it.each([
    [{}, 'filter'],
    [{ filter: { status: 'replayed' } }, 'filter.status'],
    [{ filter: { colour: 'red' } }, 'filter.colour'],
    [{ filter: { failed_from: 'yesterday' } }, 'filter.failed_from'],
    [{ filter: { source: 'nobody' } }, 'source'],
    [{ filter: {}, limit: 0 }, 'limit'],
    [{ filter: {}, limit: 1001 }, 'limit'],
    [{ filter: {}, dry_run: 'yes' }, 'dry_run'],
  ])('not with %j', async (body, field) => {
    expect(await bulk(body)).toMatchObject({ status: 400, body: { violations: [{ field }] } });
  });
});

describe('dead letters are read', () => {
  it('counted by status, source and topic', async () => {
    await park(unpublished({ topic: 'stats.v1' }), unpublished({ topic: 'stats.v1' }));
    const { body } = await api.request('GET', '/api/dlq/stats');
    expect(body).toMatchObject({
      by_topic: { 'stats.v1': 2 },
      by_source: { INBOUND: expect.any(Number) as number },
      by_status: { SKIPPED: expect.any(Number) as number },
      oldest_pending_seconds: expect.any(Number) as number,
    });
  });

  it('by status in any letter case, a page at a time, without gap or repeat', async () => {
    const topic = 'pages.v1';
    const ids = await park(...Array.from({ length: 7 }, () => unpublished({ topic })));
    const seen: string[] = [];
    let token = '';
    do {
      const path = `/api/dlq/status/pEnding?topic=${topic}&page_size=3&page_token=${token}`;
      const { body } = await api.request<Page>('GET', path);
      seen.push(...body.dead_letters.map(({ event_id }) => event_id));
      token = body.next_page_token;
    } while (token !== '');
    expect(seen.toSorted()).toEqual(ids.toSorted());
  });

  it('with what they carry: JSON, text or bytes', async () => {
    const [json, text, bytes] = await park(
      unpublished({ payload: Buffer.from('{"a":1}') }),
      unpublished({ payload: Buffer.from('not json') }),
      unpublished({ payload: Buffer.from([255, 0]) }),
    );
    expect((await show(json)).body).toMatchObject({ payload: { a: 1 }, payload_encoding: 'json', archived: false });
    expect((await show(text!)).body).toMatchObject({ payload: 'not json', payload_encoding: 'text' });
    expect((await show(bytes!)).body).toMatchObject({ payload: '/wA=', payload_encoding: 'base64' });
  });

  it('with what waits behind them', async () => {
    const [first, second] = unpublishedOrder(`o-${randomUUID()}`, { versions: [1, 2] });
    await park(first!, second!);
    expect((await show(first!.eventId)).body.waiting).toEqual([
      { event_id: second!.eventId, order_version: 2, topic: second!.topic },
    ]);
    expect((await show(second!.eventId)).body).toMatchObject({ waits_behind: first!.eventId });
  });

  it.each([
    ['/api/dlq/status/lost', 'status'],
    ['/api/dlq/pending?colour=red', 'colour'],
    [`/api/dlq/pending?page_token=${tokenAt('2026-02-30T00:00:00.000Z')}`, 'page_token'],
    ['/api/dlq/pending?source=x', 'source'],
    ['/api/dlq/pending?page_size=0', 'page_size'],
    ['/api/dlq/pending?page_token=x', 'page_token'],
    ['/api/dlq/audit?page_token=x', 'page_token'],
    ['/api/dlq/audit?actor=', 'actor'],
    ['/api/dlq/audit?colour=red', 'colour'],
    ['/api/audit?page_token=x', 'page_token'],
  ])('not at %s', async (path, field) => {
    expect(await api.request('GET', path)).toMatchObject({ status: 400, body: { violations: [{ field }] } });
  });

  it.each([randomUUID(), 'no-uuid', '%00'])('not where there is none: %s', async (id) => {
    for (const answer of [await show(id), await replay(id), await reset(id), await skip(id)])
      expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });
});

it('the audit is read a page at a time, the newest first', async () => {
  const seen: number[] = [];
  let token = '';
  do {
    const { body } = await api.request<Audit>('GET', `/api/dlq/audit?page_size=10&page_token=${token}`);
    seen.push(...body.entries.map(({ id }) => id));
    token = body.next_page_token;
  } while (token !== '');
  expect(seen).toEqual(seen.toSorted((a, b) => b - a));
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.length).toBeGreaterThan(10);
});

it('the audit is filtered by who, what and which, and that of dead letters tells of nothing else', async () => {
  const [one, other] = [await park(unpublished()), await park(unpublished())].flat();
  const headers = { 'x-actor': 'ada' };
  const giveUp = (id: string) => api.request('PUT', `/api/dlq/skip/${id}`, { body: { reason: 'not needed' }, headers });
  await giveUp(one!);
  await giveUp(other!);
  await recordAudit(db, { actor: 'ada', action: 'order.repair', subject: 'order-1', result: 'REPAIRED' });
  const find = async (path: string) =>
    (await api.request<Audit>('GET', path)).body.entries.map(({ action, subject }) => `${action} ${subject}`);
  const skipped = (id: string) => `dead-letter.skip ${id}`;
  expect(await find('/api/dlq/audit?actor=ada')).toEqual([skipped(other!), skipped(one!)]);
  expect(await find(`/api/dlq/audit?actor=ada&event_id=${one!.toUpperCase()}`)).toEqual([skipped(one!)]);
  expect(await find('/api/dlq/audit?actor=ada&action=dead-letter.replay')).toEqual([]);
  expect(await find('/api/dlq/audit?action=order.repair')).toEqual([]);
  // The audit names callers by kind and id.
  const longest = `session:${'x'.repeat(200)}`;
  await recordAudit(db, { actor: longest, action: 'stock.set', subject: 'product-1', result: 'DONE' });
  expect(await find(`/api/audit?actor=${longest}`)).toEqual(['stock.set product-1']);
  expect(await find('/api/audit?actor=ada')).toEqual(['order.repair order-1', skipped(other!), skipped(one!)]);
  expect(await find('/api/audit?subject=order-1')).toEqual(['order.repair order-1']);
  expect(await find('/api/audit?actor=ada&action=dead-letter.skip')).toEqual([skipped(other!), skipped(one!)]);
});

it('who acts must be printable', async () => {
  const [id] = await park(unpublished());
  const answer = await api.request('POST', `/api/dlq/replay/${id}`, { headers: { 'x-actor': 'x'.repeat(101) } });
  expect(answer).toMatchObject({ status: 400, body: { violations: [{ field: 'x-actor', rule: 'actor' }] } });
});

it('a caller that acts too often is told to wait', async () => {
  const answers = await Promise.all(
    Array.from({ length: 31 }, () => lone.request('POST', '/api/dlq/replay', { body: { filter: {}, dry_run: true } })),
  );
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]).toMatchObject({ body: { code: 'RATE_LIMITED', retry_after: expect.any(Number) as number } });
  expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused[0]!.headers.get('content-type')).toContain('application/problem+json');
});

/** The token of a page after a dead letter of that moment. */
function tokenAt(moment: string): string {
  return Buffer.from(`${moment}|01a1fee8-e815-7549-bd60-f8f6e6cf1e05`).toString('base64url');
}
