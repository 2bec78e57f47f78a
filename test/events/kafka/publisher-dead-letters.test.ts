import { randomUUID } from 'node:crypto';
import { Admin } from '@platformatic/kafka';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../db/client.ts';
import { findEvents } from '../../../db/order-reads.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startTestKafka } from '../../support/kafka.ts';
import { until } from '../../support/until.ts';
import { acceptAs, deliver } from '../../db/order-fixture.ts';
import { startFollower } from '../following.ts';
import {
  deliverWithNews,
  eventIdsOf,
  eventOf,
  makeTopics,
  type Published,
  sequencesOf,
  startReading,
  tellNews,
  testPublisher,
} from './published.ts';

/** More than the broker takes of one record on any topic. */
const TOO_LARGE = 'x'.repeat(6000);

const { db } = await createTestDatabase();
const kafka = await startTestKafka({ 'message.max.bytes': 5000 });
await makeTopics(kafka.address);

interface Letter {
  version: number;
  status: string;
  attempts: number;
  isHead: boolean;
  error: string;
}

function lettersOf(orderId: string): Promise<Letter[]> {
  return db<Letter[]>`
    select order_version as version, status, attempts, waits_behind is null as "isHead", error
    from dead_letters where order_id = ${orderId} order by order_version`;
}

/** A shipped order whose fifth event cannot be published, and which goes on for three more. */
async function poisonedOrder(on: Database): Promise<string> {
  const id = await acceptAs(on, 'SHIPPED');
  await tellNews(on, id, 1, TOO_LARGE);
  await tellNews(on, id, 2);
  await tellNews(on, id, 3);
  await deliver(on, id);
  return id;
}

/** A person decides about a dead letter, as the use cases of dead letters do. */
async function resolve(orderId: string, version: number, status: 'REPLAYED' | 'SKIPPED'): Promise<void> {
  await db`
    update dead_letters set status = ${status}, resolved_at = now(), resolved_by = 'test', resolution = 'decided'
    where order_id = ${orderId} and order_version = ${version} and status in ('PENDING', 'FAILED')`;
}

function versionsOf(records: readonly Published[], orderId: string): number[] {
  const versions = records.filter(({ key }) => key === orderId).map((record) => Number(eventOf(record).sequence));
  return [...new Set(versions)].sort((one, other) => one - other);
}

async function publishAll(publisher = testPublisher(db, kafka.address)) {
  const follower = startFollower(db, publisher);
  const [log] = await db`select count(*)::int as events from order_events`;
  await until('it is at the end', async () => {
    const [row] = await db`select processed from consumers where name = ${publisher.name}`;
    return row?.processed >= log?.events;
  });
  return follower;
}

