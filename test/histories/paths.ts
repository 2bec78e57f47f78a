/** Every path that an order can take, each walked on a real system; their histories are recorded and replayed. */
import type { PaymentProvider } from '../../activities/ports.ts';
import { ProviderUnavailable } from '../../activities/ports.ts';
import { workflowId } from '../../domain/lifecycle.ts';
import { LONG_MS, type LifecycleOptions, type TestLifecycle } from '../support/lifecycle.ts';
import { until } from '../support/until.ts';

/** A path: the system that it needs, and the walk, which answers the id of an order whose life is over. */
export interface Path {
  readonly name: string;
  readonly options?: LifecycleOptions;
  readonly walk: (system: TestLifecycle) => Promise<string>;
}

const WAITING = { paymentDelayMs: LONG_MS, preparationDelayMs: LONG_MS, deliveryDelayMs: LONG_MS };

const failing = (provider: PaymentProvider, times: number): PaymentProvider => ({
  ...provider,
  charge: (request, signal) => {
    times -= 1;
    return times >= 0 ? Promise.reject(new ProviderUnavailable('no answer')) : provider.charge(request, signal);
  },
});

const settled = async (system: TestLifecycle, id: string): Promise<string> => {
  await system.temporal.workflow.getHandle(workflowId(id)).result();
  return id;
};

const ordered = async (system: TestLifecycle, quantity = 2): Promise<string> => {
  const id = await system.order(quantity);
  await until('its workflow runs', async () => (await system.queries.get(id)).version > 1);
  return id;
};

export const paths: readonly Path[] = [
  { name: 'delivered', walk: async (system) => settled(system, await ordered(system)) },
  {
    name: 'payment-declined',
    options: { simulator: { successRate: 0 } },
    walk: async (system) => settled(system, await ordered(system)),
  },
  {
    name: 'payment-outage-then-success',
    options: { replace: ({ paymentProvider }) => ({ paymentProvider: failing(paymentProvider, 2) }) },
    walk: async (system) => settled(system, await ordered(system)),
  },
  {
    name: 'payment-unavailable',
    options: { simulator: { throwRate: 1 } },
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
    name: 'cancelled-while-pending',
    options: { settings: WAITING },
    walk: async (system) => {
      const id = await ordered(system);
      await system.commands.cancel(id, { reason: 'changed my mind' });
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
    name: 'approved',
    options: { settings: { approvalLimit: 10 } },
    walk: async (system) => {
      const id = await ordered(system);
      await system.commands.approve(id);
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
    name: 'approval-timed-out',
    options: { settings: { approvalLimit: 10, approvalTimeoutMs: 50 } },
    walk: async (system) => settled(system, await ordered(system)),
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
];
