import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../db/client.ts';
import { holdLease } from '../../db/log.ts';
import { createNotifier } from '../../db/notify.ts';
import { findEvents } from '../../db/order-reads.ts';
import type { AlertLimits } from '../../domain/alert.ts';
import { alertBeat, raiseAlertsWhileOpen } from '../../events/alert-raiser.ts';
import { accept, acceptAs } from '../db/order-fixture.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { silent } from './following.ts';

const { db, url } = await createTestDatabase();
const LIMITS: AlertLimits = { stuckAfterMs: 300, paymentStuckAfterMs: 300, problematicChanges: 2 };

/** Raises alerts until it is stopped, over connections of its own. */
function startRaiser(applicationName = 'raiser') {
  const own = openDatabase(url, { size: 2, applicationName });
  const stopping = new AbortController();
  const ended = raiseAlertsWhileOpen({
    db: own,
    notifier: createNotifier(own),
    limits: LIMITS,
    holder: randomUUID(),
    logger: silent,
    signal: stopping.signal,
  });
  const stop = async () => {
    stopping.abort();
    await ended;
    await own.end({ timeout: 1 });
  };
  onTestFinished(stop);
  return { stop };
}

/** Ends sessions that are looking for alerts, or telling them, right now; answers how many. */
async function cutOff(): Promise<number> {
  const ended = await db`
    select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'cut-off' and state = 'active' and query ~ 'open_alerts|AlertRaised'`;
  return ended.count;
}

const reasonsOf = async (id: string) =>
  (await findEvents(db, id)).flatMap(({ type, data }) => (type === 'AlertRaised' ? [data.reason] : [])).sort();

describe('orders that need somebody', () => {
  it('are told once for each reason by two raisers that are cut off in the middle again and again', async () => {
    const ids = await Promise.all(
      Array.from({ length: 200 }, (_, place) => acceptAs(db, place % 2 ? 'PROCESSING' : 'PENDING')),
    );
    const raisers = [startRaiser('cut-off'), startRaiser('cut-off')];
    let cuts = 0;
    await until('all are told', async () => {
      if (cuts < 5) cuts += await cutOff();
      const [row] = await db`select count(*) as told from order_events where type = 'AlertRaised'`;
      return row?.told === 300;
    });
    for (const [place, id] of ids.entries())
      expect(await reasonsOf(id)).toEqual(place % 2 ? ['PROBLEMATIC', 'STUCK'] : ['STUCK']);
    await Promise.all(raisers.map(({ stop }) => stop()));
    const [row] =
      await db`select max(version) as versions, count(*) as told from order_events where type = 'AlertRaised'`;
    expect(row).toEqual({ versions: 5, told: 300 });
  });

  it('are told with words', async () => {
    const raiser = startRaiser();
    const id = await accept(db);
    const event = await until('it is told', async () => {
      const found = (await findEvents(db, id)).find(({ type }) => type === 'AlertRaised');
      return found ?? false;
    });
    expect(event.data).toEqual({
      reason: 'STUCK',
      order_status: 'PENDING',
      seconds: expect.any(Number) as number,
      details: expect.stringMatching(/^in PENDING for/) as string,
    });
    await raiser.stop();
  });

  it('are told by another when the one who leads is gone', async () => {
    await db`update consumers set lease_holder = 'gone', lease_until = now() + interval '700 milliseconds' where name = 'alert-raiser'`;
    const id = await accept(db);
    startRaiser();
    await until('the other tells it', async () => (await reasonsOf(id)).length === 1);
    expect(await holdLease(db, 'alert-raiser', 'gone', 1000)).toBeUndefined();
  });
});

describe('the beat', () => {
  it.each([
    [300_000, 120_000, 15_000],
    [8000, 20_000, 2000],
    [0, 1000, 200],
  ])('with limits of %d and %d ms is %d ms', (stuckAfterMs, paymentStuckAfterMs, beat) => {
    expect(alertBeat({ stuckAfterMs, paymentStuckAfterMs, problematicChanges: 10 })).toBe(beat);
  });
});
