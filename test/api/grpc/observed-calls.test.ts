import { Writable } from 'node:stream';
import { Metadata, status } from '@grpc/grpc-js';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { fieldsOfCall } from '../../../api/grpc/observed-calls.ts';
import { createTestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';
import { call, NOBODY, refusal, startApi } from '../support.ts';

const lines: Record<string, unknown>[] = [];
const logger = pino(
  { level: 'debug', base: null },
  new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      const texts = chunk.toString().trim().split('\n');
      lines.push(...texts.map((text) => JSON.parse(text) as Record<string, unknown>));
      done();
    },
  }),
);
const { url: databaseUrl } = await createTestDatabase();
const { client } = await startApi({ databaseUrl, temporalAddress: NOBODY, logger });
const ORDER = { customer_id: 'customer-1', items: [{ product_id: 'prod-001', quantity: 1 }] };

/** The line about a call of a method. */
const answered = (method: string, code: status) =>
  until(`a line about ${method}`, () => lines.find((line) => line.method === method && line.status === status[code]));

it('a line about a call names the order that it made, and its workflow', async () => {
  const { order_id } = await call(client, 'createOrder', ORDER);
  expect(await answered('CreateOrder', status.OK)).toMatchObject({ order_id, workflow_id: `order-${order_id}` });
});

it('a line about a call names the order that it asked for, also where it is refused', async () => {
  const request = { order_id: 'order-1', live: false, progress: false };
  await refusal(call(client, 'getOrder', request));
  expect(await answered('GetOrder', status.NOT_FOUND)).toMatchObject({
    order_id: 'order-1',
    workflow_id: 'order-order-1',
  });
});

it('what is no id of an order does not get into the log', async () => {
  await refusal(call(client, 'getOrder', { order_id: 'a b\n'.repeat(1000), live: false, progress: false }));
  expect(await answered('GetOrder', status.INVALID_ARGUMENT)).not.toHaveProperty('order_id');
});

it('a line about a watch names its order', async () => {
  const { order_id } = await call(client, 'createOrder', ORDER);
  const watch = client.watchOrder({ order_id }, new Metadata()).on('error', () => undefined);
  await new Promise((resolve) => watch.once('data', resolve));
  watch.cancel();
  expect(await answered('WatchOrder', status.CANCELLED)).toMatchObject({ order_id });
});

it('a line about a call that has a trace names it', () => {
  const trace = 'a'.repeat(32);
  expect(fieldsOfCall([{ order_id: 'order-1' }], `00-${trace}-${'b'.repeat(16)}-01`)).toEqual({
    order_id: 'order-1',
    workflow_id: 'order-order-1',
    trace_id: trace,
  });
});
