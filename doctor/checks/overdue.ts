import { readWorkers } from '../../api/processors.ts';
import { findIdleOrders } from '../../db/order-reads.ts';
import { createTurns } from '../../events/turns.ts';
import type { Check, Finding } from '../check.ts';
import { diagnose, type Verdict } from '../diagnosis.ts';
import type { Scene } from '../scene.ts';

const PAGE = 200;
/** Most orders that are looked into; each costs a few questions. */
const MOST = 1000;
const CONCURRENCY = 8;

/** How long work that shows no error may take before it counts as held up: until then it is slow. */
const MOST_SLOW_MS = 900_000;
/** What has an error to read. */
const FAILS: readonly Verdict[] = ['WORKFLOW_TASK_FAILS', 'ACTIVITY_FAILS'];

/** What an order may do for as long as it likes, or what another check tells. */
const IS_FINE: readonly Verdict[] = [
  'SETTLED',
  'NOT_STARTED',
  'NO_WORKFLOW',
  'NO_WORKER',
  'WAITS_FOR_APPROVAL',
  'WAITS_FOR_TIMER',
];

/** Whether open orders do something. */
export const overdue: Check = {
  name: 'overdue',
  compares: 'open orders that have not changed for longer than any delay with what their workflows wait for',
  needs: ['postgres', 'temporal'],
  isByOrder: false,
  async *find(scene) {
    // Without workers all orders stand still, and one line says so.
    const { workers } = await readWorkers(scene);
    if (workers?.some(({ pollers }) => pollers === 0)) return;
    const { paymentDelayMs, preparationDelayMs, deliveryDelayMs } = scene.settings;
    const idleMs = Math.max(paymentDelayMs, preparationDelayMs, deliveryDelayMs) + scene.patience.graceMs;
    const takeTurn = createTurns(CONCURRENCY);
    for (let after = '', seen = 0; seen < MOST; seen += PAGE) {
      const page = await findIdleOrders(scene.db, { idleMs, after, limit: PAGE });
      const found = await Promise.all(page.map(({ id }) => takeTurn(() => look(scene, id))));
      yield* found.flat();
      const last = page.at(-1);
      if (page.length < PAGE || !last) return;
      after = last.id;
    }
  },
};

async function look(scene: Scene, orderId: string): Promise<Finding[]> {
  const diagnosis = await diagnose(scene, orderId);
  if (!diagnosis || IS_FINE.includes(diagnosis.verdict)) return [];
  const { order, verdict, why, next } = diagnosis;
  const idleMs = scene.now() - Date.parse(order.updatedAt);
  const isSlow = !FAILS.includes(verdict) && idleMs < MOST_SLOW_MS;
  return [
    {
      key: `${orderId} ${order.version}`,
      orderId,
      found: `It is ${order.status} since ${order.statusSince} and has not changed since ${order.updatedAt}. ${why}`,
      means: isSlow ? 'The system is slow, or has much to do.' : 'The order is held up; nothing of it is lost.',
      remedy: next,
      isNote: isSlow,
    },
  ];
}
