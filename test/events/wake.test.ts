import { afterAll, describe, expect, it } from 'vitest';
import { createNotifier } from '../../db/notify.ts';
import { listenToLog } from '../../events/wake.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

const { db } = await createTestDatabase();
const wakes = listenToLog(db, () => undefined);
afterAll(() => wakes.close());
const notifier = createNotifier(db);
const DAY_MS = 86_400_000;
const never = new AbortController().signal;

/** A waker that the first subscription of the listener has woken already. */
async function createAwakeWaker(beatMs: number) {
  const waker = wakes.createWaker(beatMs);
  await until('somebody listens', async () => {
    notifier.wake();
    return Promise.race([waker.wait(never).then(() => true), new Promise((resolve) => setTimeout(resolve, 50, false))]);
  });
  return waker;
}

describe('a follower that waits for a day', () => {
  it('is woken when the log grows', async () => {
    const waker = await createAwakeWaker(DAY_MS);
    let isAwake = false;
    const waiting = waker.wait(never).then(() => (isAwake = true));
    await until('it is woken', () => {
      notifier.wake();
      return isAwake;
    });
    await waiting;
  });

  it('does not miss what came while it was at work', async () => {
    const waker = await createAwakeWaker(DAY_MS);
    const other = await createAwakeWaker(DAY_MS);
    notifier.wake();
    await other.wait(never);
    await waker.wait(never);
  });

  it('is woken when it is told to stop', async () => {
    const waker = await createAwakeWaker(DAY_MS);
    const stopping = new AbortController();
    const waiting = waker.wait(stopping.signal);
    stopping.abort();
    await waiting;
    await waker.wait(stopping.signal);
  });

  it('is woken by writers of another process, each for all who wait', async () => {
    const wakers = await Promise.all([1, 2, 3].map(() => createAwakeWaker(DAY_MS)));
    let awake = 0;
    const waiting = wakers.map((waker) => waker.wait(never).then(() => (awake += 1)));
    await until('all are woken', () => {
      createNotifier(db).wake();
      return awake === 3;
    });
    await Promise.all(waiting);
  });

  it('is woken when the listening connection was lost and is back, because something may have been missed', async () => {
    const waker = await createAwakeWaker(DAY_MS);
    const waiting = waker.wait(never);
    await db`select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and query ilike 'listen%' and pid <> pg_backend_pid()`;
    await waiting;
  });
});

describe('a follower that nobody wakes', () => {
  it('goes on after its slow beat', async () => {
    const waker = await createAwakeWaker(5);
    await waker.wait(never);
    await waker.wait(never);
  });
});

describe('many writers', () => {
  it('wake with few notifications', async () => {
    const calls: string[] = [];
    const counting = new Proxy(db, {
      apply: (target, self, args: Parameters<typeof db>) => {
        calls.push('notify');
        return Reflect.apply(target, self, args) as unknown;
      },
    });
    const one = createNotifier(counting);
    for (let write = 0; write < 1000; write += 1) one.wake();
    await until('it has notified', () => calls.length > 0);
    expect(calls).toHaveLength(1);
  });
});
