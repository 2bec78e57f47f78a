/** Paths of orders that somebody cancels, at each stage and in each way. */
import { MESSAGES } from '../../domain/lifecycle.ts';
import type { TestLifecycle } from '../support/lifecycle.ts';
import { until } from '../support/until.ts';
import {
  APPROVED_BY_HAND,
  handle,
  NEVER_GIVES_UP,
  ordered,
  type Path,
  settled,
  silentCarrier,
  silentPayments,
  WAITING,
} from './path.ts';

/** Waits until a provider was asked in vain, so that a regular activity goes on asking. */
const askedInVain = async ({ db }: TestLifecycle, table: 'payments' | 'shipments', id: string): Promise<void> => {
  await until('the provider was asked in vain', async () => {
    const [row] = await db`select from ${db(table)} where order_id = ${id} and failed_attempts > 1`;
    return row;
  });
};

export const cancelledPaths: readonly Path[] = [
  {
    name: 'cancelled-while-awaiting-approval',
    options: { settings: APPROVED_BY_HAND },
    walk: async (system) => {
      const id = await ordered(system);
      await system.commands.cancel(id);
      return settled(system, id);
    },
  },
  {
    name: 'cancelled-while-pending',
    options: { settings: WAITING },
    walk: async (system) => {
      const id = await ordered(system);
      await system.commands.cancel(id, { reason: 'changed my mind' });
      return settled(system, id);
    },
  },
  {
    name: 'cancelled-while-charging',
    options: {
      replace: ({ paymentProvider }) => ({
        paymentProvider: silentPayments(paymentProvider, 'charge', Number.POSITIVE_INFINITY),
        attempts: NEVER_GIVES_UP,
      }),
    },
    walk: async (system) => {
      const id = await ordered(system);
      await askedInVain(system, 'payments', id);
      await system.commands.cancel(id, { reason: 'took too long' });
      return settled(system, id);
    },
  },
  {
    name: 'cancelled-while-processing',
    options: { settings: WAITING },
    walk: async (system) => {
      const id = await ordered(system);
      await system.commands.updateStatus(id, 'PROCESSING');
      await system.commands.cancel(id);
      return settled(system, id);
    },
  },
  {
    name: 'cancelled-while-booking',
    options: {
      replace: ({ carrier }) => ({
        carrier: silentCarrier(carrier, 'book', Number.POSITIVE_INFINITY),
        attempts: NEVER_GIVES_UP,
      }),
    },
    walk: async (system) => {
      const id = await ordered(system);
      await askedInVain(system, 'shipments', id);
      await system.commands.cancel(id);
      return settled(system, id);
    },
  },
  {
    name: 'cancelled-by-signal',
    options: { settings: WAITING },
    walk: async (system) => {
      const id = await ordered(system);
      await handle(system, id).signal(MESSAGES.cancelOrder, 'by hand');
      return settled(system, id);
    },
  },
  {
    name: 'cancelled-by-temporal',
    options: { settings: WAITING },
    walk: async (system) => {
      const id = await ordered(system);
      await system.commands.updateStatus(id, 'PROCESSING');
      await handle(system, id).cancel();
      return settled(system, id);
    },
  },
];
