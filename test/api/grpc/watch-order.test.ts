import { type ClientReadableStream, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { beforeAll, expect, it } from 'vitest';
import type { WatchOrderResponse } from '../../../proto/gen/order/v1/order.ts';
import { LONG_MS, startLifecycle, type TestLifecycle } from '../../support/lifecycle.ts';
import { until } from '../../support/until.ts';
import { refusal, startApi, type TestApi } from '../support.ts';
import { detailsOf } from './error-details.ts';

let lifecycle: TestLifecycle;
let api: TestApi;

beforeAll(async () => {
  const settings = { paymentDelayMs: LONG_MS, preparationDelayMs: LONG_MS, deliveryDelayMs: LONG_MS };
  lifecycle = await startLifecycle({ settings });
  api = await startApi({ ...lifecycle, databaseUrl: lifecycle.url });
});

type Stream = ClientReadableStream<WatchOrderResponse>;

/** The messages of a stream as they come, and the end of it: undefined, or its error. */
function follow(stream: Stream) {
  const changes: WatchOrderResponse[] = [];
  const ended = new Promise<ServiceError | undefined>((resolve) => {
    stream.on('data', (change: WatchOrderResponse) => changes.push(change));
    stream.on('end', () => resolve(undefined));
    stream.on('error', (error: ServiceError) => resolve(error));
  });
  return { changes, ended };
}

it('a watch begins with the current status, tells each change and ends when the order is settled', async () => {
  const id = await lifecycle.order();
  const { changes, ended } = follow(api.client.watchOrder({ order_id: id }));
  await until('the first status comes', () => changes.length === 1);
  for (let step = 1; step <= 3; step += 1) await lifecycle.commands.confirm(id);
  expect(await ended).toBeUndefined();
  expect(changes.map((change) => [change.previous_status, change.status])).toEqual([
    [undefined, 'PENDING'],
    ['PENDING', 'PROCESSING'],
    ['PROCESSING', 'SHIPPED'],
    ['SHIPPED', 'DELIVERED'],
  ]);
  const [, paid] = changes;
  const resumed = follow(api.client.watchOrder({ order_id: id, after_version: paid!.version }));
  await resumed.ended;
  expect(resumed.changes.map((change) => change.status)).toEqual(['SHIPPED', 'DELIVERED']);
});

it('many watch one order, and one that leaves disturbs nobody', async () => {
  const id = await lifecycle.order();
  const leaving = api.client.watchOrder({ order_id: id });
  const left = follow(leaving);
  const staying = Array.from({ length: 10 }, () => follow(api.client.watchOrder({ order_id: id })));
  await until('all have begun', () => [left, ...staying].every(({ changes }) => changes.length === 1));
  leaving.cancel();
  expect((await left.ended)?.code).toBe(status.CANCELLED);
  await lifecycle.commands.cancel(id, { reason: 'enough' });
  for (const { changes, ended } of staying) {
    expect(await ended).toBeUndefined();
    expect(changes.at(-1)).toMatchObject({ status: 'CANCELLED', failure_reason: 'CANCELLED_ON_REQUEST' });
  }
});

it('a watch ends with the deadline of its caller', async () => {
  const id = await lifecycle.order();
  const { ended } = follow(api.client.watchOrder({ order_id: id }, new Metadata(), { deadline: Date.now() + 300 }));
  expect((await ended)?.code).toBe(status.DEADLINE_EXCEEDED);
});

it('an unknown order is not found, and an empty id is refused', async () => {
  const watch = async (order_id: string) => {
    const error = await follow(api.client.watchOrder({ order_id })).ended;
    if (error) throw error;
  };
  expect((await refusal(watch('nobody'))).code).toBe(status.NOT_FOUND);
  expect((await refusal(watch(''))).code).toBe(status.INVALID_ARGUMENT);
});

it('a server that stops ends its watches with the advice to come back, and the version to go on after', async () => {
  const stopping = await startApi({ ...lifecycle, databaseUrl: lifecycle.url });
  const id = await lifecycle.order();
  const { changes, ended } = follow(stopping.client.watchOrder({ order_id: id }));
  await until('the watch has begun', () => changes.length === 1);
  const stopped = stopping.close();
  const error = await ended;
  await stopped;
  expect(error?.code).toBe(status.UNAVAILABLE);
  const { errorInfo, retryInfo } = detailsOf(error!);
  expect(retryInfo).toBeDefined();
  expect(errorInfo?.metadata).toEqual({ after_version: String(changes.at(-1)!.version) });
});
