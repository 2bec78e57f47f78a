/** Whose idempotency keys are whose. */
import { randomUUID } from 'node:crypto';
import { Metadata } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { CreateOrderRequest } from '../../../proto/gen/order/v1/order.ts';
import { createTestDatabase } from '../../support/database.ts';
import { call, NOBODY, startApi, type TestApi } from '../support.ts';
import { ADA, addKey, bearer, BOB, type Headers } from './credentials.ts';

const { url: databaseUrl, db } = await createTestDatabase();
const api = await startApi({ databaseUrl, temporalAddress: NOBODY, authentication: {} });
const credentialsOf = async (customerId: string | null): Promise<Headers> =>
  bearer((await addKey(db, { role: customerId === null ? 'operator' : 'customer', customerId })).text);
const [ada, adasOther, bob, operator, another] = await Promise.all([ADA, ADA, BOB, null, null].map(credentialsOf));

/** Places an order with a key in each of the ways in which one can. */
const WAYS = {
  REST: async (customer: string, key: string, headers: Headers = {}, of: TestApi = api) => {
    const body = { customer_id: customer, items: [{ product_id: 'prod-001', quantity: 1 }] };
    const { status, body: answer } = await of.request<{ order_id: string }>('POST', '/api/orders', {
      body,
      headers: { ...headers, 'idempotency-key': key },
    });
    return status === 201 ? answer.order_id : status;
  },
  'the facade': async (customer: string, key: string, headers: Headers = {}, of: TestApi = api) => {
    const body = { userId: customer, items: [{ sku: 'SKU-1', qty: 1, price: 10 }], currency: 'USD' };
    const { status, body: answer } = await of.request<{ orderId: string }>('POST', '/orders', {
      body,
      headers: { ...headers, 'idempotency-key': key },
    });
    return status === 201 ? answer.orderId : status;
  },
  gRPC: async (customer: string, key: string, headers: Headers = {}, of: TestApi = api) => {
    const request = CreateOrderRequest.fromPartial({
      customer_id: customer,
      items: [{ product_id: 'prod-001', quantity: 1 }],
    });
    const metadata = Metadata.fromHttp2Headers({ ...headers, 'idempotency-key': key });
    return call(of.client, 'createOrder', request, { metadata }).then(
      ({ order_id }) => order_id,
      () => 422,
    );
  },
};

describe.each(Object.entries(WAYS))('an idempotency key over %s', (_way, place) => {
  it('of a customer is theirs alone', async () => {
    const key = randomUUID();
    const taken = await place(BOB, key, bob);
    const own = await place(ADA, key, ada);
    expect([taken, own]).toEqual([expect.any(String), expect.any(String)]);
    expect(own).not.toBe(taken);
    expect([await place(ADA, key, adasOther), await place(BOB, key, bob)]).toEqual([own, taken]);
  });

  it('of operators is one of all of them, and none of a customer', async () => {
    const key = randomUUID();
    const own = await place(ADA, key, ada);
    const first = await place(ADA, key, operator);
    expect(first).not.toBe(own);
    expect(await place(ADA, key, another)).toBe(first);
    expect(await place(BOB, key, another)).toBe(422);
  });

  it('is one of everybody where authentication is off', async () => {
    const open = await startApi({ databaseUrl, temporalAddress: NOBODY });
    const key = randomUUID();
    const first = await place(ADA, key, {}, open);
    expect(first).toEqual(expect.any(String));
    expect([await place(ADA, key, {}, open), await place(BOB, key, {}, open)]).toEqual([first, 422]);
    await open.close();
  });
});
