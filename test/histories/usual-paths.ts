/** Paths of orders whose providers answer: delivered, approved or denied by people, refused by the bank or the stock. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MESSAGES } from '../../domain/lifecycle.ts';
import { APPROVED_BY_HAND, handle, ordered, type Path, settled, WAITING } from './path.ts';

export const usualPaths: readonly Path[] = [
  { name: 'delivered', walk: async (system) => settled(system, await ordered(system)) },
  {
    name: 'payment-declined',
    options: { simulator: { successRate: 0 } },
    walk: async (system) => settled(system, await ordered(system)),
  },
  {
    name: 'out-of-stock',
    walk: async (system) => {
      await system.db`update products set available = 1 where id = 'prod-001'`;
      return settled(system, await ordered(system));
    },
  },
  {
    name: 'approved',
    options: { settings: { approvalLimit: 10 } },
    walk: async (system) => {
      const id = await ordered(system);
      await system.commands.approve(id);
      return settled(system, id);
    },
  },
  {
    name: 'approved-by-moving-on',
    options: { settings: { approvalLimit: 10 } },
    walk: async (system) => {
      const id = await ordered(system);
      await system.commands.updateStatus(id, 'PROCESSING', { reason: 'a good customer' });
      return settled(system, id);
    },
  },
  {
    name: 'approved-by-signal',
    options: { settings: { approvalLimit: 10 } },
    walk: async (system) => {
      const id = await ordered(system);
      await handle(system, id).signal(MESSAGES.approveOrder, { reason: 'known to me' });
      return settled(system, id);
    },
  },
  {
    name: 'denied',
    options: { settings: { approvalLimit: 10 } },
    walk: async (system) => {
      const id = await ordered(system);
      await system.commands.deny(id, { reason: 'too much' });
      return settled(system, id);
    },
  },
  {
    name: 'denied-by-signal',
    options: { settings: APPROVED_BY_HAND },
    walk: async (system) => {
      const id = await ordered(system);
      await handle(system, id).signal(MESSAGES.denyOrder);
      return settled(system, id);
    },
  },
  {
    name: 'approval-timed-out',
    options: { settings: { approvalLimit: 10, approvalTimeoutMs: 50 } },
    walk: async (system) => settled(system, await ordered(system)),
  },
  {
    name: 'moved-forward',
    options: { settings: WAITING },
    walk: async (system) => {
      const id = await ordered(system);
      await system.commands.updateStatus(id, 'PROCESSING');
      await system.commands.updateStatus(id, 'SHIPPED', { reason: 'a courier was there' });
      await system.commands.updateStatus(id, 'DELIVERED');
      return settled(system, id);
    },
  },
  {
    name: 'moved-by-signal',
    options: { settings: WAITING },
    walk: async (system) => {
      const id = await ordered(system);
      await handle(system, id).signal(MESSAGES.updateOrderStatus, { status: 'DELIVERED', reason: 'refused: too far' });
      for (const status of ['PROCESSING', 'SHIPPED', 'DELIVERED'] as const) {
        await handle(system, id).signal(MESSAGES.updateOrderStatus, { status });
        await system.reached(id, status);
      }
      return settled(system, id);
    },
  },
  {
    name: 'carrier-news-and-early-delivery',
    options: { settings: WAITING },
    walk: async (system) => {
      const id = await ordered(system);
      await system.commands.updateStatus(id, 'PROCESSING');
      await system.commands.updateStatus(id, 'SHIPPED');
      await system.commands.updateLocation({ orderId: id }, { location: 'Bonn', status: 'SHIPMENT_OUT_FOR_DELIVERY' });
      await system.commands.markDelivered(id);
      return settled(system, id);
    },
  },
  {
    name: 'delivered-by-carrier-news',
    options: { settings: WAITING },
    walk: async (system) => {
      const id = await ordered(system);
      await system.commands.updateStatus(id, 'PROCESSING');
      await system.commands.updateStatus(id, 'SHIPPED');
      await system.commands.updateLocation({ orderId: id }, { location: 'Bonn' });
      await system.commands.updateLocation({ orderId: id }, { status: 'SHIPMENT_DELIVERED' });
      return settled(system, id);
    },
  },
  {
    name: 'payment-slow',
    options: {
      replace: ({ paymentProvider }) => ({
        paymentProvider: {
          ...paymentProvider,
          // Longer than a first attempt may take.
          charge: async (request, signal) => {
            await sleep(2500);
            return paymentProvider.charge(request, signal);
          },
        },
      }),
    },
    walk: async (system) => settled(system, await ordered(system)),
  },
];
