import { describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../support/database.ts';
import { startTestKafka } from '../../support/kafka.ts';
import { until } from '../../support/until.ts';
import { startFollower } from '../following.ts';
import { deliverWithNews, eventIdsOf, eventOf, outOfOrder, startReading, testPublisher } from './published.ts';

const { db } = await createTestDatabase();
const kafka = await startTestKafka();
await kafka.kill();

async function progressOf(name: string): Promise<{ processed: number; errors: number; lastError: string | null }> {
  const [row] = await db<{ processed: number; errors: number; lastError: string | null }[]>`
    select processed, errors, last_error as "lastError" from consumers where name = ${name}`;
  return row ?? { processed: 0, errors: 0, lastError: null };
}

describe('a publisher whose broker', { timeout: 300_000 }, () => {
  it('is away at the start waits, says so, and publishes everything when it comes', async () => {
    const publisher = testPublisher(db, kafka.address);
    startFollower(db, publisher);
    const orders = await Promise.all([1, 2, 3].map(() => deliverWithNews(db)));
    const waiting = await until('it has tried', async () => {
      const progress = await progressOf(publisher.name);
      return progress.errors > 1 && progress;
    });
    expect(waiting.lastError).toMatch(/^Kafka takes no events now: .*ECONNREFUSED/);
    expect(waiting.processed).toBe(0);

    await kafka.restart();
    const ids = await eventIdsOf(db, orders);
    await until('it has caught up', async () => (await progressOf(publisher.name)).processed >= ids.length);
    const records = await startReading(kafka.address);
    await until('all events are there', () => new Set(records.map((record) => eventOf(record).id)).size >= ids.length);
    expect(new Set(records.map((record) => eventOf(record).id))).toEqual(new Set(ids));
  });

  it('is killed in the middle of 2,000 events loses none of them and keeps the order of each key and topic', async () => {
    const publisher = testPublisher(db, kafka.address, { batchSize: 20 });
    startFollower(db, publisher);
    const orders: string[] = [];
    const ordering = Array.from({ length: 4 }, async () => {
      while (orders.length < 260) {
        const place = orders.push('') - 1;
        orders[place] = await deliverWithNews(db);
      }
    });
    await until('it is in the middle', async () => (await progressOf(publisher.name)).processed > 500);
    await kafka.kill();
    await Promise.all(ordering);
    const [log] = await db`select count(*)::int as events from order_events`;
    expect(log?.events).toBeGreaterThan(2000);
    expect((await progressOf(publisher.name)).processed).toBeLessThan(log?.events as number);

    await kafka.restart();
    await until('it has caught up', async () => (await progressOf(publisher.name)).processed === log?.events, 60_000);
    const ids = await eventIdsOf(db, orders);
    const records = await startReading(kafka.address);
    const seen = () => new Set(records.map((record) => eventOf(record).id));
    await until('every event is there', () => ids.every((id) => seen().has(id)), 60_000);
    expect(outOfOrder(records)).toEqual([]);
    expect(await db`select count(*)::int as letters from dead_letters`).toEqual([{ letters: 0 }]);
  });
});
