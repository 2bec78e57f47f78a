/** What a server still does from the moment it is asked to stop until it has gone. */
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { CreateOrderRequest } from '../../proto/gen/order/v1/order.ts';
import { createTestDatabase } from '../support/database.ts';
import { askHealth } from '../support/grpc-health.ts';
import { until } from '../support/until.ts';
import { call, NOBODY, startApi } from './support.ts';

/** Longer than any of these tests takes: somebody is in a hurry at their end. */
const DELAY_MS = 60_000;
const ORDER = { customer_id: 'customer-1', items: [{ product_id: 'prod-001', quantity: 1 }] };

let databaseUrl: string;

beforeAll(async () => {
  ({ url: databaseUrl } = await createTestDatabase());
});

/** A server that has been asked to stop, and how to hurry it. */
async function startStopping() {
  const api = await startApi({ databaseUrl, temporalAddress: NOBODY, shutdownDelayMs: DELAY_MS });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => {
    agent.destroy();
  });
  const before = await get(`${api.http}/health/ready`, agent);
  const hurry = new AbortController();
  const stopped = api.close(hurry.signal);
  return { api, agent, before, stopped, hurry: () => hurry.abort() };
}

function get(url: string, agent: Agent): Promise<{ answer: IncomingMessage; text: string }> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { agent }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => resolve({ answer, text }));
    })
      .on('error', reject)
      .end();
  });
}

it('says that it is stopping, and takes requests for a while more, each as the last of its connection', async () => {
  const { api, agent, before, stopped, hurry } = await startStopping();
  expect(before.answer.headers.connection).toBe('keep-alive');
  const ready = await get(`${api.http}/health/ready`, agent);
  expect(ready.answer.statusCode).toBe(503);
  expect(ready.answer.headers.connection).toBe('close');
  expect(JSON.parse(ready.text)).toMatchObject({ status: 'stopping' });
  expect((await get(`${api.http}/health/live`, agent)).answer.statusCode).toBe(200);
  expect((await api.request('POST', '/api/orders', { body: ORDER })).status).toBe(201);
  hurry();
  await stopped;
  await expect(get(`${api.http}/health/live`, agent)).rejects.toThrow(/ECONNREFUSED/);
});

it('says so over gRPC too, and still answers there', async () => {
  const { api, stopped, hurry } = await startStopping();
  await until('it does not serve', async () => (await askHealth(api.grpc)) === 'NOT_SERVING');
  expect((await call(api.client, 'createOrder', CreateOrderRequest.fromPartial(ORDER))).order?.status).toBe('PENDING');
  hurry();
  await stopped;
});
