import { connect as connectSocket, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Database } from '../../../db/client.ts';
import { cancelOrder } from '../../../db/orders.ts';
import { reserveStock } from '../../../db/stock.ts';
import { accept, acceptAs, capture, deliver, ship, stockProduct } from '../../db/order-fixture.ts';
import { append, openSession } from '../../events/following.ts';
import { createTestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';
import { NOBODY, startApi, type TestApi } from '../support.ts';
import { connect, type Message, openEventSource } from './event-stream-client.ts';

const STREAMS = { heartbeatMs: 200, stallMs: 2000, most: 5000 };

let db: Database;
let databaseUrl: string;
let api: TestApi;

beforeAll(async () => {
  ({ db, url: databaseUrl } = await createTestDatabase());
  api = await startApi({ databaseUrl, temporalAddress: NOBODY, streams: STREAMS });
});

const stream = (query = '') => `${api.http}/api/events/stream${query}`;

/** The ids of the events of the log, in its order. */
async function logged(where = db`true`): Promise<string[]> {
  const rows = await db<{ id: string }[]>`
    select event_id as id from order_events where ${where} order by tx, position`;
  return rows.map(({ id }) => id);
}

/** Waits until all that was written can be read: transactions of other tests on the same server hold up the log. */
const nothingIsHeldUp = () =>
  until('the log is readable to its end', async () => {
    const [row] = await db<{ isReadable: boolean }[]>`
      select coalesce(max(tx) < pg_snapshot_xmin(pg_current_snapshot()), true) as "isReadable" from order_events`;
    return row?.isReadable;
  });

const idsOf = (messages: readonly Message[]) => messages.map(({ event }) => event.id);

/** An order of a customer that is delivered; answers its id. */
const deliverFor = (customerId: string) => acceptAs(db, 'DELIVERED', { customerId });

describe('a stream', () => {
  it('begins now, tells each event as CloudEvent with its place as id, and is not cached', async () => {
    await deliverFor('before');
    await nothingIsHeldUp();
    const { response, messages, blocks } = await connect(stream());
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    expect(blocks[0]).toMatch(/^retry: 1000\n: stream open\nid: \d+-\d+$/);
    const id = await deliverFor('now');
    await until('all have come', () => messages.filter(({ event }) => event.subject === id).length === 5);
    expect(messages.every(({ event }) => event.data.customer_id !== 'before')).toBe(true);
    expect(messages.at(-1)).toMatchObject({
      id: expect.stringMatching(/^\d+-\d+$/) as string,
      event: { specversion: '1.0', type: 'order.completed.v1', subject: id, data: { view_status: 'COMPLETED' } },
    });
    expect(blocks.every((block) => !block.includes('event:'))).toBe(true);
  });

  it('from 0-0 tells the whole log, in its order', async () => {
    await Promise.all(Array.from({ length: 40 }, () => deliverFor('whole')));
    const { messages } = await connect(stream('?after=0-0'));
    const all = await logged();
    await until('all have come', () => messages.length >= all.length);
    expect(idsOf(messages)).toEqual(all);
  });

  it.each(['Last-Event-ID', 'last_event_id', 'after'])('goes on after the event that %s names', async (name) => {
    await Promise.all(Array.from({ length: 20 }, () => deliverFor('resume')));
    const whole = await connect(stream('?after=0-0'));
    const all = await logged();
    await until('all have come', () => whole.messages.length >= all.length);
    for (const place of [0, 7, all.length - 2]) {
      const { id } = whole.messages[place]!;
      const isHeader = name === 'Last-Event-ID';
      const rest = await connect(stream(isHeader ? '' : `?${name}=${id}`), isHeader ? { [name]: id } : {});
      await until('the rest has come', () => rest.messages.length >= all.length - place - 1);
      expect(idsOf(rest.messages)).toEqual(all.slice(place + 1));
    }
  });

  it('goes by the header where a browser repeats the query that it began with', async () => {
    await deliverFor('both');
    const { messages } = await connect(stream('?after=0-0'));
    const all = await logged();
    await until('all have come', () => messages.length >= all.length);
    const resumed = await connect(stream('?after=0-0'), { 'Last-Event-ID': messages.at(-2)!.id });
    await until('the last has come', () => resumed.messages.length > 0);
    expect(idsOf(resumed.messages)).toEqual(all.slice(-1));
  });

  it('tells what a transaction commits that was open when later ones were told', async () => {
    const [early, late] = [await accept(db), await accept(db)];
    const { messages } = await connect(stream(`?order_id=${early}`));
    const session = await openSession(databaseUrl);
    await session`begin`;
    await append(session, early, 2);
    await cancelOrder(db, late, 'CANCELLED_ON_REQUEST', null);
    await session`commit`;
    await until('it has come', () => messages.some(({ event }) => event.type === 'payment.delayed.v1'));
  });

  it('sends heartbeats with a place to resume at where nothing matches', async () => {
    const connection = await connect(stream('?order_id=nobody'));
    const first = connection.lastId;
    await deliverFor('meanwhile');
    await until('the place has moved', () => connection.blocks.length > 2 && connection.lastId !== first);
    expect(connection.blocks.at(-1)).toMatch(/^: heartbeat\nid: \d+-\d+$/);
    const resumed = await connect(stream(), { 'Last-Event-ID': connection.lastId! });
    const id = await accept(db);
    await until('it has come', () => resumed.messages.some(({ event }) => event.subject === id));
  });
});

describe('a filter', () => {
  const types = (messages: readonly Message[]) => messages.map(({ event }) => event.type);

  it('for an order, a customer, types, statuses or failures lets exactly these pass, caught up and live', async () => {
    const makeAll = async () => {
      const [mine, theirs] = [await deliverFor('mine'), await deliverFor('theirs')];
      const cancelled = await accept(db, { customerId: 'mine' });
      await cancelOrder(db, cancelled, 'CANCELLED_ON_REQUEST', null);
      const lines = [{ productId: await stockProduct(db, { available: 0 }), quantity: 1 }];
      await reserveStock(db, await accept(db, { customerId: 'theirs', lines }));
      return { mine, theirs, cancelled };
    };
    const first = await makeAll();
    const failures = db`type in ('StockRejected', 'PaymentFailed', 'OrderDenied', 'OrderCancelled')`;
    const mine = db`order_id in (select id from orders where customer_id = 'mine')`;
    const filters = [
      { query: `order_id=${first.mine}`, where: db`order_id = ${first.mine}` },
      { query: 'customer_id=mine', where: mine },
      { query: 'type=order.created.v1', where: db`type = 'OrderCreated'` },
      { query: 'type=OrderCreated,order.completed.v1', where: db`type in ('OrderCreated', 'OrderDelivered')` },
      { query: 'type=OrderCreated&type=OrderDelivered', where: db`type in ('OrderCreated', 'OrderDelivered')` },
      { query: 'failures_only=true', where: failures },
      { query: 'failures_only=false&type=OrderCreated', where: db`type = 'OrderCreated'` },
      { query: 'view_status=COMPLETED,cancelled', where: db`type in ('OrderDelivered', 'OrderCancelled')` },
      { query: 'customer_id=mine&failures_only=true', where: db`${mine} and ${failures}` },
      {
        query: `order_id=${first.mine}&customer_id=mine&type=OrderDelivered`,
        where: db`order_id = ${first.mine} and type = 'OrderDelivered'`,
      },
      { query: `order_id=${first.mine}&customer_id=theirs`, where: db`false` },
    ];
    const streams = await Promise.all(filters.map(({ query }) => connect(stream(`?${query}&after=0-0`))));
    await makeAll();
    for (const [place, { query, where }] of filters.entries()) {
      const expected = await logged(where);
      const { messages } = streams[place]!;
      await until(`${query} has let all pass`, () => messages.length >= expected.length);
      expect({ query, ids: idsOf(messages) }).toEqual({ query, ids: expected });
    }
    expect(new Set(types(streams[5]!.messages))).toEqual(new Set(['order.cancelled.v1', 'inventory.failed.v1']));
  });

  it.each([
    ['colour=red', 'colour is not a known field; known are order_id, customer_id, type'],
    ['order_id=', 'order_id must be 1 to 64'],
    ['order_id=a&order_id=b', 'order_id must be'],
    ['type=order.lost.v1', 'type must be one of OrderCreated, order.created.v1'],
    ['type=', 'type must be one of'],
    ['view_status=LOST', 'view_status must be one of CREATED, INVENTORY_RESERVED'],
    ['failures_only=maybe', 'failures_only'],
    ['type=OrderCreated&failures_only=true', 'leave no event'],
    ['after=5', 'after must be the id of an event'],
    ['after=', 'after must be the id of an event'],
    ['last_event_id=a-b', 'last_event_id must be the id of an event'],
    ['after=-1-0', 'after must be'],
    ['after=18446744073709551616-0', 'after must be'],
    ['after=99999999999999999999-0', 'after must be'],
    ['after=1-9007199254740993', 'after must be'],
    ['after=1-99999999999999999999', 'after must be'],
    ['after=18446744073709551615-0', 'beyond the end of this log'],
    ['after=0-0&last_event_id=0-0', 'give one of the two'],
  ])('%s is refused', async (query, words) => {
    const answer = await api.request('GET', `/api/events/stream?${query}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    expect(answer.body.detail).toContain(words);
  });

  it('a bad Last-Event-ID is refused', async () => {
    for (const id of ['x', '1', '1-', '1-2-3', '18446744073709551616-1', "1-1'; drop table orders"]) {
      const answer = await api.request('GET', '/api/events/stream', { headers: { 'Last-Event-ID': id } });
      expect(answer).toMatchObject({ status: 400, body: { violations: [{ field: 'last-event-id', value: id }] } });
    }
  });
});

describe('a client that is cut off', () => {
  it('50 times at random sees each event exactly once, in order', async () => {
    await nothingIsHeldUp();
    const first = (await logged()).length;
    const seen: Message[] = [];
    // The first connection is there before anything changes, so that it begins before that.
    const opening = await connect(stream());
    opening.cut();
    let { lastId } = opening;
    let isChanging = true;
    const changing = Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let orders = 0; orders < 25 || isChanging; orders += 1) await deliverFor('cut');
      }),
    );
    for (let cut = 0; cut <= 50; cut += 1) {
      const connection = await connect(stream(), { 'Last-Event-ID': lastId! });
      expect(connection.response.statusCode).toBe(200);
      if (cut === 50) {
        isChanging = false;
        await changing;
        const total = (await logged()).length - first;
        await until('all have come', () => seen.length + connection.messages.length >= total);
      } else await sleep(Math.random() * 60);
      connection.cut();
      seen.push(...connection.messages);
      lastId = connection.lastId;
    }
    expect(idsOf(seen)).toEqual((await logged()).slice(first));
    expect(seen.length).toBeGreaterThanOrEqual(1000);
  });

  it('and is a published EventSource comes back by itself and misses nothing', async () => {
    const own = await startApi({ databaseUrl, temporalAddress: NOBODY, streams: STREAMS });
    const port = Number(new URL(own.http).port);
    const url = `${own.http}/api/events/stream?customer_id=source`;
    const { messages } = await openEventSource(url);
    const before = await deliverFor('source');
    await until('the first have come', () => messages.length === 5);
    await own.close();
    const meanwhile = await deliverFor('source');
    await startApi({ databaseUrl, temporalAddress: NOBODY, http: { host: '127.0.0.1', port } });
    const after = await deliverFor('source');
    await until('the rest has come', () => messages.length === 15);
    expect(messages.map(({ event }) => event.subject)).toEqual(
      [before, meanwhile, after].flatMap((id) => Array.from({ length: 5 }, () => id)),
    );
  });
});

/** Events of an order without its row: many and large, as fast as one statement makes them. */
async function flood(orderId: string, { events, bytes }: { events: number; bytes: number }): Promise<void> {
  await db`
    insert into order_events (event_id, order_id, version, type, data, occurred_at)
    select gen_random_uuid(), ${orderId}, 1 + (select max(version) from order_events where order_id = ${orderId}) + n,
      'PaymentDelayed', jsonb_build_object('reason', repeat('x', ${bytes}::int)), now()
    from generate_series(1, ${events}::int) as n`;
}

describe('a slow reader', () => {
  it('that does not read while thousands of events pass gets all of them in order', async () => {
    const id = await accept(db);
    await nothingIsHeldUp();
    const connection = await connect(stream(`?order_id=${id}`));
    connection.response.pause();
    for (let round = 0; round < 10; round += 1) {
      await flood(id, { events: 500, bytes: 4000 });
      await sleep(50);
    }
    connection.response.resume();
    await until('all have come', () => connection.messages.length >= 5000, 60_000);
    expect(idsOf(connection.messages)).toEqual((await logged(db`order_id = ${id}`)).slice(1));
  });

  it('that reads nothing for too long while data waits is cut off, and others are not', async () => {
    const own = await startApi({
      databaseUrl,
      temporalAddress: NOBODY,
      streams: { heartbeatMs: 100, stallMs: 3000, most: 2 },
    });
    const id = await accept(db);
    const url = `${own.http}/api/events/stream?order_id=${id}`;
    const [stuck, reading] = [await connect(url), await connect(url)];
    expect(await own.request('GET', '/api/events/stream')).toMatchObject({ status: 503, body: { retry_after: 5 } });
    stuck.response.pause();
    // More than the buffers of both sockets hold.
    await flood(id, { events: 2500, bytes: 10_000 });
    await until('a place is free', async () => {
      const probe = await connect(url);
      probe.cut();
      return probe.response.statusCode === 200;
    });
    await until('the other has all', () => reading.messages.length >= 2500, 60_000);
    expect(reading.response.closed).toBe(false);
  });
});

describe('a server', () => {
  it('that closes ends its streams at once, and not by cutting them off', async () => {
    const own = await startApi({ databaseUrl, temporalAddress: NOBODY, shutdownGraceMs: 60_000 });
    const streams = await Promise.all(
      Array.from({ length: 20 }, () => connect(`${own.http}/api/events/stream?after=0-0`)),
    );
    const started = performance.now();
    const closed = own.close();
    await Promise.all(streams.map(({ ended }) => ended));
    await closed;
    // A second, with room for a busy machine; connections would be cut off after 30.
    expect(performance.now() - started).toBeLessThan(5000);
    expect(streams.every(({ response }) => response.complete)).toBe(true);
    for (const { blocks } of streams) {
      expect(blocks.at(-1)).toMatch(/^: this server is stopping[^\n]*\nretry: \d+$/);
      expect(blocks.at(-2)).toMatch(/^id: \d+-\d+$/m);
    }
  });

  it('keeps streams open that 2,000 clients follow, and each gets the event that is for it', async () => {
    const own = await startApi({ databaseUrl, temporalAddress: NOBODY });
    const ids = await Promise.all(Array.from({ length: 100 }, () => accept(db)));
    const followers = ids.flatMap((id) => Array.from({ length: 20 }, () => id));
    const heard = new Set<number>();
    const sockets: Socket[] = [];
    onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
    let open = 0;
    followers.forEach((id, place) => {
      const socket = connectSocket(Number(new URL(own.http).port), '127.0.0.1', () => {
        socket.write(`GET /api/events/stream?order_id=${id} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
      });
      socket.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes('stream open')) open += 1;
        if (text.includes('"type":"order.cancelled.v1"') && text.includes(id)) heard.add(place);
      });
      sockets.push(socket);
    });
    await until('all are open', () => open === followers.length);
    await Promise.all(ids.map((id) => cancelOrder(db, id, 'CANCELLED_ON_REQUEST', null)));
    await until('each has heard of its order', () => heard.size === followers.length);
    sockets.forEach((socket) => socket.destroy());
  });
});

it('a sequence of orders that ship and deliver is told in the order of each', async () => {
  const ids = await Promise.all(Array.from({ length: 10 }, () => acceptAs(db, 'RESERVED')));
  const { messages } = await connect(stream());
  await Promise.all(
    ids.map(async (id) => {
      for (const change of [capture, ship, deliver]) await change(db, id);
    }),
  );
  await until('all have come', () => messages.filter(({ event }) => ids.includes(event.subject)).length >= 30);
  for (const id of ids) {
    const sequence = messages.filter(({ event }) => event.subject === id).map(({ event }) => Number(event.sequence));
    expect(sequence).toEqual([...sequence].sort((one, other) => one - other));
  }
});
