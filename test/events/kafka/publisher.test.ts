import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CloudEvent } from 'cloudevents';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { findEvents } from '../../../db/order-reads.ts';
import type { LoggedEvent } from '../../../db/log.ts';
import { acceptOrders } from '../../../db/orders.ts';
import { PUBLICATIONS } from '../../../domain/published-events.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startTestKafka } from '../../support/kafka.ts';
import { until } from '../../support/until.ts';
import { makeOrder } from '../../db/order-fixture.ts';
import { startFollower } from '../following.ts';
import {
  deliverWithNews,
  eventIdsOf,
  eventOf,
  makeTopics,
  outOfOrder,
  startReading,
  testPublisher,
} from './published.ts';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const BATCH = 5;

const { db } = await createTestDatabase();
const kafka = await startTestKafka();
await makeTopics(kafka.address);

describe('the publisher', () => {
  it('tells every event of an order as a CloudEvent on its topic, keyed by order id and in order', async () => {
    const order = makeOrder({ traceparent: TRACEPARENT });
    await acceptOrders(db, [order]);
    const id = await deliverWithNews(db);
    const records = await startReading(kafka.address);
    startFollower(db, testPublisher(db, kafka.address));

    const events = await findEvents(db, id);
    const published = await until('all events are there', () => {
      const ofOrder = records.filter(({ key }) => key === id);
      return ofOrder.length >= events.length && ofOrder;
    });
    expect(events).toHaveLength(8);
    expect(published.map((record) => eventOf(record).id).sort()).toEqual(events.map(({ eventId }) => eventId).sort());
    for (const record of published) {
      const { traceparent: _none, ...parsed } = eventOf(record);
      const event = events.find(({ eventId }) => eventId === parsed.id);
      if (!event) throw new Error(`${parsed.id} is not in the log`);
      expect(new CloudEvent({ ...parsed }).validate()).toBe(true);
      expect(record).toMatchObject({
        topic: PUBLICATIONS[event.type].topic,
        headers: {
          'content-type': 'application/cloudevents+json; charset=UTF-8',
          ce_id: event.eventId,
          ce_type: PUBLICATIONS[event.type].type,
          'correlation-id': id,
        },
      });
      expect(parsed).toMatchObject({ subject: id, sequence: String(event.version), time: event.occurredAt });
      expect(parsed.data).toMatchObject({ ...event.data, order_id: id, customer_id: 'customer-001' });
    }
    expect(outOfOrder(published)).toEqual([]);

    const traced = await until('the traced order is there', () => records.find(({ key }) => key === order.orderId));
    expect(traced.headers).toHaveProperty('traceparent', TRACEPARENT);
    expect(eventOf(traced)).toHaveProperty('traceparent', TRACEPARENT);
  });

  it("shows its events to Kafka's own console consumer", { timeout: 120_000 }, async () => {
    const stopping = new AbortController();
    onTestFinished(() => stopping.abort());
    const id = await deliverWithNews(db);
    startFollower(db, testPublisher(db, kafka.address));
    const classPath = ['-Xmx128m', '-cp', join(inject('kafkaJars'), '*')];
    const tool = ['org.apache.kafka.tools.consumer.ConsoleConsumer', '--bootstrap-server', kafka.address];
    const what = ['--topic', 'order.completed.v1', '--from-beginning', '--property', 'print.key=true'];
    const consumer = spawn('java', [...classPath, ...tool, ...what], { signal: stopping.signal });
    consumer.on('error', () => undefined);
    const lines: string[] = [];
    createInterface(consumer.stdout).on('line', (line) => lines.push(line));
    const seen = await until('it is shown', () => lines.find((line) => line.startsWith(`${id}\t`)), 60_000);
    expect(JSON.parse(seen.split('\t')[1] ?? '')).toMatchObject({ type: 'order.completed.v1', subject: id });
  });

  it('that dies between publishing and moving its cursor, 25 times, misses nothing and repeats a batch at most each time', async () => {
    const orders: string[] = [];
    for (let place = 0; place < 20; place += 1) orders.push(await deliverWithNews(db));
    const records = await startReading(kafka.address);
    const ids = await eventIdsOf(db, orders);
    const publisher = testPublisher(db, kafka.address, { batchSize: BATCH });
    let deaths = 0;
    let isBornAgain = false;
    startFollower(db, {
      ...publisher,
      handle: async (events: readonly LoggedEvent[], signal: AbortSignal) => {
        await publisher.handle(events, signal);
        isBornAgain = !isBornAgain && deaths < 25 && events.some(({ orderId }) => orders.includes(orderId));
        if (!isBornAgain) return;
        deaths += 1;
        throw new Error('killed');
      },
    });
    await until('it has died often', () => deaths === 25);
    const seen = () => records.filter(({ key }) => orders.includes(key));
    const [own] = await db`select count(*)::int as all from order_events`;
    await until('it is at the end', async () => {
      const [row] = await db`select processed from consumers where name = ${publisher.name}`;
      return row?.processed >= own?.all;
    });
    await until(
      'everything has been read',
      () => new Set(seen().map((record) => eventOf(record).id)).size === ids.length,
    );
    expect(new Set(seen().map((record) => eventOf(record).id))).toEqual(new Set(ids));
    expect(outOfOrder(seen())).toEqual([]);
    expect(seen().length).toBeLessThanOrEqual(ids.length + deaths * BATCH);
  });
});
