import type { WorkflowExecutionDescription } from '@temporalio/client';
import { findStartedOrders, findStillOpen, findWaitingOrders, type WaitingOrder } from '../../db/started-orders.ts';
import { findOrders } from '../../db/order-reads.ts';
import { reviveOrders } from '../../events/workflow-revival.ts';
import type { Check, Finding } from '../check.ts';
import type { Scene } from '../scene.ts';
import { readSettings } from '../workflow-settings.ts';
import { describeWorkflows, findRunning } from '../workflows.ts';

const PAGE = 500;

/** Whether every open order has a workflow that runs, but for those that wait for their turn to be handed to Temporal. */
export const workflows: Check = {
  name: 'workflows',
  compares: 'open orders with the running workflows in Temporal',
  needs: ['postgres', 'temporal'],
  isByOrder: true,
  async *find(scene, orderIds) {
    yield* findLost(scene, orderIds);
    yield* findNotStarted(scene, orderIds);
  },
};

async function* findLost(scene: Scene, orderIds?: readonly string[]): AsyncGenerator<Finding> {
  for (let after = ''; ;) {
    const page = await findStartedOrders(scene.db, { ids: orderIds, after, limit: PAGE });
    const without = await findWithout(
      scene,
      page.map(({ id }) => id),
    );
    yield* without.map((orphan) => tellLost(scene, orphan));
    const last = page.at(-1);
    if (page.length < PAGE || !last) return;
    after = last.id;
  }
}

/** Those that wait for a relay for longer than one that moves takes. */
async function* findNotStarted(scene: Scene, orderIds?: readonly string[]): AsyncGenerator<Finding> {
  const waitedMs = scene.patience.standstillMs;
  for (let after = ''; ;) {
    const page = await findWaitingOrders(scene.db, { ids: orderIds, waitedMs, after, limit: PAGE });
    const waiting = new Map(page.map((order) => [order.id, order]));
    // A command may have started one before the relay came to it.
    for (const orphan of await findWithout(scene, [...waiting.keys()])) {
      const order = waiting.get(orphan.orderId);
      if (order) yield orphan.described ? tellLost(scene, orphan) : tellNotStarted(scene, order);
    }
    const last = page.at(-1);
    if (page.length < PAGE || !last) return;
    after = last.id;
  }
}

/** What a workflow that runs no more came to, in words. */
const ENDS: Readonly<Record<string, string>> = {
  TERMINATED: 'was terminated',
  FAILED: 'failed',
  TIMED_OUT: 'timed out',
  CANCELLED: 'was cancelled',
  COMPLETED: 'has completed, though the order is open',
};

/** An open order without a workflow that runs, and the last that it had. */
interface Orphan {
  readonly orderId: string;
  readonly described: WorkflowExecutionDescription | undefined;
}

async function findWithout(scene: Scene, orderIds: readonly string[]): Promise<Orphan[]> {
  const running = await findRunning(scene, orderIds);
  const suspects = orderIds.filter((id) => !running.has(id));
  const described = await describeWorkflows(scene, suspects);
  // Whoever was settled since the page was read has ended its workflow rightly.
  const stillOpen = await findStillOpen(scene.db, suspects);
  return suspects
    .map((orderId, place) => ({ orderId, described: described[place] }))
    .filter((orphan) => orphan.described?.status.name !== 'RUNNING' && stillOpen.has(orphan.orderId));
}

function tellLost(scene: Scene, { orderId, described }: Orphan): Finding {
  const { name, closeTime, runId } = toEnd(described);
  const when = closeTime ? ` at ${closeTime.toISOString()}` : '';
  return {
    key: `${orderId} ${runId}`,
    orderId,
    found: name === undefined ? 'It has no workflow in Temporal.' : `Its workflow ${ENDS[name] ?? name}${when}.`,
    means: 'Nothing moves the order on: it would stay as it stands.',
    remedy:
      'The workflow is started again and goes on where the order stands; what was charged or booked is not repeated.',
    repair: () => revive(scene, orderId, described),
  };
}

function tellNotStarted(scene: Scene, { id, acceptedAt, starterAt }: WaitingOrder): Finding {
  return {
    // Where the relay has moved since, it comes to the order by itself.
    key: `${id} not started ${starterAt}`,
    orderId: id,
    found: `It was accepted at ${acceptedAt}, and no relay has handed it to Temporal; none moves.`,
    means: 'It has no workflow, and so does not move; nothing of it is lost.',
    remedy: 'Its workflow is started now, out of turn; the relay leaves it alone when it comes to the order.',
    repair: () => revive(scene, id, undefined),
  };
}

function toEnd(described: WorkflowExecutionDescription | undefined) {
  return { name: described?.status.name, closeTime: described?.closeTime, runId: described?.runId ?? 'none' };
}

/**
 * Starts the workflow anew, with the settings of the run before where there was one. The order is read now, because it may
 * have moved since it was looked at.
 */
async function revive(scene: Scene, orderId: string, before: WorkflowExecutionDescription | undefined): Promise<void> {
  const stillOpen = await findStillOpen(scene.db, [orderId]);
  if (!stillOpen.has(orderId)) return;
  const settings = (before && (await readSettings(scene, orderId, before.runId))) ?? scene.settings;
  const evenIfCompleted = before?.status.name === 'COMPLETED';
  await reviveOrders(await findOrders(scene.db, [orderId]), { ...scene, settings, evenIfCompleted });
}
