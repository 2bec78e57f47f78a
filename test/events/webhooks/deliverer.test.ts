import { fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findEvents } from '../../../db/order-reads.ts';
import { retryDelivery } from '../../../db/webhook-deliveries.ts';
import { changeEndpoint, findEndpoint, removeEndpoint, rotateSecret } from '../../../db/webhooks.ts';
import { WEBHOOK_EVENT_TYPES } from '../../../domain/webhook.ts';
import { makeSecret } from '../../../events/webhooks/secrets.ts';
import { accept, acceptAs } from '../../db/order-fixture.ts';
import { createTestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';
import { startReceiver, status } from './receiver.ts';
import { deliveriesOf, register, startRelay, theDelivery } from './relay.ts';

const { db, url: databaseUrl } = await createTestDatabase();

describe('events of orders', () => {
  it('reach each endpoint that asked for them exactly once as a delivery, with two relays of which one is replaced', async () => {
    const early = await accept(db);
    const receiver = await startReceiver();
    const all = await register(db, receiver.url);
    const some = await register(db, receiver.url, ['order.created.v1', 'order.completed.v1']);
    const first = startRelay(db);
    startRelay(db);
    const place = () => Promise.all(Array.from({ length: 15 }, () => acceptAs(db, 'DELIVERED')));
    const ids = await place();
    await first.stop();
    startRelay(db);
    ids.push(...(await place()));

    const events = (await Promise.all(ids.map((id) => findEvents(db, id)))).flat();
    const wanted = {
      all: events.map(({ eventId }) => eventId).sort(),
      some: events
        .filter(({ type }) => /^Order(Created|Delivered)$/.test(type))
        .map(({ eventId }) => eventId)
        .sort(),
    };
    const delivered = async (endpoint: { id: string }) =>
      (await deliveriesOf(db, endpoint)).filter((delivery) => delivery.status === 'DELIVERED');
    await until('all are delivered', async () => (await delivered(all)).length >= wanted.all.length);
    await until('some are delivered', async () => (await delivered(some)).length >= wanted.some.length);
    expect((await deliveriesOf(db, all)).map(({ eventId }) => eventId).sort()).toEqual(wanted.all);
    expect((await deliveriesOf(db, some)).map(({ eventId }) => eventId).sort()).toEqual(wanted.some);
    expect(new Set(receiver.received.map(({ id }) => id))).toEqual(new Set(wanted.all));
    expect((await deliveriesOf(db, all)).some(({ orderId }) => orderId === early)).toBe(false);
  });

  it('are CloudEvents with a timestamp, signed to the byte', async () => {
    const receiver = await startReceiver();
    const endpoint = await register(db, receiver.url);
    startRelay(db);
    const orderId = await accept(db);
    const { delivery } = await theDelivery(db, endpoint, 'DELIVERED');
    const [request] = receiver.received;
    if (!request) throw new Error('nothing came');
    expect(request.body).toBe(delivery.body);
    const verified = new Webhook(endpoint.secret).verify(request.body, request.headers as Record<string, string>);
    expect(verified).toMatchObject({
      specversion: '1.0',
      id: delivery.eventId,
      type: 'order.created.v1',
      subject: orderId,
      data: { order_id: orderId, customer_id: 'customer-001', view_status: 'CREATED' },
    });
    expect((verified as { timestamp: string }).timestamp).toBe((verified as { time: string }).time);
    expect(WEBHOOK_EVENT_TYPES).toContain(delivery.eventType);
  });

  it('begin to be delivered at once', async () => {
    const receiver = await startReceiver();
    await register(db, receiver.url, ['order.created.v1']);
    startRelay(db);
    await accept(db);
    await until('it leads', () => receiver.received.length === 1);
    const id = await accept(db);
    const [event] = await findEvents(db, id);
    const request = await until('it is there', () => receiver.received.find(({ id: seen }) => seen === event?.eventId));
    expect(request.at - Date.parse(event?.occurredAt ?? '')).toBeLessThan(2000);
  });
});

describe('a delivery that fails', () => {
  it('is tried again with the same id until it is delivered: 500, 500, 200', async () => {
    const receiver = await startReceiver((response, request, place) => {
      status(place < 2 ? 500 : 200)(response, request, place);
    });
    const endpoint = await register(db, receiver.url);
    startRelay(db);
    await accept(db);
    const { delivery, attempts } = await theDelivery(db, endpoint, 'DELIVERED');
    expect(receiver.received.map(({ id }) => id)).toEqual(Array(3).fill(delivery.eventId));
    for (const { body, headers } of receiver.received)
      new Webhook(endpoint.secret).verify(body, headers as Record<string, string>);
    expect(attempts).toMatchObject([
      { attempt: 1, responseStatus: 500, responseBody: 'thank you', error: 'answered 500' },
      { attempt: 2, responseStatus: 500 },
      { attempt: 3, responseStatus: 200, error: null },
    ]);
    expect(delivery).toMatchObject({ attempts: 3, lastStatus: 200, lastError: null });
    expect((await findEndpoint(db, endpoint.id))?.failingSince).toBeNull();
  });

  it('is given up after the last attempt; by hand it begins anew', async () => {
    let code = 500;
    const receiver = await startReceiver((...request) => {
      status(code)(...request);
    });
    const endpoint = await register(db, receiver.url);
    startRelay(db);
    await accept(db);
    const { delivery } = await theDelivery(db, endpoint, 'FAILED');
    expect(delivery).toMatchObject({ attempts: 4, lastError: 'answered 500' });
    expect((await findEndpoint(db, endpoint.id))?.failingSince).not.toBeNull();
    await retryDelivery(db, delivery.id);
    await theDelivery(db, endpoint, 'FAILED', 8);
    code = 200;
    await retryDelivery(db, delivery.id);
    await theDelivery(db, endpoint, 'DELIVERED', 9);
    await retryDelivery(db, delivery.id);
    const { attempts } = await theDelivery(db, endpoint, 'DELIVERED', 10);
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
  });

  it('waits as long as the receiver asks', async () => {
    const receiver = await startReceiver((response, request, place) => {
      status(place === 0 ? 429 : 200, { 'retry-after': '1' })(response, request, place);
    });
    const endpoint = await register(db, receiver.url);
    startRelay(db);
    await accept(db);
    await theDelivery(db, endpoint, 'DELIVERED');
    const [first, second] = receiver.received;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(950);
  });
});

describe('an endpoint that answers 410', () => {
  it('is disabled, what is pending is given up, and enabled again it gets only what comes then', async () => {
    let code = 500;
    const receiver = await startReceiver((...request) => {
      status(code)(...request);
    });
    const endpoint = await register(db, receiver.url, ['order.created.v1']);
    const { stop } = startRelay(db, { retries: [600_000] });
    for (let order = 0; order < 3; order += 1) await accept(db);
    await until('all have failed once', async () => {
      const deliveries = await deliveriesOf(db, endpoint);
      return deliveries.length === 3 && deliveries.every(({ attempts }) => attempts === 1);
    });
    code = 410;
    await retryDelivery(db, (await deliveriesOf(db, endpoint))[0]!.id);
    await until('all are given up', async () =>
      (await deliveriesOf(db, endpoint)).every((delivery) => delivery.status === 'FAILED'),
    );
    expect(await findEndpoint(db, endpoint.id)).toMatchObject({ status: 'DISABLED', disabledReason: 'GONE' });
    expect((await deliveriesOf(db, endpoint)).map(({ lastError }) => lastError).sort()).toEqual([
      'answered 410',
      'the endpoint was disabled',
      'the endpoint was disabled',
    ]);
    expect(receiver.received).toHaveLength(4);

    // Not yet read from the log when it is enabled, but committed before.
    await stop();
    await accept(db);
    code = 200;
    await changeEndpoint(db, endpoint.id, { status: 'ACTIVE' });
    startRelay(db);
    const id = await accept(db);
    await until('the new one is there', () => receiver.received.length === 5);
    expect(receiver.received.at(-1)?.body).toContain(id);
    expect(await deliveriesOf(db, endpoint)).toHaveLength(4);
  });
});

describe('an endpoint that has failed for days', () => {
  it('is disabled at the next failure, but not where that is a success', async () => {
    let code = 200;
    const receiver = await startReceiver((...request) => {
      status(code)(...request);
    });
    const endpoint = await register(db, receiver.url);
    const age = () =>
      db`update webhook_endpoints set failing_since = now() - interval '6 days' where id = ${endpoint.id}`;
    startRelay(db, { retries: [600_000] });
    await age();
    await accept(db);
    await theDelivery(db, endpoint, 'DELIVERED');
    expect(await findEndpoint(db, endpoint.id)).toMatchObject({ status: 'ACTIVE', failingSince: null });
    await age();
    code = 503;
    await accept(db);
    await until('it is disabled', async () => (await findEndpoint(db, endpoint.id))?.disabledReason === 'FAILING');
    await until('nothing is pending', async () =>
      (await deliveriesOf(db, endpoint)).every((delivery) => delivery.status !== 'PENDING'),
    );
  });
});

describe('an endpoint that is disabled by hand', () => {
  it('gets nothing; what was pending goes on when it is enabled', async () => {
    let code = 500;
    const receiver = await startReceiver((...request) => {
      status(code)(...request);
    });
    const endpoint = await register(db, receiver.url);
    startRelay(db, { retries: [300] });
    await accept(db);
    await theDelivery(db, endpoint, 'PENDING', 1);
    await changeEndpoint(db, endpoint.id, { status: 'DISABLED' });
    const { delivery } = await theDelivery(db, endpoint, 'PENDING');
    expect(await retryDelivery(db, delivery.id)).toBeUndefined();
    await sleep(1000);
    expect(receiver.received).toHaveLength(1);
    code = 200;
    await changeEndpoint(db, endpoint.id, { status: 'ACTIVE' });
    await theDelivery(db, endpoint, 'DELIVERED');
  });
});

describe('an endpoint that is removed', () => {
  it('gets nothing more, and nothing of it is left', async () => {
    const receiver = await startReceiver(status(500));
    const endpoint = await register(db, receiver.url);
    const { stop } = startRelay(db, { retries: [300, 300, 300] });
    await accept(db);
    await theDelivery(db, endpoint, 'PENDING', 1);
    expect(await removeEndpoint(db, endpoint.id)).toBe(true);
    expect(await removeEndpoint(db, endpoint.id)).toBe(false);
    const count = receiver.received.length;
    await stop();
    startRelay(db);
    await until('all rows are gone', async () => {
      const rows = await db`select from webhook_endpoints where id = ${endpoint.id}`;
      return rows.length === 0 && (await deliveriesOf(db, endpoint)).length === 0;
    });
    expect(receiver.received.length).toBeLessThanOrEqual(count + 1);
  });
});

describe('an endpoint that hangs', () => {
  it('does not delay another', async () => {
    const hanging = await startReceiver(() => undefined);
    const quick = await startReceiver();
    await register(db, hanging.url);
    const endpoint = await register(db, quick.url);
    startRelay(db, { timeoutMs: 20_000 });
    const ids = await Promise.all(Array.from({ length: 10 }, () => acceptAs(db, 'DELIVERED')));
    const events = (await Promise.all(ids.map((id) => findEvents(db, id)))).flat();
    await until('all are delivered', () => quick.received.length === events.length, 15_000);
    expect(hanging.received.length).toBeLessThanOrEqual(8);
    expect(await deliveriesOf(db, endpoint)).toHaveLength(events.length);
  });
});

describe('a relay that stops', () => {
  it('gives back what hangs, so that another one sends it without waiting', async () => {
    const receiver = await startReceiver((response, request, place) => {
      if (place > 0) status(200)(response, request, place);
    });
    const endpoint = await register(db, receiver.url);
    const { stop } = startRelay(db, { timeoutMs: 600_000 });
    await accept(db);
    await until('the first attempt is under way', () => receiver.received.length === 1);
    await stop();
    startRelay(db);
    const { delivery } = await theDelivery(db, endpoint, 'DELIVERED');
    expect(delivery.attempts).toBe(1);
    expect(receiver.received.map(({ id }) => id)).toEqual([delivery.eventId, delivery.eventId]);
  });

  it('by a kill between sending and recording has another one send it again, with the same id', async () => {
    const children: (number | undefined)[] = [];
    const receiver = await startReceiver((response, request, place) => {
      if (place === 0) process.kill(children[0]!, 'SIGKILL');
      status(200)(response, request, place);
    });
    const endpoint = await register(db, receiver.url);
    const child = fork(join(import.meta.dirname, 'relay-process.ts'), [databaseUrl]);
    children.push(child.pid);
    onTestFinished(() => void child.kill('SIGKILL'));
    await accept(db);
    await until('it is killed', () => child.signalCode === 'SIGKILL');
    expect(await theDelivery(db, endpoint, 'PENDING')).toMatchObject({ delivery: { attempts: 0 } });
    startRelay(db);
    const { delivery } = await theDelivery(db, endpoint, 'DELIVERED');
    expect(receiver.received.map(({ id }) => id)).toEqual([delivery.eventId, delivery.eventId]);
  });
});

describe('a secret that is rotated', () => {
  it('signs beside the new one', async () => {
    const receiver = await startReceiver();
    const endpoint = await register(db, receiver.url);
    const secret = makeSecret();
    await rotateSecret(db, endpoint.id, { secret, overlapMs: 60_000 });
    startRelay(db);
    await accept(db);
    const request = await until('it is there', () => receiver.received[0]);
    for (const each of [secret, endpoint.secret])
      new Webhook(each).verify(request.body, request.headers as Record<string, string>);
  });
});

describe('deliveries that are over', () => {
  it('are removed after the retention, with their attempts', async () => {
    const receiver = await startReceiver();
    const endpoint = await register(db, receiver.url);
    const { stop } = startRelay(db);
    await accept(db);
    const { delivery } = await theDelivery(db, endpoint, 'DELIVERED');
    await stop();
    await db`update webhook_deliveries set finished_at = now() - interval '31 days' where id = ${delivery.id}`;
    await accept(db);
    startRelay(db);
    await until('it is gone', async () => !(await deliveriesOf(db, endpoint)).some(({ id }) => id === delivery.id));
    await theDelivery(db, endpoint, 'DELIVERED');
    expect(await db`select from webhook_attempts where delivery_id = ${delivery.id}`).toHaveLength(0);
  });
});
