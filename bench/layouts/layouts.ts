/** Three ways to take orders through their life, side by side on one Temporal and one PostgreSQL. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { type Database, openDatabase } from '../../db/client.ts';
import { workflowId } from '../../domain/lifecycle.ts';
import { runLoad } from '../load/load.ts';
import { PLACE_ORDER } from '../load/new-order.ts';
import { allClosed, allDelivered } from '../system/finish.ts';
import { type BenchmarkSystem, withSystem } from '../system/system.ts';
import { startWorkflows } from './start-workflows.ts';
import type { FloorInput } from './workflows/floor.ts';

/** The floor is a bare workflow with the same timers; the naive layout has a regular activity for each step. */
export const LAYOUTS = ['product', 'floor', 'naive'] as const;

/** From the floor to the product, each with one thing more than the one before. */
export const LADDER = ['floor', 'floor with a stage each', 'and with search attributes', 'product'] as const;

export type Layout = (typeof LAYOUTS)[number] | (typeof LADDER)[number];

/** The process that runs the workflows of each layout. */
export const WORKER_OF: Readonly<Record<Layout, string>> = {
  product: 'worker',
  floor: 'floor-worker',
  'floor with a stage each': 'floor-worker',
  'and with search attributes': 'floor-worker',
  naive: 'naive-worker',
};

/** How fast orders were done, and how many events the history of one of them has. */
export interface LayoutRun {
  readonly perSecond: number;
  readonly historyEvents: number;
}

/** A system with all three. */
export interface Layouts {
  readonly system: BenchmarkSystem;
  /** Takes so many orders, all at once, through their life in one of the ways. */
  readonly run: (layout: Layout, orders: number) => Promise<LayoutRun>;
}

/** When the last of the orders was done, in milliseconds since the epoch, and the workflow of any of them. */
interface Finish {
  readonly endedAt: number;
  readonly anyWorkflowId: string;
}

/** Starts everything with three delays of so many milliseconds, gives it to `use`, and removes it afterwards. */
export async function withLayouts<Result>(
  { delayMs }: { delayMs: number },
  use: (layouts: Layouts) => Promise<Result>,
): Promise<Result> {
  const delay = `${delayMs}ms`;
  const delays = { PAYMENT_DELAY: delay, PREPARATION_DELAY: delay, DELIVERY_DELAY: delay };
  return withSystem(async (system) => {
    await Promise.all([system.start('temporal'), system.start('server')]);
    // The relay would start workflows for the orders of the naive layout, too.
    const naiveDatabaseUrl = await system.createDatabase('naive');
    await Promise.all([
      system.start('relay'),
      system.start('worker'),
      system.startProgram('floor-worker', join(import.meta.dirname, 'floor-worker.ts'), system.databaseUrl),
      system.startProgram('naive-worker', join(import.meta.dirname, 'naive-worker.ts'), naiveDatabaseUrl),
    ]);
    const connection = await Connection.connect({ address: system.temporal });
    const temporal = new Client({ connection });
    const [db, naiveDb] = [system.databaseUrl, naiveDatabaseUrl].map((url) =>
      openDatabase(url, { size: 1, applicationName: 'steadfast-bench' }),
    ) as [Database, Database];
    const finishers = createFinishers({ system, temporal, db, naiveDb, delayMs });
    try {
      return await use({
        system,
        run: async (layout, orders) => {
          const began = Date.now();
          const { endedAt, anyWorkflowId } = await finishers[layout](orders, began);
          const { historyLength } = await temporal.workflow.getHandle(anyWorkflowId).describe();
          return { perSecond: orders / ((endedAt - began) / 1000), historyEvents: historyLength };
        },
      });
    } finally {
      await Promise.all([connection.close(), db.end({ timeout: 5 }), naiveDb.end({ timeout: 5 })]);
    }
  }, delays);
}

function createFinishers(of: {
  system: BenchmarkSystem;
  temporal: Client;
  db: Database;
  naiveDb: Database;
  delayMs: number;
}): Record<Layout, (count: number, began: number) => Promise<Finish>> {
  const { system, temporal, db, naiveDb, delayMs } = of;
  const floor = (laidOn: Omit<FloorInput, 'delayMs'>) => async (count: number, began: number) => {
    const makeInput = (): FloorInput => ({ delayMs, ...laidOn });
    const ids = await startWorkflows(temporal, { name: 'Floor', count, makeInput });
    return { endedAt: await allClosed(temporal, { name: 'Floor', began, count }), anyWorkflowId: ids[0] ?? '' };
  };
  return {
    product: async (amount, began) => {
      await runLoad('http', { url: system.http, requests: [PLACE_ORDER], amount });
      const { endedAt, orderId } = await allDelivered(db, { began, count: amount });
      return { endedAt, anyWorkflowId: workflowId(orderId) };
    },
    floor: floor({}),
    'floor with a stage each': floor({ hasStages: true }),
    'and with search attributes': floor({ hasStages: true, hasAttributes: true }),
    naive: async (count, began) => {
      const makeInput = () => ({ orderId: randomUUID(), delayMs });
      const ids = await startWorkflows(temporal, { name: 'Naive', count, makeInput });
      const { endedAt } = await allDelivered(naiveDb, { began, count });
      return { endedAt, anyWorkflowId: ids[0] ?? '' };
    },
  };
}
