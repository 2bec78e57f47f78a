import { randomUUID } from 'node:crypto';
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CreateOrderRequest, ListOrdersRequest, OrderServiceClient } from '../../../proto/gen/order/v1/order.ts';
import { LONG_MS, startLifecycle, type TestLifecycle } from '../../support/lifecycle.ts';
import { call, refusal, startApi, type TestApi } from '../support.ts';
import { detailsOf } from './error-details.ts';

let lifecycle: TestLifecycle;
let api: TestApi;
let client: OrderServiceClient;

beforeAll(async () => {
  const settings = { paymentDelayMs: LONG_MS, preparationDelayMs: LONG_MS, deliveryDelayMs: LONG_MS };
  lifecycle = await startLifecycle({ settings });
  api = await startApi({ ...lifecycle, databaseUrl: lifecycle.url, commandTimeoutMs: 10_000 });
  client = api.client;
});

const order = { customer_id: 'customer-1', items: [{ product_id: 'prod-001', quantity: 2 }] };
const create = (request: CreateOrderRequest, metadata = new Metadata()) =>
  call(client, 'createOrder', request, { metadata });
const get = (order_id: string, live = false) => call(client, 'getOrder', { order_id, live, progress: false });
const cancel = (order_id: string, reason?: string) => call(client, 'cancelOrder', { order_id, reason });
const update = (order_id: string, wish: 'PENDING' | 'PAID' | 'SHIPPED' | 'COMPLETED' | 'ORDER_STATUS_UNSPECIFIED') =>
  call(client, 'updateOrderStatus', { order_id, status: wish });

describe('CreateOrder', () => {
  it('accepts an order and answers a repeat with the same id as the first time', async () => {
    const request = { ...order, order_id: `grpc-${randomUUID()}`, total_amount: 39.98 };
    const first = await create(request);
    expect(first).toMatchObject({ order_id: request.order_id, order: { status: 'PENDING', total_minor: 3998 } });
    expect(await create(request)).toEqual(first);
  });

  it('answers a repeat with the same idempotency key as the first time, and refuses it for another request', async () => {
    const metadata = new Metadata();
    metadata.set('idempotency-key', randomUUID());
    const first = await create(order, metadata);
    expect(await create(order, metadata)).toEqual(first);
    const error = await refusal(create({ ...order, customer_id: 'other' }, metadata));
    expect(error.code).toBe(status.ALREADY_EXISTS);
    expect(detailsOf(error).errorInfo).toMatchObject({ reason: 'IDEMPOTENCY_KEY_REUSED', domain: 'steadfast' });
  });

  it('names every broken rule by its field, as REST does', async () => {
    const request = { customer_id: ' ', items: [{ product_id: 'nothing', quantity: 1001 }], order_id: '' };
    const error = await refusal(create(request));
    const { badRequest, errorInfo } = detailsOf(error);
    const rest = await api.request('POST', '/api/orders', { body: request });
    expect(error.code).toBe(status.INVALID_ARGUMENT);
    expect(error.details).toBe(rest.body.detail);
    expect(errorInfo?.reason).toBe('INVALID_REQUEST');
    expect(badRequest?.fieldViolations.map(({ field }) => field)).toEqual(
      rest.body.violations?.map(({ field }) => field),
    );
    expect(badRequest?.fieldViolations[1]?.description).toContain('not ""');
  });

  it('names an unspecified payment method', async () => {
    const error = await refusal(create({ ...order, payment_method: 'PAYMENT_METHOD_UNSPECIFIED' }));
    expect(error.code).toBe(status.INVALID_ARGUMENT);
    expect(detailsOf(error).badRequest?.fieldViolations[0]?.field).toBe('payment_method');
  });

  it('keeps the answer to a thousand broken rules small enough for a header', async () => {
    const items = Array.from({ length: 1000 }, () => ({ product_id: '', quantity: 0 }));
    const error = await refusal(create({ ...order, items }));
    expect(error.code).toBe(status.INVALID_ARGUMENT);
    expect(detailsOf(error).badRequest?.fieldViolations).toHaveLength(20);
  });

  it('refuses a message over 1 MB', async () => {
    const error = await refusal(create({ ...order, customer_id: 'x'.repeat(1_100_000) }));
    expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
  });

  it.each([
    ['bytes that are no message', Buffer.from([0x0a, 0xff, 0xff, 0xff])],
    ['text that is not UTF-8', Buffer.from([0x0a, 0x02, 0xff, 0xfe])],
  ])('refuses %s as the client’s mistake', async (_name, bytes) => {
    const raw = new Client(api.grpc, credentials.createInsecure());
    const path = '/order.sv1.OrderService/CreateOrder';
    const same = (value: Buffer) => value;
    const error = await new Promise<ServiceError | null>((resolve) => {
      raw.makeUnaryRequest(path, same, same, bytes, resolve);
    });
    raw.close();
    expect(error?.code).toBe(status.INVALID_ARGUMENT);
    expect(error?.details).toContain('cannot be decoded');
  });
});

