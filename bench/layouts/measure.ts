import { collectCpu, type FindingCollector } from '../findings/findings.ts';
import { cpuBetween, cpuPerOne } from '../system/cpu.ts';
import { type Layout, type Layouts, WORKER_OF } from './layouts.ts';

/** Takes so many orders through their life in one layout, and notes rate, CPU and history; answers orders a second. */
export async function measureLayout(
  { system, run }: Layouts,
  layout: Layout,
  { orders, collector }: { readonly orders: number; readonly collector: FindingCollector },
): Promise<number> {
  const before = system.cpu();
  const { perSecond, historyEvents } = await run(layout, orders);
  const cpu = cpuPerOne(cpuBetween(before, system.cpu()), orders);
  collector.add(layout, perSecond, { unit: 'orders/s', isShown: true });
  const total = Object.values(cpu).reduce((sum, milliseconds) => sum + milliseconds, 0);
  collector.add(`CPU of all processes, ${layout}`, total, { unit: 'ms/order', isShown: true });
  const own = ['temporal', 'postgres', WORKER_OF[layout], ...(layout === 'product' ? ['server', 'relay'] : [])];
  const ofOwn = Object.fromEntries(Object.entries(cpu).filter(([process]) => own.includes(process)));
  collectCpu(collector, ofOwn, { unit: 'ms/order', of: layout });
  collector.add(`history of one order, ${layout}`, historyEvents, { unit: 'events' });
  return perSecond;
}
