import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { GetOrderResponse } from '../../../proto/gen/order/v1/order.ts';
import { LONG_MS, startLifecycle, type TestLifecycle } from '../../support/lifecycle.ts';
import { startApi, type TestApi } from '../support.ts';

let lifecycle: TestLifecycle;
let api: TestApi;

beforeAll(async () => {
  const settings = { paymentDelayMs: LONG_MS, preparationDelayMs: LONG_MS, deliveryDelayMs: LONG_MS };
  lifecycle = await startLifecycle({ settings });
  api = await startApi({ ...lifecycle, databaseUrl: lifecycle.url, commandTimeoutMs: 10_000 });
});

const put = (path: string, body?: object) => api.request<GetOrderResponse>('PUT', path, { body });
const order = () => lifecycle.order();
const expensive = async () =>
  (await lifecycle.accept({ customerId: 'c', items: [{ productId: 'prod-005', quantity: 5 }] })).order.id;

describe('confirming', () => {
  it('moves an order on, status by status, until it is delivered', async () => {
    const id = await order();
    const statuses: unknown[] = [];
    for (let step = 1; step <= 3; step += 1) statuses.push((await put(`/api/orders/${id}/confirm`)).body.order?.status);
    expect(statuses).toEqual(['PROCESSING', 'SHIPPED', 'DELIVERED']);
    const after = await api.request('PUT', `/api/orders/${id}/confirm`);
    expect(after).toMatchObject({ status: 409, body: { code: 'FORBIDDEN_TRANSITION', current_status: 'DELIVERED' } });
  });

  it('approves an order that waits for approval', async () => {
    const id = await expensive();
    const { status, body } = await put(`/api/orders/${id}/confirm`, { reason: 'known customer' });
    expect(status).toBe(200);
    expect(body.order).toMatchObject({ approval: 'APPROVED', status: 'PENDING' });
  });
});

describe('cancelling', () => {
  it('undoes the order, and a repeat answers the same without a second effect', async () => {
    const id = await order();
    await put(`/api/orders/${id}/confirm`);
    const first = await put(`/api/orders/${id}/cancel`, { reason: 'changed my mind' });
    expect([200, 202]).toContain(first.status);
    await lifecycle.reached(id, 'CANCELLED');
    const second = await put(`/api/orders/${id}/cancel`, { reason: 'again' });
    expect(second).toMatchObject({
      status: 200,
      body: {
        order: { status: 'CANCELLED', failure_reason: 'CANCELLED_ON_REQUEST', status_details: 'changed my mind' },
        payment_info: { status: 'PAYMENT_REFUNDED' },
      },
    });
    expect(await lifecycle.ledger(id)).toEqual(['charge captured', 'refund refunded']);
    expect((await put(`/api/orders/${id}/cancel`)).text).toBe(second.text);
  });

  it('comes too late for an order that is shipped', async () => {
    const id = await order();
    await put(`/api/orders/${id}/status`, { status: 'processing' });
    await put(`/api/orders/${id}/status`, { status: 'shipped' });
    const answer = await api.request('PUT', `/api/orders/${id}/cancel`);
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'FORBIDDEN_TRANSITION', current_status: 'SHIPPED', allowed: ['DELIVERED'] },
    });
  });

  it('takes a content type without a body', async () => {
    const id = await order();
    const answer = await api.request('PUT', `/api/orders/${id}/cancel`, {
      headers: { 'content-type': 'application/json' },
    });
    expect([200, 202]).toContain(answer.status);
  });
});