describe('an event that Kafka refuses', { timeout: 120_000 }, () => {
  it('is tried three times and becomes a dead letter; later ones of its order wait, other orders go on', async () => {
    const before = await deliverWithNews(db);
    const poisoned = await poisonedOrder(db);
    const after = await deliverWithNews(db);
    const { stop } = await publishAll();
    const records = await startReading(kafka.address);
    const ids = await eventIdsOf(db, [before, after]);
    await until('the other orders are published', () => {
      const seen = new Set(records.map((record) => eventOf(record).id));
      return ids.every((id) => seen.has(id)) && versionsOf(records, poisoned).length >= 4;
    });
    const letters = await lettersOf(poisoned);
    expect(letters.map(({ version, attempts, isHead }) => ({ version, attempts, isHead }))).toEqual([
      { version: 5, attempts: 3, isHead: true },
      { version: 6, attempts: 0, isHead: false },
      { version: 7, attempts: 0, isHead: false },
      { version: 8, attempts: 0, isHead: false },
    ]);
    expect(letters[0]?.error).toMatch(/^(MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE): /);
    // The news that come later belong to the same topic: none of them may be there before.
    expect(sequencesOf(records, poisoned, 'order.updated.v1')).toEqual([]);
    await stop();
  });

  it('keeps what comes later waiting in later batches too, until it is skipped: then all follow in order', async () => {
    const id = await acceptAs(db, 'SHIPPED');
    await tellNews(db, id, 1, TOO_LARGE);
    const publisher = testPublisher(db, kafka.address);
    await publishAll(publisher);
    await tellNews(db, id, 2);
    await until('the news wait', async () => (await lettersOf(id)).length === 2);
    await tellNews(db, id, 3);
    await until('these too', async () => (await lettersOf(id)).length === 3);
    await resolve(id, 5, 'SKIPPED');
    await until('they are released', async () => (await lettersOf(id)).every(({ status }) => status !== 'PENDING'));
    await deliver(db, id);
    const records = await startReading(kafka.address);
    await until('the delivery is told', () => versionsOf(records, id).includes(8));
    await until('the news are told', () => sequencesOf(records, id, 'order.updated.v1').length === 2);
    expect(sequencesOf(records, id, 'order.updated.v1')).toEqual([6, 7]);
    expect((await lettersOf(id)).map(({ status }) => status)).toEqual(['SKIPPED', 'REPLAYED', 'REPLAYED']);
    const audit = await db`select actor, result from audit_log where subject in (
      select event_id::text from dead_letters where order_id = ${id})`;
    expect(audit).toEqual([
      { actor: 'publisher', result: 'REPLAYED' },
      { actor: 'publisher', result: 'REPLAYED' },
    ]);
  });

  it('while it waits behind another one becomes the next to be decided about when it is released', async () => {
    const id = await acceptAs(db, 'SHIPPED');
    await tellNews(db, id, 1, TOO_LARGE);
    await tellNews(db, id, 2);
    await tellNews(db, id, 3, TOO_LARGE);
    await tellNews(db, id, 4);
    await publishAll();
    expect((await lettersOf(id)).map(({ isHead }) => isHead)).toEqual([true, false, false, false]);
    await resolve(id, 5, 'REPLAYED');
    const letters = await until('the third is a head', async () => {
      const found = await lettersOf(id);
      return found[2]?.isHead && found;
    });
    expect(letters.map(({ status, attempts }) => `${status} ${attempts}`)).toEqual([
      'REPLAYED 3',
      'REPLAYED 0',
      'PENDING 3',
      'PENDING 0',
    ]);
    await resolve(id, 7, 'SKIPPED');
    await until('the last follows', async () => (await lettersOf(id))[3]?.status === 'REPLAYED');
    const records = await startReading(kafka.address);
    await until('the news are told', () => sequencesOf(records, id, 'order.updated.v1').length === 2);
    expect(sequencesOf(records, id, 'order.updated.v1')).toEqual([6, 8]);
  });

  it('changes nothing when the publisher dies after putting it aside and gets the batch again', async () => {
    const id = await poisonedOrder(db);
    const [other] = [await deliverWithNews(db)];
    const publisher = testPublisher(db, kafka.address);
    let deaths = 0;
    const dying = {
      ...publisher,
      handle: async (...batch: Parameters<typeof publisher.handle>) => {
        await publisher.handle(...batch);
        if (batch[0].some(({ orderId }) => orderId === id) && deaths < 3) {
          deaths += 1;
          // Between the deaths a person decides: a skipped event must not be told after all.
          if (deaths === 2) await resolve(id, 5, 'SKIPPED');
          throw new Error('killed');
        }
      },
    };
    await publishAll(dying);
    expect(deaths).toBe(3);
    await until('those that waited are released', async () => (await lettersOf(id))[3]?.status === 'REPLAYED');
    expect((await lettersOf(id)).map(({ status, attempts }) => `${status} ${attempts}`)).toEqual([
      'SKIPPED 3',
      'REPLAYED 0',
      'REPLAYED 0',
      'REPLAYED 0',
    ]);
    const records = await startReading(kafka.address);
    const ids = new Set(await eventIdsOf(db, [other]));
    await until('all is read', () => versionsOf(records, id).includes(8) && ids.size > 0);
    await until('the news are told', () => sequencesOf(records, id, 'order.updated.v1').length === 2);
    expect(versionsOf(records, id)).toEqual([1, 2, 3, 4, 6, 7, 8]);
    expect(sequencesOf(records, id, 'order.updated.v1')).toEqual([6, 7]);
  });

  it('on a topic that takes less than others holds up its own order only', async () => {
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [kafka.address] });
    await admin.incrementalAlterConfigs({
      resources: [
        {
          resourceType: 2,
          resourceName: 'order.completed.v1',
          configs: [{ name: 'max.message.bytes', configOperation: 0, value: '700' }],
        },
      ],
    });
    await admin.close();
    const customerId = `customer-${randomUUID()}`;
    const refused = await Promise.all(
      [1, 2, 3].map(() => acceptAs(db, 'DELIVERED', { customerId: `${customerId}-${'y'.repeat(60)}` })),
    );
    const open = await acceptAs(db, 'SHIPPED', { customerId });
    await publishAll();
    for (const id of refused) {
      const events = await findEvents(db, id);
      const letters = await lettersOf(id);
      expect(letters.map(({ version, isHead }) => [version, isHead])).toEqual([[events.length, true]]);
    }
    expect(await lettersOf(open)).toEqual([]);
  });
});
