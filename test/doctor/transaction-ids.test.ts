/** A log that was brought into a PostgreSQL that counts less: nobody goes on in the wrong place, and the doctor mends it. */
import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import postgres from 'postgres';
import { afterAll, describe, expect, inject, it } from 'vitest';
import type { Database } from '../../db/client.ts';
import { tellLogAhead } from '../../events/log-ahead.ts';
import { startApi } from '../api/support.ts';
import { accept } from '../db/order-fixture.ts';
import { nameOf, startFollower } from '../events/following.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { AT_ONCE, check, makeScene, repaired } from './scene.ts';

const connection = Connection.lazy({ address: inject('temporalAddress') });
afterAll(() => connection.close());
const sceneOf = (db: Database) =>
  makeScene({ db, temporal: new Client({ connection }), taskQueue: 'nobody', settings: AT_ONCE });

/** As after a restore: what the log and its cursors name was counted by a cluster that was this much further. */
async function moveAhead(db: Database, by: bigint): Promise<void> {
  await db`alter table order_events disable trigger order_events_append_only`;
  await db`update order_events set tx = (tx::text::numeric + ${by.toString()}::numeric)::text::xid8`;
  await db`update consumers set cursor_tx = (cursor_tx::text::numeric + ${by.toString()}::numeric)::text::xid8`;
  await db`alter table order_events enable trigger order_events_append_only`;
}

describe('a log of another cluster', async () => {
  const { db, url } = await createTestDatabase();
  const seen: string[] = [];
  const follow = () =>
    startFollower(db, {
      name: 'restored',
      handle: (events) => {
        seen.push(...events.map(nameOf));
        return Promise.resolve();
      },
    });
  const cursor = async () => {
    const [row] = await db<{ tx: string }[]>`select cursor_tx::text as tx from consumers where name = 'restored'`;
    return row?.tx;
  };

  it('stops its followers with a reason, is told at the start, and takes no requests', async () => {
    const ids = [await accept(db), await accept(db)];
    const before = follow();
    await until('both are handed over', () => ids.every((id) => seen.includes(`${id} 1`)));
    await before.stop();
    await moveAhead(db, 150_000n);
    const stood = await cursor();

    const after = follow();
    ids.push(await accept(db));
    await until('the follower says why it stands still', async () => {
      const [row] = await db`select last_error as error from consumers where name = 'restored'`;
      return String(row?.error).includes('ahead of the transaction ids');
    });
    await after.stop();
    expect(await cursor()).toBe(stood);
    expect(seen).toHaveLength(2);

    const lines: string[] = [];
    await tellLogAhead(db, pino({}, { write: (line: string) => lines.push(line) }));
    expect(lines).toEqual([expect.stringMatching(/"level":50.*steadfast doctor --check transaction-ids --repair/)]);
    const { request, close } = await startApi({ databaseUrl: url });
    const answer = await request<{ status: string }>('GET', '/health/ready');
    expect(answer).toMatchObject({ status: 503, body: { status: 'unavailable' } });
    expect(answer.text).toContain('steadfast doctor --check transaction-ids --repair');
    await close();
  });

  it('is not repaired while processes are connected', async () => {
    const relay = postgres(url, { max: 1, connection: { application_name: 'steadfast-relay' } });
    await relay`select 1`;
    const { findings, repaired: count } = await check('transaction-ids', sceneOf(db), { isRepairing: true });
    expect([count, findings[0]?.isRepairable, findings[0]?.remedy]).toEqual([
      0,
      false,
      expect.stringContaining('Stop every relay'),
    ]);
    await relay.end();
    await until('it is gone', async () => {
      const [row] = await db`select from pg_stat_activity where application_name = 'steadfast-relay' and
        datname = current_database()`;
      return row === undefined;
    });
  });

  it('is caught up with; events that came meanwhile and those that come are handed over, and none a second time', async () => {
    const [finding] = await repaired('transaction-ids', sceneOf(db));
    expect(finding?.found).toContain('1 event that was written since');
    const [audit] = await db`select action, result from audit_log where subject = 'order_events'`;
    expect(audit).toEqual({ action: 'log.transaction-ids', result: 'ADVANCED' });
    await expect(Promise.resolve(db`update order_events set version = 9`)).rejects.toThrow('append-only');

    await accept(db);
    follow();
    await until('all four are handed over', () => seen.length >= 4);
    const written = await db<{ orderId: string; version: number }[]>`
      select order_id as "orderId", version from order_events order by position`;
    expect(seen).toEqual(written.map(nameOf));
  });

  it('fits: nothing is said, and an order is taken', async () => {
    expect((await check('transaction-ids', sceneOf(db))).findings).toEqual([]);
    await tellLogAhead(db, { error: () => expect.unreachable() });
  });
});

describe('a log that is too far ahead to be caught up with', async () => {
  const { db } = await createTestDatabase();

  it('is left alone: the counter is put forward with the cluster stopped', async () => {
    await accept(db);
    await moveAhead(db, 2n ** 33n);
    const report = await check('transaction-ids', sceneOf(db), { isRepairing: true });
    expect(report).toMatchObject({ differences: 1, repaired: 0 });
    expect(report.findings[0]?.remedy).toContain('pg_resetwal --epoch=3');
  });
});
