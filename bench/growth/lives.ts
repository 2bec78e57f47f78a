/** A system with some workers and relays, that takes orders through their life without delays. */
import { openDatabase } from '../../db/client.ts';
import { runLoad } from '../load/load.ts';
import { PLACE_ORDER } from '../load/new-order.ts';
import { allDelivered } from '../system/finish.ts';
import { type BenchmarkSystem, withSystem } from '../system/system.ts';

const WARM_UP_ORDERS = 100;
const NO_DELAYS = { PAYMENT_DELAY: '0ms', PREPARATION_DELAY: '0ms', DELIVERY_DELAY: '0ms' };

/** How many of each process that can be there more than once. */
export interface Copies {
  readonly workers: number;
  readonly relays: number;
}

/** The system, and how to let so many orders live: answers the seconds until the last is delivered. */
export interface Lives {
  readonly system: BenchmarkSystem;
  readonly live: (orders: number) => Promise<number>;
}

/** Starts it, warms it up, gives it to `use`, and removes it afterwards. */
export function withLives<Result>(
  { workers, relays }: Copies,
  use: (lives: Lives) => Promise<Result>,
): Promise<Result> {
  return withSystem(async (system) => {
    await Promise.all([system.start('temporal'), system.start('server')]);
    for (let copy = 1; copy <= relays; copy += 1) await system.start('relay', copy);
    for (let copy = 1; copy <= workers; copy += 1) await system.start('worker', copy);
    const db = openDatabase(system.databaseUrl, { size: 1, applicationName: 'steadfast-bench' });
    const live = async (amount: number) => {
      const began = Date.now();
      await runLoad('http', { url: system.http, requests: [PLACE_ORDER], amount });
      const { endedAt } = await allDelivered(db, { began, count: amount });
      return (endedAt - began) / 1000;
    };
    try {
      await live(WARM_UP_ORDERS);
      return await use({ system, live });
    } finally {
      await db.end({ timeout: 5 });
    }
  }, NO_DELAYS);
}
