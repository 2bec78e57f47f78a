import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Database } from '../../db/client.ts';
import type { EventFilter } from '../../db/filtered-log.ts';
import { type Cursor, endOfLog, type LoggedEvent } from '../../db/log.ts';
import { openLiveLog } from '../../events/live-log.ts';
import { type LogSource, type LogStream, openLogStream } from '../../events/log-stream.ts';
import { createTurns } from '../../events/turns.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { accept, acceptAs, capture, deliver, ship } from '../db/order-fixture.ts';
import { append, beat, nameOf, openSession, readAll, silent, START } from './following.ts';

const { db, url } = await createTestDatabase();
const liveLog = openLiveLog({ db, waker: beat(), logger: silent });
afterAll(() => liveLog.close());
const source: LogSource = { db, liveLog, takeTurn: createTurns(4), logger: silent };

/** A stream and its signal; let go when the test is finished. */
function open(filter: EventFilter, after: Cursor, from = source) {
  const stopping = new AbortController();
  const stream = openLogStream(from, { filter, after, signal: stopping.signal });
  onTestFinished(() => {
    stopping.abort();
    stream.close();
  });
  return { stream, stopping };
}

/** Reads until so many events have come. */
async function take(stream: LogStream, count: number): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  await until(`${count} events have come`, async () => {
    events.push(...(await stream.next(100)));
    return events.length >= count;
  });
  return events;
}

/** Many events of an order, without its row. */
async function flood(orderId: string, events: number): Promise<void> {
  await db`
    insert into order_events (event_id, order_id, version, type, data, occurred_at)
    select gen_random_uuid(), ${orderId}, (select max(version) from order_events where order_id = ${orderId}) + n,
      'PaymentDelayed', '{}', now() from generate_series(1, ${events}::int) as n`;
}

const versionsTo = (last: number, from = 1) => Array.from({ length: last - from + 1 }, (_, place) => from + place);

describe('a stream', () => {
  it('catches up from its cursor and goes on live, without gap or repeat, while orders change', async () => {
    const before = await Promise.all(Array.from({ length: 30 }, () => acceptAs(db, 'PROCESSING')));
    const start = open({}, START);
    const changing = Promise.all(before.map((id) => ship(db, id).then(() => deliver(db, id))));
    const total = (await readAll(db, before)).length;
    await changing;
    const log = await readAll(db, before);
    const events = await take(start.stream, log.length);
    expect(events.map(nameOf)).toEqual(log.map(nameOf));
    expect(total).toBeLessThanOrEqual(log.length);
  });

  it('that nobody reads from while thousands of events pass keeps few, and gives all when it is read', async () => {
    const id = await accept(db);
    const { stream } = open({ orderId: id }, START);
    await take(stream, 1);
    for (let round = 0; round < 6; round += 1) {
      await flood(id, 1000);
      await readAll(db, [id]);
    }
    const pages: (readonly LoggedEvent[])[] = [];
    await until('all have come', async () => {
      pages.push(await stream.next(100));
      return pages.flat().length >= 6000;
    });
    expect(pages.flat().map(({ version }) => version)).toEqual(versionsTo(6001, 2));
    // What is given at once is what was kept, or a page.
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(256);
  });

  it('gives the rest to a reader that stops now and then', async () => {
    const id = await accept(db);
    const { stream } = open({ customerId: 'customer-001', types: ['PaymentDelayed'] }, await endOfLog(db));
    const seen: LoggedEvent[] = [];
    for (let round = 0; round < 30; round += 1) {
      await flood(id, 40 * (round % 10));
      if (round % 4 === 0) seen.push(...(await stream.next(20)));
    }
    seen.push(...(await take(stream, 30 * 180 - seen.length)));
    expect(seen.map(({ version }) => version)).toEqual(versionsTo(30 * 180 + 1, 2));
  });

  it('gives nothing after the time it may wait, and at once when it is aborted', async () => {
    const { stream, stopping } = open({ orderId: 'nobody' }, await endOfLog(db));
    expect(await stream.next(20)).toEqual([]);
    const waiting = stream.next(60_000);
    stopping.abort();
    expect(await waiting).toEqual([]);
    expect(await stream.next(60_000)).toEqual([]);
  });

  it('moves its position on where nothing matches, so that it can be resumed without reading all again', async () => {
    const { stream } = open({ orderId: 'nobody' }, START);
    const id = await acceptAs(db, 'DELIVERED');
    const last = (await readAll(db, [id])).at(-1)!;
    await until('it has passed the last event', async () => {
      await stream.next(20);
      return BigInt(stream.position().tx) > BigInt(last.cursor.tx);
    });
    const resumed = open({}, stream.position());
    const next = await accept(db);
    expect((await take(resumed.stream, 1)).map(nameOf)).toEqual([`${next} 1`]);
  });

  it('tells in the order of the log what was committed out of order', async () => {
    const [slow, fast] = [await accept(db), await accept(db)];
    await readAll(db, [slow, fast]);
    const { stream } = open({ types: ['PaymentDelayed'] }, await endOfLog(db));
    await stream.next(20);
    const [one, two] = [await openSession(url), await openSession(url)];
    await one`begin`;
    await append(one, slow, 2);
    await two`begin`;
    await append(two, fast, 2);
    await two`commit`;
    expect(await stream.next(100)).toEqual([]);
    await one`commit`;
    expect((await take(stream, 2)).map(nameOf)).toEqual([`${slow} 2`, `${fast} 2`]);
  });

  it('loses nothing where the database fails now and then', async () => {
    let calls = 0;
    const unreliable = new Proxy(db, {
      apply: (target, self, args: Parameters<Database>) => {
        const isRead = String(args[0]).includes('horizon as materialized');
        if (isRead && (calls += 1) % 3 === 1) throw new Error('away');
        return Reflect.apply(target, self, args) as unknown;
      },
    });
    const id = await acceptAs(db, 'RESERVED');
    const { stream } = open({ orderId: id }, START, { ...source, db: unreliable });
    const events = await take(stream, 2);
    for (const change of [capture, ship, deliver]) await change(db, id);
    events.push(...(await take(stream, 3)));
    expect(events.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);
  });
});

it('a thousand streams that come back at once read a few at a time and miss nothing', async () => {
  let [reading, most] = [0, 0];
  const turns = createTurns(4);
  const counted: LogSource = {
    ...source,
    takeTurn: (work) =>
      turns(async () => {
        most = Math.max(most, (reading += 1));
        return work().finally(() => (reading -= 1));
      }),
  };
  const ids = await Promise.all(Array.from({ length: 100 }, () => acceptAs(db, 'RESERVED')));
  const streams = Array.from(
    { length: 1000 },
    (_, place) => open({ orderId: ids[place % 100]! }, START, counted).stream,
  );
  const [seen] = await Promise.all([
    Promise.all(streams.map((stream) => take(stream, 3))),
    ...ids.map((id) => capture(db, id)),
  ]);
  for (const events of seen) expect(events.map(({ version }) => version)).toEqual([1, 2, 3]);
  expect(most).toBeLessThanOrEqual(4);
});
