import { Writable } from 'node:stream';
import Fastify from 'fastify';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { logRequests, noteOrder, requestIdOf } from '../../../api/rest/access-log.ts';
import { createTestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';
import { startApi } from '../support.ts';

const lines: string[] = [];
const logger = pino(
  { level: 'debug', base: null },
  new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(...chunk.toString().trim().split('\n'));
      done();
    },
  }),
);
const { url } = await createTestDatabase();
const api = await startApi({ databaseUrl: url, logger });
const ORDER = { customer_id: 'customer-nobody-logs', items: [{ product_id: 'prod-001', quantity: 1 }] };

/** The line about a request. */
async function answered(requestId: string): Promise<Record<string, unknown>> {
  const find = () =>
    lines.map((line) => JSON.parse(line) as Record<string, unknown>).find((line) => line.request_id === requestId);
  await until(`a line about ${requestId}`, () => find() !== undefined);
  return find() ?? {};
}

describe('the log of requests', () => {
  it('has a line for each request with the order that it made, found by the id that is answered', async () => {
    const made = await api.request<{ order_id: string }>('POST', '/api/orders', { body: ORDER });
    const requestId = made.headers.get('x-request-id') ?? '';
    const { order_id: id } = made.body;
    expect(await answered(requestId)).toMatchObject({
      level: 20,
      msg: 'answered',
      method: 'POST',
      route: '/api/orders',
      status: 201,
      order_id: id,
      workflow_id: `order-${id}`,
    });
  });

  it.each([
    ['GET', '/api/orders/order-1/history'],
    ['GET', '/orders/order-1'],
    ['GET', '/api/order-status/order-1'],
    ['GET', '/track/order-1'],
  ])('has the order of %s %s', async (method, path) => {
    const { headers } = await api.request(method, path);
    expect(await answered(headers.get('x-request-id') ?? '')).toMatchObject({
      order_id: 'order-1',
      workflow_id: 'order-order-1',
    });
  });

  it('has the order that the façade of OrderStream made', async () => {
    const items = [{ sku: 'prod-001', qty: 2, price: 19.99 }];
    const body = { userId: 'user-1', items, amount: 39.98, currency: 'USD' };
    const made = await api.request<{ orderId: string }>('POST', '/orders', { body });
    expect(made.status).toBe(201);
    const line = await answered(made.headers.get('x-request-id') ?? '');
    expect(line).toMatchObject({ route: '/orders', order_id: made.body.orderId });
  });

  it('has the order that a request for something else turned out to be about', async () => {
    const app = Fastify({ genReqId: requestIdOf });
    logRequests(app, logger);
    app.get('/shipments/:id', (request) => {
      noteOrder(request, 'order-2');
      return {};
    });
    const { headers } = await app.inject('/shipments/1');
    expect(await answered(String(headers['x-request-id']))).toMatchObject({ order_id: 'order-2' });
  });

  it('takes the id of the caller over, but only one that can stand in a log', async () => {
    const { headers } = await api.request('GET', '/api/orders/order-1', { headers: { 'x-request-id': 'caller:7' } });
    expect(headers.get('x-request-id')).toBe('caller:7');
    expect(await answered('caller:7')).toMatchObject({ status: 404, order_id: 'order-1' });
    for (const id of ['a b', 'x'.repeat(65), '{"level":60}']) {
      const refused = await api.request('GET', '/health/live', { headers: { 'x-request-id': id } });
      expect(refused.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('names no customer: neither bodies nor addresses are there', async () => {
    const { headers } = await api.request('GET', `/api/customers/${ORDER.customer_id}?token=a-secret`);
    expect(await answered(headers.get('x-request-id') ?? '')).toMatchObject({ route: '/api/customers/:id' });
    expect(lines.join('\n')).not.toContain(ORDER.customer_id);
    expect(lines.join('\n')).not.toContain('a-secret');
  });

  it('warns of an answer that is the fault of the server', async () => {
    const away = await startApi({ databaseUrl: 'postgres://nobody@127.0.0.1:9/none', logger });
    const { status, headers } = await away.request('POST', '/api/orders', { body: ORDER });
    expect(status).toBe(503);
    expect(await answered(headers.get('x-request-id') ?? '')).toMatchObject({ level: 40, status: 503 });
  });
});
