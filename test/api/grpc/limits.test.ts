import { once } from 'node:events';
import { connect } from 'node:http2';
import { gzipSync } from 'node:zlib';
import { Metadata, status } from '@grpc/grpc-js';
import { beforeAll, describe, expect, it } from 'vitest';
import { USUAL_LIMITS } from '../../../api/limits/settings.ts';
import { OrderServiceService } from '../../../proto/gen/order/v1/order.ts';
import { seededRandom } from '../../../cli/generate/random.ts';
import { createTestDatabase } from '../../support/database.ts';
import { measureLag } from '../../fuzz/lag.ts';
import { makeCall, type FuzzedCall } from '../../fuzz/grpc-frames.ts';
import { sendCall } from '../../fuzz/grpc.ts';
import { call, NOBODY, refusal, startApi, type TestApi } from '../support.ts';
import { detailsOf } from './error-details.ts';

const ADMIN_KEY = 'limits-0123456789abcdef0123456789abcdef';
let databaseUrl: string;
let slow: TestApi;
let api: TestApi;

beforeAll(async () => {
  databaseUrl = (await createTestDatabase()).url;
  api = await startApi({ databaseUrl, temporalAddress: NOBODY, limits: { ...USUAL_LIMITS, streamsPerCaller: 2 } });
  slow = await startApi({
    databaseUrl,
    temporalAddress: NOBODY,
    authentication: { adminKey: ADMIN_KEY },
    limits: { ...USUAL_LIMITS, requestsPerSecond: 1 },
  });
});

const admin = () => Metadata.fromHttp2Headers({ authorization: `Bearer ${ADMIN_KEY}` });
const listOrders = (metadata = admin()) =>
  call(slow.client, 'listOrders', OrderServiceService.listOrders.requestDeserialize(Buffer.alloc(0)), { metadata });

describe('a caller who asks too often', () => {
  it('is told RESOURCE_EXHAUSTED with the time to wait', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => listOrders()));
    expect(outcomes.some((outcome) => outcome.status === 'fulfilled')).toBe(true);
    const error = await refusal(Promise.all(outcomes.map((outcome) => settle(outcome))));
    expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(detailsOf(error)).toMatchObject({
      errorInfo: { reason: 'RATE_LIMITED' },
      retryInfo: expect.anything() as object,
    });
  });

  it('without valid credentials is refused by address', async () => {
    const wrong = Metadata.fromHttp2Headers({ authorization: 'Bearer sk_wrong' });
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => listOrders(wrong)));
    const codes = outcomes.map((outcome) =>
      outcome.status === 'rejected' ? (outcome.reason as { code: number }).code : 0,
    );
    expect(new Set(codes)).toEqual(new Set([status.UNAUTHENTICATED, status.RESOURCE_EXHAUSTED]));
  });
});

it('streams too many of one caller are refused with the time to wait', async () => {
  const order = await call(api.client, 'createOrder', {
    customer_id: 'customer-1',
    items: [{ product_id: 'prod-001', quantity: 1 }],
  });
  const open = () => api.client.watchOrder({ order_id: order.order_id });
  const watches = [open(), open()];
  await Promise.all(watches.map((watch) => new Promise((resolve) => watch.once('data', resolve))));
  const refused = open();
  const error = await refusal(
    new Promise((resolve, reject) => {
      refused.once('data', resolve).once('error', reject);
    }),
  );
  expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
  for (const watch of watches) {
    watch.on('error', () => undefined);
    watch.cancel();
  }
});

it('one connection takes the streams that a caller may have, and a hundred calls beside them', async () => {
  const session = connect(`http://${api.grpc}`).on('error', () => undefined);
  await once(session, 'remoteSettings');
  expect(session.remoteSettings.maxConcurrentStreams).toBe(102);
  session.destroy();
});

describe('a call is refused as the fault of its client', () => {
  const lag = measureLag();
  const send = async (given: Pick<FuzzedCall, 'pieces'> & Partial<FuzzedCall>) => {
    const session = connect(`http://${api.grpc}`).on('error', () => undefined);
    const headers = {
      ':method': 'POST',
      ':path': OrderServiceService.getOrder.path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...given.headers,
    };
    const outcome = await sendCall(session, { kind: 'test', isWhole: true, isReset: false, ...given, headers }, lag);
    session.destroy();
    return outcome;
  };
  const frame = (content: Buffer, flag = 0) => {
    const head = Buffer.alloc(5);
    head.writeUInt8(flag, 0);
    head.writeUInt32BE(content.length, 1);
    return Buffer.concat([head, content]);
  };

  it('where its message is compressed: it is not unpacked', async () => {
    const bomb = frame(gzipSync(Buffer.alloc(64 * 1_048_576)), 1);
    const { grpcStatus, message } = await send({
      pieces: Array<Buffer>(8).fill(bomb),
      headers: { 'grpc-encoding': 'gzip' },
    });
    expect(grpcStatus).toBe(status.UNIMPLEMENTED);
    expect(decodeURI(message ?? '')).toContain('Compressed messages are not taken');
  });

  it.each([
    ['its deadline is none', { 'grpc-timeout': 'soon' }, status.INVALID_ARGUMENT],
    ['its metadata is too large', { 'x-large': 'x'.repeat(20_000) }, status.RESOURCE_EXHAUSTED],
  ])('where %s', async (_what, headers, expected) => {
    const { grpcStatus } = await send({ pieces: [frame(Buffer.alloc(0))], headers });
    expect(grpcStatus).toBe(expected);
  });

  it('where its message is larger than a megabyte', async () => {
    const { grpcStatus } = await send({ pieces: [frame(Buffer.alloc(1_048_577))] });
    expect(grpcStatus).toBe(status.RESOURCE_EXHAUSTED);
  });

  it('where a service that is not ours cannot read its message', async () => {
    const { grpcStatus } = await send({
      pieces: [frame(Buffer.from([0xff, 0xff]))],
      headers: { ':path': '/grpc.health.v1.Health/Check' },
    });
    expect(grpcStatus).toBe(status.INVALID_ARGUMENT);
  });

  it('whatever a fuzzed client sends', async () => {
    const random = seededRandom(1);
    const outcomes = [];
    const session = connect(`http://${api.grpc}`).on('error', () => undefined);
    for (let calls = 0; calls < 200; calls += 1) outcomes.push(await sendCall(session, makeCall(random), lag));
    session.destroy();
    lag.stop();
    const bugs = outcomes.filter(({ grpcStatus }) => grpcStatus === status.INTERNAL || grpcStatus === status.UNKNOWN);
    expect(bugs).toEqual([]);
    expect(outcomes.filter(({ grpcStatus }) => grpcStatus === status.INVALID_ARGUMENT).length).toBeGreaterThan(20);
  });
});

function settle(outcome: PromiseSettledResult<unknown>): Promise<unknown> {
  return outcome.status === 'rejected' ? Promise.reject(outcome.reason as Error) : Promise.resolve(outcome.value);
}
