import { beforeAll, expect, it } from 'vitest';
import { countFailedAttempt, delayPayment } from '../../../db/payments.ts';
import { paymentId } from '../../../domain/ids.ts';
import type { GetOrderResponse } from '../../../proto/gen/order/v1/order.ts';
import { acceptAs } from '../../db/order-fixture.ts';
import { createTestDatabase } from '../../support/database.ts';
import { call, startApi, type TestApi } from '../support.ts';

const { db, url } = await createTestDatabase();
let api: TestApi;

beforeAll(async () => {
  api = await startApi({ databaseUrl: url });
});

const read = async (id: string, query = '?progress=true') =>
  (await api.request<GetOrderResponse>('GET', `/api/orders/${id}${query}`)).body;

it('an order tells how far it has come, without any worker', async () => {
  const id = await acceptAs(db, 'PROCESSING');
  const { order, progress } = await read(id);
  expect(progress).toMatchObject({
    stage: 'PREPARING',
    stage_since: order!.updated_at,
    steps: [
      { status: 'PENDING', reached_at: order!.created_at },
      { status: 'PROCESSING', reached_at: order!.updated_at },
      { status: 'SHIPPED', expected_at: progress!.expected_until },
      { status: 'DELIVERED' },
    ],
    allowed_actions: ['CANCEL', 'CONFIRM'],
  });
  expect(Date.parse(progress!.expected_until!) - Date.parse(progress!.stage_since!)).toBe(600_000);
});

it('a payment that is asked for again is told so', async () => {
  const id = await acceptAs(db, 'RESERVED');
  expect((await read(id)).progress?.stage).toBe('WAITING_TO_CHARGE');
  await countFailedAttempt(db, paymentId(id), 'no answer');
  expect((await read(id)).progress?.stage).toBe('RETRYING_PAYMENT');
  await delayPayment(db, id, paymentId(id));
  const { order, progress } = await read(id);
  expect(progress).toMatchObject({ stage: 'RETRYING_PAYMENT', stage_since: order!.updated_at });
});

it('gRPC tells the same', async () => {
  const id = await acceptAs(db, 'SHIPPED');
  const request = { order_id: id, live: false };
  const { progress } = await call(api.client, 'getOrder', { ...request, progress: true });
  expect(progress).toMatchObject({
    stage: 'IN_DELIVERY',
    allowed_actions: ['CONFIRM', 'MARK_DELIVERED', 'UPDATE_LOCATION'],
  });
  expect(progress?.steps.map(({ status }) => status)).toEqual(['PENDING', 'PROCESSING', 'SHIPPED', 'DELIVERED']);
  expect((await call(api.client, 'getOrder', { ...request, progress: false })).progress).toBeUndefined();
});

it('the progress is told only where it is asked for, and only of the order as it stands', async () => {
  const id = await acceptAs(db, 'DELIVERED');
  for (const query of ['', '?progress=false', '?progress=true&at=1'])
    expect(await read(id, query)).not.toHaveProperty('progress');
  expect((await read(id)).progress).toMatchObject({ stage: 'SETTLED', allowed_actions: [] });
  expect(await api.request('GET', '/api/orders/nobody?progress=true')).toMatchObject({ status: 404 });
});

it('the history names the trace that the order belongs to', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const id = await acceptAs(db, 'PROCESSING', { traceparent });
  const { body } = await api.request<{ events: { trace_id?: string }[] }>('GET', `/api/orders/${id}/history`);
  expect(body.events.map(({ trace_id }) => trace_id)).toEqual(
    body.events.map(() => '4bf92f3577b34da6a3ce929d0e0e4736'),
  );
  const without = await acceptAs(db, 'PENDING');
  const { text } = await api.request('GET', `/api/orders/${without}/history`);
  expect(text).not.toContain('trace_id');
});
