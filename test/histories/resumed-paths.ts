/** Paths of orders whose worker or workflow was lost on the way. */
import { findOrder } from '../../db/order-reads.ts';
import type { Ending } from '../../domain/lifecycle.ts';
import { inputOfOrder, startWorkflow } from '../../events/workflow-start.ts';
import type { TestLifecycle } from '../support/lifecycle.ts';
import { handle, ordered, type Path, settled, WAITING } from './path.ts';

/** Starts the workflow of an order where the order stands, as the relay and doctor do. */
const startAnew = async (system: TestLifecycle, id: string, ending?: Ending): Promise<void> => {
  const order = await findOrder(system.db, id);
  if (!order) throw new Error(`there is no order ${id}`);
  const { temporal, taskQueue, settings } = system;
  const signal = AbortSignal.timeout(10_000);
  await startWorkflow(inputOfOrder(order, settings, ending), { temporal, taskQueue, signal, evenIfCompleted: true });
};

const processing = async (system: TestLifecycle): Promise<string> => {
  const id = await ordered(system);
  await system.commands.updateStatus(id, 'PROCESSING');
  return id;
};

export const resumedPaths: readonly Path[] = [
  {
    name: 'worker-restarted',
    options: { settings: WAITING },
    walk: async (system) => {
      const id = await processing(system);
      await system.restartWorker();
      await system.commands.updateStatus(id, 'SHIPPED');
      await system.restartWorker();
      await system.commands.markDelivered(id);
      return settled(system, id);
    },
  },
  {
    name: 'workflow-lost-while-pending',
    options: { settings: WAITING },
    walk: async (system) => {
      const id = await ordered(system);
      await handle(system, id).terminate('lost');
      await system.commands.updateStatus(id, 'PROCESSING');
      await system.commands.updateStatus(id, 'SHIPPED');
      await system.commands.markDelivered(id);
      return settled(system, id);
    },
  },
  {
    name: 'workflow-lost-while-processing',
    options: { settings: WAITING },
    walk: async (system) => {
      const id = await processing(system);
      await handle(system, id).terminate('lost');
      await system.commands.updateStatus(id, 'SHIPPED');
      await system.commands.markDelivered(id);
      return settled(system, id);
    },
  },
  {
    name: 'workflow-lost-while-shipped',
    options: { settings: WAITING },
    walk: async (system) => {
      const id = await processing(system);
      await system.commands.updateStatus(id, 'SHIPPED');
      await handle(system, id).terminate('lost');
      await system.commands.markDelivered(id);
      return settled(system, id);
    },
  },
  {
    name: 'workflow-lost-and-cancelled',
    options: { settings: WAITING },
    walk: async (system) => {
      const id = await processing(system);
      await handle(system, id).terminate('lost');
      await system.commands.cancel(id);
      return settled(system, id);
    },
  },
  {
    name: 'workflow-lost-while-undoing',
    options: { settings: WAITING },
    walk: async (system) => {
      const id = await processing(system);
      await handle(system, id).terminate('lost');
      await startAnew(system, id, { failureReason: 'CANCELLED_ON_REQUEST', details: 'it was on its way' });
      return settled(system, id);
    },
  },
  {
    name: 'started-after-delivery',
    walk: async (system) => {
      const id = await settled(system, await ordered(system));
      await startAnew(system, id);
      return settled(system, id);
    },
  },
];
