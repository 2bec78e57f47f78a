/** What becomes of orders beyond capacity: who is refused, who waits, and whether the backlog goes away by itself. */
import { openDatabase } from '../db/client.ts';
import type { Benchmark } from './benchmark.ts';
import { collectFindings, collectLatency } from './findings/findings.ts';
import { runLoad } from './load/load.ts';
import { PLACE_ORDER } from './load/new-order.ts';
import { allDelivered } from './system/finish.ts';
import { withSystem } from './system/system.ts';

/** What the server takes at once, and how many ask. */
const ROOM = 64;
const BURST = { greedy: 248, patient: 8, seconds: 3 };
const WARM_UP_ORDERS = 300;
const NO_DELAYS = { PAYMENT_DELAY: '0ms', PREPARATION_DELAY: '0ms', DELIVERY_DELAY: '0ms' };

/** Each repetition has a system of its own, whose backlog must be gone at the end. */
export const overload: Benchmark = {
  title: `${BURST.greedy + BURST.patient} callers for ${BURST.seconds} s at a server that takes ${ROOM} requests at once`,
  needs: ['temporal'],
  async run({ runs, say }) {
    const collector = collectFindings();
    for (let run = 1; run <= runs; run += 1) {
      const { burst, drainedMs } = await withSystem(
        async (system) => {
          const db = openDatabase(system.databaseUrl, { size: 1, applicationName: 'steadfast-bench' });
          try {
            await Promise.all([system.start('temporal'), system.start('server')]);
            await Promise.all([system.start('relay'), system.start('worker')]);
            const began = Date.now();
            await runLoad('http', { url: system.http, requests: [PLACE_ORDER], amount: WARM_UP_ORDERS });
            await allDelivered(db, { began, count: WARM_UP_ORDERS });
            const found = await runLoad('burst', { url: system.http, ...BURST });
            const over = Date.now();
            const { endedAt } = await allDelivered(db, { began, count: WARM_UP_ORDERS + found.accepted });
            return { burst: found, drainedMs: endedAt - over };
          } finally {
            await db.end({ timeout: 5 });
          }
        },
        { ...NO_DELAYS, MAX_REQUESTS: String(ROOM) },
      );
      const { accepted, refused, acceptedPerSecond, leastShare, longestPatience } = burst;
      say(
        `${run}/${runs}: ${accepted} accepted, ${refused} refused, all delivered ${(drainedMs / 1000).toFixed(0)} s later`,
      );
      collector.add('accepted', acceptedPerSecond, { unit: 'orders/s', isShown: true });
      collector.add('refused with 503 and Retry-After', refused / (accepted + refused), {
        unit: 'share',
        isShown: true,
      });
      collectLatency(collector, burst, { of: 'accepted' });
      collector.add('longest wait of a patient caller', longestPatience, { unit: 'ms', isShown: true });
      collector.add('fewest orders of a greedy caller / average', leastShare, { unit: 'ratio' });
      collector.add('until the last order was delivered', drainedMs / 1000, { unit: 's', isShown: true });
    }
    return collector.findings;
  },
};
