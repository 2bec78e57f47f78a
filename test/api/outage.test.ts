import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { seedCatalogue } from '../../db/catalogue.ts';
import { migrate } from '../../db/migrate.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { detailsOf } from './grpc/error-details.ts';
import { call, NOBODY, refusal, startApi, type TestApi } from './support.ts';

const order = { customer_id: 'c', items: [{ product_id: 'prod-001', quantity: 1 }] };

describe.each([
  ['Temporal', () => NOBODY],
  ['every worker', () => inject('temporalAddress')],
])('while %s is away', (_name, temporalAddress) => {
  let api: TestApi;
  let id: string;

  beforeAll(async () => {
    const { url } = await createTestDatabase();
    api = await startApi({ databaseUrl: url, temporalAddress: temporalAddress(), commandTimeoutMs: 1500 });
    const { body } = await api.request<{ order_id: string }>('POST', '/api/orders', { body: order });
    id = body.order_id;
  });

  it('orders are accepted and read', async () => {
    expect((await api.request('POST', '/api/orders', { body: order })).status).toBe(201);
    expect((await api.request('GET', `/api/orders/${id}`)).status).toBe(200);
    const live = await api.request('GET', `/api/orders/${id}?live=true`);
    expect(live.status).toBe(200);
    expect(live.body).not.toHaveProperty('workflow');
  });

  it('a command answers 503 with advice, in time', async () => {
    const began = performance.now();
    const answer = await api.request('PUT', `/api/orders/${id}/cancel`);
    expect(performance.now() - began).toBeLessThan(5000);
    expect(answer).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE', retry_after: 2 } });
    expect(answer.headers.get('retry-after')).toBe('2');
  });

  it('a command answers UNAVAILABLE with advice before the deadline of its caller', async () => {
    const deadline = Date.now() + 800;
    const error = await refusal(call(api.client, 'cancelOrder', { order_id: id }, { deadline }));
    expect(error.code).toBe(status.UNAVAILABLE);
    expect(detailsOf(error).retryInfo?.retryDelay?.seconds).toBeGreaterThan(0);
    expect(Date.now()).toBeLessThan(deadline + 200);
  });
});

describe('while Postgres is away', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'steadfast-outage-'));
  let postgres: Awaited<ReturnType<typeof startPostgres>>;
  let api: TestApi;

  beforeAll(async () => {
    postgres = await startPostgres({ dataDir });
    await migrate(postgres.url);
    await seedCatalogue(postgres.url);
    api = await startApi({ databaseUrl: postgres.url, temporalAddress: NOBODY });
  });

  afterAll(async () => {
    await api.close();
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('everything answers 503 in time, ready says so, and all recovers by itself', async () => {
    const { body } = await api.request<{ order_id: string }>('POST', '/api/orders', { body: order });
    await postgres.stop();

    for (const ask of [
      () => api.request('GET', `/api/orders/${body.order_id}`),
      () => api.request('GET', '/api/orders'),
      () => api.request('POST', '/api/orders', { body: order }),
      () => api.request('PUT', `/api/orders/${body.order_id}/cancel`),
      () => api.request('GET', '/api/products'),
    ]) {
      const began = performance.now();
      const answer = await ask();
      expect(performance.now() - began).toBeLessThan(8000);
      expect(answer).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(answer.text).not.toMatch(/ECONN|postgres:/);
    }
    expect((await refusal(call(api.client, 'getOrder', { order_id: 'x', live: false, progress: false }))).code).toBe(
      status.UNAVAILABLE,
    );
    expect(await api.request('GET', '/health/ready')).toMatchObject({
      status: 503,
      body: { status: 'unavailable', missing: expect.arrayContaining(['postgres']) as string[] },
    });
    expect((await api.request('GET', '/health/live')).status).toBe(200);

    postgres = await startPostgres({ dataDir, port: Number(new URL(postgres.url).port) });
    await until('orders are accepted again', async () => {
      const answer = await api.request('POST', '/api/orders', { body: order });
      return answer.status === 201;
    });
    expect((await api.request('GET', `/api/orders/${body.order_id}`)).status).toBe(200);
    expect((await api.request('GET', '/health/ready')).status).toBe(200);
  });
});

it('a server that stops finishes what is under way, and lets go of its connections', async () => {
  const { url } = await createTestDatabase();
  const api = await startApi({ databaseUrl: url, temporalAddress: NOBODY, commandTimeoutMs: 1000 });
  const { body } = await api.request<{ order_id: string }>('POST', '/api/orders', { body: order });
  const underWay = api.request('PUT', `/api/orders/${body.order_id}/cancel`);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const began = performance.now();
  await api.close();
  expect((await underWay).status).toBe(503);
  expect(performance.now() - began).toBeLessThan(3000);
  await expect(api.request('GET', '/health/live')).rejects.toThrow();
});

it('a database that is not migrated makes the server unready, and says so', async () => {
  const { url, db } = await createTestDatabase();
  await db`delete from drizzle.__drizzle_migrations`;
  const api = await startApi({ databaseUrl: url, temporalAddress: NOBODY });
  expect(await api.request('GET', '/health/ready')).toMatchObject({
    status: 503,
    body: {
      dependencies: { postgres: { status: 'down', detail: 'the database has not been migrated to this version' } },
    },
  });
});
