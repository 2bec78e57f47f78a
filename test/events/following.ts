/** Followers of the log for tests, and a session whose transactions are steered by hand. */
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import postgres from 'postgres';
import { onTestFinished } from 'vitest';
import type { Database } from '../../db/client.ts';
import { findEvents } from '../../db/order-reads.ts';
import { type Cursor, type LoggedEvent, readLog } from '../../db/log.ts';
import { type Consumer, follow, type FollowOptions } from '../../events/consumer.ts';
import type { Waker } from '../../events/wake.ts';
import { until } from '../support/until.ts';

export const START: Cursor = { tx: '0', position: 0 };
export const silent = pino({ level: 'silent' });

/** Wakes every few milliseconds. */
export function beat(): Waker {
  return { wait: () => new Promise((resolve) => setTimeout(resolve, 10)) };
}

/** Follows until it is stopped, at the latest when the test is finished. */
export function startFollower(
  db: Database,
  consumer: Partial<Consumer> & Pick<Consumer, 'handle'>,
  options: Partial<FollowOptions> = {},
): { holder: string; stop: () => Promise<void> } {
  const stopping = new AbortController();
  const holder = options.holder ?? randomUUID();
  const following = follow(
    { name: 'test', batchSize: 10, ...consumer },
    { db, waker: beat(), leaseMs: 600, logger: silent, signal: stopping.signal, ...options, holder },
  );
  const stop = async () => {
    stopping.abort();
    await following;
  };
  onTestFinished(stop);
  return { holder, stop };
}

/** A session of its own, in which a test writes `begin` and `commit` itself. */
export async function openSession(url: string): Promise<postgres.ReservedSql> {
  const client = postgres(url, { max: 1, onnotice: () => undefined });
  const session = await client.reserve();
  onTestFinished(async () => {
    session.release();
    await client.end({ timeout: 5 });
  });
  return session;
}

/** Appends an event to an order in a session, without its row. */
export async function append(session: postgres.ISql, orderId: string, version: number): Promise<void> {
  await session`
    insert into order_events (event_id, order_id, version, type, data, occurred_at)
    values (${randomUUID()}, ${orderId}, ${version}, 'PaymentDelayed', '{}', now())`;
}

/** What an event is known by in expectations. */
export const nameOf = ({ orderId, version }: { orderId: string; version: number }) => `${orderId} ${version}`;

/** Everything in the log, read until these orders are in it whole: other databases' transactions hold it up too. */
export async function readAll(db: Database, orderIds: readonly string[], from: Cursor = START): Promise<LoggedEvent[]> {
  const wanted = (await Promise.all(orderIds.map((id) => findEvents(db, id)))).flat().length;
  return until('the log has all events', async () => {
    const all: LoggedEvent[] = [];
    for (let cursor = from; ;) {
      const page = await readLog(db, cursor, { limit: 1000 });
      all.push(...page.events);
      cursor = page.next;
      if (!page.more) break;
    }
    return all.filter(({ orderId }) => orderIds.includes(orderId)).length >= wanted && all;
  });
}
