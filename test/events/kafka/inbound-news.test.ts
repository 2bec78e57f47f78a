import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { consumeInboundTopics } from '../../../api/inbound-consumers.ts';
import { findEvents, findOrder } from '../../../db/order-reads.ts';
import { shipmentId } from '../../../domain/ids.ts';
import { INBOUND_TOPICS } from '../../../domain/published-events.ts';
import { ensureTopics } from '../../../events/kafka/topics.ts';
import { startTestKafka, type TestKafka } from '../../support/kafka.ts';
import { LONG_MS, startLifecycle, type TestLifecycle } from '../../support/lifecycle.ts';
import { until } from '../../support/until.ts';
import { cloudEvent, lagOf, send } from './inbound-records.ts';

const topic = INBOUND_TOPICS.carrierNews;
let kafka: TestKafka;
let lifecycle: TestLifecycle;

beforeAll(async () => {
  [kafka, lifecycle] = await Promise.all([
    startTestKafka(),
    startLifecycle({ settings: { paymentDelayMs: 1, preparationDelayMs: 1, deliveryDelayMs: LONG_MS } }),
  ]);
});

const topics = () => ensureTopics({ brokers: [kafka.address], clientId: 'test', partitions: 3, replication: 1 });

/** Starts the consumers; `read` waits until everything sent so far is dealt with. */
function start(group = `group-${randomUUID()}`) {
  const stopping = new AbortController();
  const consuming = consumeInboundTopics({
    ...lifecycle,
    brokers: [kafka.address],
    group,
    orderRequests: false,
    timeoutMs: 10_000,
    ensureTopics: topics,
    logger: pino({ level: 'silent' }),
    signal: stopping.signal,
  });
  const stop = async () => {
    stopping.abort();
    await consuming;
  };
  onTestFinished(stop);
  const read = () => until('the news is read', async () => (await lagOf(kafka.address, group, topic)) === 0, 60_000);
  return { read, stop };
}

const tell = async (
  ...events: { id: string; key: string; data: object; parts?: object; headers?: Record<string, string> }[]
) => {
  await topics();
  await send(
    kafka.address,
    topic,
    events.map(({ id, key, data, parts, headers }) => ({
      key,
      value: headers ? JSON.stringify(data) : cloudEvent(topic, id, data, parts),
      ...(headers && { headers }),
    })),
  );
};
const shipped = async () => {
  const id = await lifecycle.order(1);
  return lifecycle.reached(id, 'SHIPPED');
};
const moves = async (orderId: string) =>
  (await findEvents(lifecycle.db, orderId)).filter(({ type }) => type === 'ShipmentMoved').length;

it('carrier news moves the shipment, named by shipment, tracking number or order, each once', async () => {
  const order = await shipped();
  const { read } = start();
  const status = 'SHIPMENT_IN_TRANSIT';
  const key = order.id;
  const news = [
    { id: 'n-1', key, data: { shipment_id: shipmentId(order.id), status, location: 'Hamburg' } },
    { id: 'n-2', key, data: { tracking_number: order.shipment!.trackingNumber, status, location: 'Leipzig' } },
    {
      id: 'n-3',
      key,
      data: { order_id: order.id, status: 'SHIPMENT_OUT_FOR_DELIVERY', estimated_delivery: '2026-12-24T12:00:00Z' },
    },
  ];
  await tell(...news, ...news);
  await read();
  expect((await findOrder(lifecycle.db, order.id))!.shipment).toMatchObject({
    currentLocation: 'Leipzig',
    status: 'SHIPMENT_OUT_FOR_DELIVERY',
    estimatedDelivery: '2026-12-24T12:00:00.000Z',
  });
  expect(await moves(order.id)).toBe(3);
  expect((await lifecycle.db`select from dead_letters`).count).toBe(0);
});

it('news in binary mode counts as well; its time says which is newer', async () => {
  const order = await shipped();
  const { read } = start();
  const binary = (id: string, time: string) => ({
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: '/carrier',
    ce_type: topic,
    ce_time: time,
    'content-type': 'application/json',
  });
  const data = { order_id: order.id, status: 'SHIPMENT_IN_TRANSIT' };
  await tell(
    { id: 'b-1', key: order.id, data: { ...data, location: 'new' }, headers: binary('b-1', '2026-01-02T00:00:00Z') },
    { id: 'b-2', key: order.id, data: { ...data, location: 'old' }, headers: binary('b-2', '2026-01-01T00:00:00Z') },
  );
  await read();
  expect((await findOrder(lifecycle.db, order.id))!.shipment!.currentLocation).toBe('new');
});

it('news that is read again after the delivery is no dead letter; news of what is not under way is one', async () => {
  const order = await shipped();
  const first = start();
  const data = { order_id: order.id, status: 'SHIPMENT_IN_TRANSIT', location: 'Kassel' };
  await tell({ id: 'd-1', key: order.id, data });
  await first.read();
  await first.stop();
  await lifecycle.commands.markDelivered(order.id);
  await tell({ id: 'd-2', key: order.id, data }, { id: 'd-3', key: 'x', data: { ...data, order_id: 'nobody' } });
  const second = start();
  await second.read();
  const letters = await lifecycle.db<{ error: string; orderId: string; status: string }[]>`
    select error, order_id as "orderId", status from dead_letters where topic = ${topic} order by error`;
  expect(letters).toEqual([
    {
      error: `Order ${order.id} is DELIVERED; news of the carrier is taken while it is SHIPPED.`,
      orderId: order.id,
      status: 'PENDING',
    },
    { error: 'There is no order nobody.', orderId: 'nobody', status: 'PENDING' },
  ]);
  expect(await moves(order.id)).toBe(1);
});
