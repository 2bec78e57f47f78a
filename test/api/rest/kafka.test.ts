import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NEEDED_TOPICS } from '../../../events/kafka/topics.ts';
import { accept } from '../../db/order-fixture.ts';
import { makeTopics, startReading, testPublisher } from '../../events/kafka/published.ts';
import { startFollower } from '../../events/following.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startTestKafka } from '../../support/kafka.ts';
import { until } from '../../support/until.ts';
import { startApi } from '../support.ts';

interface Status {
  status: string;
  detail?: string;
  brokers: { id: number; address: string }[];
  topics: { name: string; status: string; partitions?: number }[];
  publisher?: { lag: number; oldest_seconds: number; published: number; errors: number; last_error?: string };
}
interface Ready {
  status: string;
  missing: string[];
  dependencies: Record<string, { status: string; detail?: string }>;
}
interface TestEventResult {
  event_id: string;
  status: string;
}

const { url, db } = await createTestDatabase();
const kafka = await startTestKafka();
const brokers = [kafka.address];
const { request } = await startApi({ databaseUrl: url, kafkaBrokers: brokers, testEndpoints: true });
const bare = await startApi({ databaseUrl: url });
const publish = (body: object) => request<TestEventResult>('POST', '/api/test/publish-event', { body });
const statusNow = async () => (await request<Status>('GET', '/api/test/kafka-status')).body;
const readyNow = async () => (await request<Ready>('GET', '/health/ready')).body;

describe('a server without Kafka', () => {
  it('says that it is not configured and misses nothing', async () => {
    const answer = await bare.request<Status>('GET', '/api/test/kafka-status');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ status: 'not_configured', brokers: [], topics: [] });
    const ready = await bare.request<Ready>('GET', '/health/ready');
    expect(ready.body.dependencies).not.toHaveProperty('kafka');
    expect(ready.body.missing).not.toContain('kafka');
  });

  it('has no endpoints for testing unless they are enabled, and publishes nothing', async () => {
    const answer = await bare.request('POST', '/api/test/publish-event', { body: {} });
    expect(answer.status).toBe(404);
    const enabled = await startApi({ databaseUrl: url, testEndpoints: true });
    const refused = await enabled.request('POST', '/api/test/publish-event', { body: {} });
    expect([refused.status, refused.body.code]).toEqual([409, 'KAFKA_NOT_CONFIGURED']);
    expect(refused.body.detail).toContain('KAFKA_BROKERS');
  });
});

describe('a server with Kafka', { timeout: 120_000 }, () => {
  it('says which topics are missing and, once they are made, that it is up', async () => {
    expect(await statusNow()).toMatchObject({
      status: 'up',
      brokers: [{ id: 1, address: kafka.address }],
      topics: NEEDED_TOPICS.map((name) => ({ name, status: 'missing' })),
    });
    await makeTopics(kafka.address, 2);
    const { topics, publisher } = await statusNow();
    expect(topics).toEqual(NEEDED_TOPICS.map((name) => ({ name, status: 'present', partitions: 2 })));
    expect(publisher).toBeUndefined();
    expect((await readyNow()).dependencies.kafka).toEqual({ status: 'up' });
  });

  it('publishes a test event', async () => {
    const orderId = `order-${randomUUID()}`;
    // The topics have just been made, and may not be led yet.
    const { body } = await until('it is published', async () => {
      const answer = await publish({ order_id: orderId, payload: { note: 'hello' } });
      return answer.status === 200 && answer;
    });
    expect(body.status).toBe('PUBLISHED');
    const records = await startReading(kafka.address);
    const record = await until('it is there', () => records.find(({ headers }) => headers.ce_id === body.event_id));
    expect(record).toMatchObject({ topic: 'order.updated.v1', key: orderId });
    expect(JSON.parse(record.value)).toMatchObject({
      specversion: '1.0',
      id: body.event_id,
      type: 'test.event.v1',
      subject: orderId,
      data: { note: 'hello' },
    });
  });

  it('makes a dead letter of a test event that fails three times, and its replay publishes it', async () => {
    const orderId = await accept(db);
    const { status, body } = await publish({ order_id: orderId, type: 'test.poison.v1', simulate_failure: true });
    expect([status, body.status]).toEqual([202, 'DEAD_LETTERED']);
    const letter = await request<object>('GET', `/api/dlq/event/${body.event_id}`);
    expect(letter.text).toContain('This failure was asked for.');
    expect(letter.text).toContain('"attempts":3');
    const replayed = await request<object>('POST', `/api/dlq/replay/${body.event_id}`);
    expect([replayed.status, replayed.text.includes('REPLAYED')]).toEqual([200, true]);
    const records = await startReading(kafka.address);
    const record = await until('it is there', () => records.find(({ key }) => key === orderId));
    expect(record.headers).toMatchObject({ ce_id: body.event_id, ce_type: 'test.poison.v1' });
  });

  it('refuses a test event that breaks a rule', async () => {
    const answer = await request('POST', '/api/test/publish-event', { body: { order_id: 'a b', type: '' } });
    expect(answer.status).toBe(400);
    expect(answer.body.violations?.map(({ field }) => field)).toEqual(['order_id', 'type']);
    const unknown = await request('POST', '/api/test/publish-event', { body: { topic: 'x' } });
    expect(unknown.status).toBe(400);
  });

  it('goes on without it: degraded, orders wait for publishing, and are published when it is back', async () => {
    const publisher = { ...testPublisher(db, kafka.address), name: 'kafka' };
    startFollower(db, publisher);
    const before = await until('nothing waits', async () => {
      const status = await statusNow();
      return status.publisher?.lag === 0 && status.publisher;
    });
    await kafka.kill();
    const order = { customer_id: 'customer-1', items: [{ product_id: 'prod-001', quantity: 1 }] };
    const accepted = await request('POST', '/api/orders', { body: order });
    expect(accepted.status).toBe(201);
    const away = await until('it has noticed', async () => {
      const status = await statusNow();
      return (status.publisher?.errors ?? 0) > before.errors && status;
    });
    expect(away).toMatchObject({ status: 'down', brokers: [], topics: [], publisher: { lag: 1 } });
    expect(away.detail).toContain('ECONNREFUSED');
    expect(away.publisher?.last_error).toContain('Kafka takes no events now');
    const ready = await request<Ready>('GET', '/health/ready');
    expect([ready.status, ready.body.status]).toEqual([200, 'degraded']);
    expect(ready.body.missing).toContain('kafka');
    expect(ready.body.dependencies.kafka).toEqual({ status: 'down', detail: 'cannot be reached' });
    const refused = await request('POST', '/api/test/publish-event', { body: {} });
    expect([refused.status, refused.body.code]).toEqual([503, 'UNAVAILABLE']);

    await kafka.restart();
    await until('nothing waits', async () => {
      const { status, publisher: now } = await statusNow();
      return status === 'up' && now?.lag === 0;
    });
    expect((await readyNow()).dependencies.kafka).toEqual({ status: 'up' });
  });
});
