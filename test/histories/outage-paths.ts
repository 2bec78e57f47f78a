/** Paths of orders whose providers do not answer, for a while or at all. */
import { ordered, type Path, settled, silentCarrier, silentPayments, WAITING } from './path.ts';

export const outagePaths: readonly Path[] = [
  {
    name: 'payment-outage-then-success',
    options: { replace: ({ paymentProvider }) => ({ paymentProvider: silentPayments(paymentProvider, 'charge', 2) }) },
    walk: async (system) => settled(system, await ordered(system)),
  },
  {
    name: 'payment-unavailable',
    options: { simulator: { throwRate: 1 } },
    walk: async (system) => settled(system, await ordered(system)),
  },
  {
    name: 'refund-outage-then-success',
    options: {
      settings: WAITING,
      replace: ({ paymentProvider }) => ({ paymentProvider: silentPayments(paymentProvider, 'refund', 2) }),
    },
    walk: async (system) => {
      const id = await ordered(system);
      await system.commands.updateStatus(id, 'PROCESSING');
      await system.commands.cancel(id);
      return settled(system, id);
    },
  },
  {
    name: 'carrier-outage-then-success',
    options: { replace: ({ carrier }) => ({ carrier: silentCarrier(carrier, 'book', 2) }) },
    walk: async (system) => settled(system, await ordered(system)),
  },
  {
    name: 'carrier-unavailable',
    options: { replace: ({ carrier }) => ({ carrier: silentCarrier(carrier, 'book', Number.POSITIVE_INFINITY) }) },
    walk: async (system) => settled(system, await ordered(system)),
  },
  {
    name: 'carrier-unavailable-also-for-cancelling',
    options: {
      replace: ({ carrier }) => ({
        carrier: silentCarrier(silentCarrier(carrier, 'book', Number.POSITIVE_INFINITY), 'cancel', 2),
      }),
    },
    walk: async (system) => settled(system, await ordered(system)),
  },
];