describe('an order', () => {
  it('goes through its life by commands', async () => {
    const { order_id } = await create(order);
    expect(await update(order_id, 'PAID')).toMatchObject({
      order: { status: 'PROCESSING' },
      payment_info: { status: 'PAYMENT_COMPLETED', amount: 39.98 },
    });
    expect(await get(order_id, true)).toMatchObject({ workflow: { status: 'PROCESSING' } });
    const shipped = await call(client, 'confirmOrder', { order_id });
    expect(shipped.shipment_info?.tracking_number).toMatch(/^TRACK-/);
    const news = { shipment_id: '', order_id, location: 'Leipzig', estimated_delivery: '2030-01-01T11:00:00Z' };
    expect(await call(client, 'updateShipmentLocation', news)).toMatchObject({
      shipment_info: { current_location: 'Leipzig', estimated_delivery: '2030-01-01T11:00:00.000Z' },
    });
    expect(await call(client, 'markAsDelivered', { order_id })).toMatchObject({
      order: { status: 'DELIVERED' },
      shipment_info: { status: 'SHIPMENT_DELIVERED' },
    });
  });

  it('is the same on REST and gRPC', async () => {
    const { order_id } = await create(order);
    await lifecycle.commands.confirm(order_id);
    const grpc = await get(order_id);
    const rest = await api.request<typeof grpc>('GET', `/api/orders/${order_id}`);
    const moment = (text: string | undefined) => new Date(text ?? '').toISOString();
    expect(grpc.order).toMatchObject({
      ...rest.body.order,
      created_at: moment(rest.body.order?.created_at),
      updated_at: moment(rest.body.order?.updated_at),
    });
    expect(grpc.payment_info).toEqual(rest.body.payment_info);
  });

  it('is cancelled once, and a repeat answers the same', async () => {
    const { order_id } = await create(order);
    await cancel(order_id, 'no more');
    await lifecycle.reached(order_id, 'CANCELLED');
    const again = await cancel(order_id, 'really');
    expect(again.order).toMatchObject({ failure_reason: 'CANCELLED_ON_REQUEST', status_details: 'no more' });
    expect(await cancel(order_id)).toEqual(again);
  });

  it('is denied while it waits for approval, and only then', async () => {
    const { order_id } = await create({ ...order, items: [{ product_id: 'prod-005', quantity: 5 }] });
    await call(client, 'denyOrder', { order_id, reason: 'fraud' });
    expect(await lifecycle.reached(order_id, 'CANCELLED')).toMatchObject({ failureReason: 'APPROVAL_DENIED' });
    const other = await create(order);
    await update(other.order_id, 'PAID');
    const error = await refusal(call(client, 'denyOrder', { order_id: other.order_id }));
    expect(error.code).toBe(status.FAILED_PRECONDITION);
  });

  it('that cannot go where it is told says where it may go', async () => {
    const { order_id } = await create(order);
    const error = await refusal(update(order_id, 'COMPLETED'));
    expect(error.code).toBe(status.FAILED_PRECONDITION);
    expect(detailsOf(error)).toMatchObject({
      errorInfo: {
        reason: 'FORBIDDEN_TRANSITION',
        metadata: { current_status: 'PENDING', allowed: 'PROCESSING,CANCELLED' },
      },
      precondition: { violations: [{ type: 'FORBIDDEN_TRANSITION' }] },
    });
  });

  it('that is unknown is not found', async () => {
    for (const send of [get, cancel, (id: string) => update(id, 'PAID')])
      expect((await refusal(send('nobody'))).code).toBe(status.NOT_FOUND);
  });

  it.each([
    ['an empty id', () => get(''), 'order_id'],
    ['an unspecified status', () => update('x', 'ORDER_STATUS_UNSPECIFIED'), 'status'],
    ['a reason of 501 characters', () => cancel('x', 'r'.repeat(501)), 'reason'],
    [
      'news of no shipment',
      () => call(client, 'updateShipmentLocation', { shipment_id: '', order_id: '', location: 'a' }),
      'shipment_id',
    ],
    [
      'an unspecified shipment status',
      () =>
        call(client, 'updateShipmentLocation', {
          shipment_id: randomUUID(),
          order_id: '',
          location: 'a',
          status: 'SHIPMENT_STATUS_UNSPECIFIED' as const,
        }),
      'status',
    ],
  ])('is refused for %s', async (_name, send, field) => {
    const error = await refusal(send());
    expect(error.code).toBe(status.INVALID_ARGUMENT);
    expect(detailsOf(error).badRequest?.fieldViolations[0]?.field).toBe(field);
  });
});

describe('ListOrders', () => {
  const list = (request: Partial<ListOrdersRequest>) => call(client, 'listOrders', { statuses: [], ...request });

  it('answers pages by customer and status', async () => {
    const ids: string[] = [];
    for (let number = 1; number <= 3; number += 1)
      ids.unshift((await create({ ...order, customer_id: 'grpc-lister' })).order_id);
    const first = await list({ customer_id: 'grpc-lister', page_size: 2, statuses: ['PENDING'] });
    const page_token = first.next_page_token;
    const rest = await list({ customer_id: 'grpc-lister', page_size: 2, statuses: ['PENDING'], page_token });
    expect([...first.orders, ...rest.orders].map(({ id }) => id)).toEqual(ids);
    expect(rest.next_page_token).toBe('');
  });

  it.each([
    [{ page_size: 0 }],
    [{ page_size: 501 }],
    [{ page_token: 'oops' }],
    [{ statuses: ['ORDER_STATUS_UNSPECIFIED' as const] }],
  ])('refuses %j', async (request) => {
    expect((await refusal(list(request))).code).toBe(status.INVALID_ARGUMENT);
  });
});
