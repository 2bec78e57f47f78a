import type { WorkflowExecutionDescription } from '@temporalio/client';
import { findStartedOrders, findStillOpen, type StartedOrder } from '../../db/started-orders.ts';
import { findOrders } from '../../db/order-reads.ts';
import { reviveOrders } from '../../events/workflow-revival.ts';
import type { Check, Finding } from '../check.ts';
import type { Scene } from '../scene.ts';
import { readSettings } from '../workflow-settings.ts';
import { describeWorkflows, findRunning } from '../workflows.ts';

const PAGE = 500;

/** Whether every open order that was handed to Temporal has a workflow that runs. */
export const workflows: Check = {
  name: 'workflows',
  compares: 'open orders with the running workflows in Temporal',
  needs: ['postgres', 'temporal'],
  isByOrder: true,
  async *find(scene, orderIds) {
    for (let after = ''; ;) {
      const page = await findStartedOrders(scene.db, { ids: orderIds, after, limit: PAGE });
      yield* await findWithout(scene, page);
      const last = page.at(-1);
      if (page.length < PAGE || !last) return;
      after = last.id;
    }
  },
};

/** What a workflow that runs no more came to, in words. */
const ENDS: Readonly<Record<string, string>> = {
  TERMINATED: 'was terminated',
  FAILED: 'failed',
  TIMED_OUT: 'timed out',
  CANCELLED: 'was cancelled',
  COMPLETED: 'has completed, though the order is open',
};

async function findWithout(scene: Scene, page: readonly StartedOrder[]): Promise<Finding[]> {
  const running = await findRunning(
    scene,
    page.map(({ id }) => id),
  );
  const suspects = page.map(({ id }) => id).filter((id) => !running.has(id));
  const described = await describeWorkflows(scene, suspects);
  // Whoever was settled since the page was read has ended its workflow rightly.
  const stillOpen = await findStillOpen(scene.db, suspects);
  return suspects.flatMap((orderId, place) => {
    const { name, closeTime, runId } = toEnd(described[place]);
    if (name === 'RUNNING' || !stillOpen.has(orderId)) return [];
    const when = closeTime ? ` at ${closeTime.toISOString()}` : '';
    return [
      {
        key: `${orderId} ${runId}`,
        orderId,
        found: name === undefined ? 'It has no workflow in Temporal.' : `Its workflow ${ENDS[name] ?? name}${when}.`,
        means: 'Nothing moves the order on: it would stay as it stands.',
        remedy:
          'The workflow is started again and goes on where the order stands; what was charged or booked is not repeated.',
        repair: () => revive(scene, orderId, described[place]),
      },
    ];
  });
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
