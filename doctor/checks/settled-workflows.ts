import { findLongOver } from '../../db/started-orders.ts';
import type { Check } from '../check.ts';
import { listRunning } from '../workflows.ts';

/** Whether workflows run that have nothing left to do. */
export const settledWorkflows: Check = {
  name: 'settled-workflows',
  compares: 'running workflows in Temporal with the orders that they carry',
  needs: ['postgres', 'temporal'],
  isByOrder: false,
  async *find(scene) {
    for await (const ids of listRunning(scene)) {
      for (const { id, status } of await findLongOver(scene.db, ids, scene.patience.graceMs)) {
        yield status === null
          ? {
              key: id,
              orderId: id,
              found: 'A workflow runs for it, but there is no such order in the database.',
              means:
                'The database was restored or emptied, or somebody started the workflow by hand. It fails for ever.',
              remedy: `Terminate it: temporal workflow terminate --workflow-id order-${id}`,
            }
          : {
              key: id,
              orderId: id,
              found: `It is ${status}, but its workflow still runs.`,
              means: 'Its workflow task fails, or no worker takes it. The order itself is done.',
              remedy: `See what it waits for: steadfast doctor ${id}`,
            };
      }
    }
  },
};