describe('setting the status', () => {
  it.each(['PAID', 'paid', 'Processing'])('understands %s', async (status) => {
    const { body } = await put(`/api/orders/${await order()}/status`, { status });
    expect(body.order?.status).toBe('PROCESSING');
  });

  it('refuses a forbidden transition with those that are allowed', async () => {
    const answer = await api.request('PUT', `/api/orders/${await order()}/status`, { body: { status: 'completed' } });
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'FORBIDDEN_TRANSITION', current_status: 'PENDING', allowed: ['PROCESSING', 'CANCELLED'] },
    });
  });

  it('refuses every update of a finished order', async () => {
    const id = await order();
    await put(`/api/orders/${id}/cancel`);
    await lifecycle.reached(id, 'CANCELLED');
    for (const status of ['processing', 'shipped', 'delivered', 'accepted'])
      expect(await api.request('PUT', `/api/orders/${id}/status`, { body: { status } })).toMatchObject({
        status: 409,
        body: { current_status: 'CANCELLED', allowed: [] },
      });
  });

  it.each(['accepted', 'Approved'])('%s approves an order that waits', async (status) => {
    const { body } = await put(`/api/orders/${await expensive()}/status`, { status });
    expect(body.order?.approval).toBe('APPROVED');
  });

  it('denied cancels an order that waits', async () => {
    const id = await expensive();
    expect([200, 202]).toContain((await put(`/api/orders/${id}/status`, { status: 'denied', reason: 'fraud' })).status);
    expect(await lifecycle.reached(id, 'CANCELLED')).toMatchObject({ failureReason: 'APPROVAL_DENIED' });
  });

  it.each([
    [{ status: 'LOST' }, { field: 'status', value: 'LOST', rule: 'known_status' }],
    [{}, { field: 'status', rule: 'shape' }],
    [{ status: 5 }, { field: 'status', value: 5, rule: 'shape' }],
    [
      { status: 'paid', why: 'x' },
      { field: 'why', value: 'x', rule: 'shape' },
    ],
    [
      { status: 'paid', reason: 'x'.repeat(501) },
      { field: 'reason', rule: 'reason' },
    ],
    [
      { status: 'paid', reason: 'a\u0007b' },
      { field: 'reason', rule: 'reason' },
    ],
  ])('refuses %j', async (body, violation) => {
    const answer = await api.request('PUT', `/api/orders/${await order()}/status`, { body });
    expect(answer).toMatchObject({ status: 400, body: { violations: [violation] } });
  });

  it('of an unknown order is not found', async () => {
    for (const command of ['confirm', 'cancel'])
      expect(await api.request('PUT', `/api/orders/nobody/${command}`)).toMatchObject({ status: 404 });
  });
});

it('a running order tells its stage where it is asked for the live view', async () => {
  const id = await order();
  await put(`/api/orders/${id}/confirm`);
  const { body } = await api.request<GetOrderResponse>('GET', `/api/orders/${id}?live=true`);
  expect(body.workflow).toMatchObject({ status: 'PROCESSING', stage: expect.any(String) as string });
});

describe('news of the carrier', () => {
  const tell = (shipment: string, body: object) =>
    api.request<GetOrderResponse>('POST', `/api/shipments/${shipment}/location`, { body });
  const shipped = async () => {
    const id = await order();
    await put(`/api/orders/${id}/confirm`);
    const { body } = await put(`/api/orders/${id}/confirm`);
    return body.shipment_info!.shipment_id;
  };

  it('moves the shipment, and never backwards', async () => {
    const shipment = await shipped();
    const near = {
      location: 'Leipzig',
      status: 'SHIPMENT_OUT_FOR_DELIVERY',
      estimated_delivery: '2030-01-01T12:00:00+01:00',
    };
    expect((await tell(shipment, near)).body.shipment_info).toMatchObject({
      current_location: 'Leipzig',
      status: 'SHIPMENT_OUT_FOR_DELIVERY',
      estimated_delivery: '2030-01-01T11:00:00Z',
    });
    const late = { location: 'Hamburg', status: 'SHIPMENT_IN_TRANSIT', occurred_at: '2020-01-01T00:00:00Z' };
    expect((await tell(shipment, late)).body.shipment_info).toMatchObject({
      current_location: 'Leipzig',
      status: 'SHIPMENT_OUT_FOR_DELIVERY',
    });
  });

  it.each([randomUUID(), 'nothing'])('of the unknown shipment %s is not found', async (shipment) => {
    expect((await tell(shipment, { location: 'Leipzig' })).status).toBe(404);
  });

  it.each([
    [{ location: '' }, 'location'],
    [{ location: 'x'.repeat(201) }, 'location'],
    [{ location: 'a\nb' }, 'location'],
    [{ location: 'a', status: 'LOST' }, 'status'],
    [{ location: 'a', occurred_at: 'now' }, 'occurred_at'],
    [{ location: 'a', estimated_delivery: '10000-01-01T00:00:00Z' }, 'estimated_delivery'],
  ])('is refused for %j', async (body, field) => {
    expect(await tell(randomUUID(), body)).toMatchObject({ status: 400, body: { violations: [{ field }] } });
  });
});
