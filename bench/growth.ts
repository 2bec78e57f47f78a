/** How costs grow: with stored orders, with orders at once, and with workers and relays; and what is busiest then. */
import type { Benchmark } from './benchmark.ts';
import { collectFindings } from './findings/findings.ts';
import { growWithLoad } from './growth/load.ts';
import { growWithProcesses } from './growth/processes.ts';
import { growWithStoredOrders } from './growth/stored.ts';

/** Each at 1, 10 and 100 times; an exponent of 0 is no growth, 1 is in proportion, more is worse. */
export const growth: Benchmark = {
  title: 'accept, read and life at 1, 10 and 100 times, with 1, 2 and 4 workers and with 1 and 2 relays',
  needs: ['temporal'],
  isOnlyByName: true,
  async run(context) {
    const collector = collectFindings();
    await growWithStoredOrders(context, collector);
    await growWithLoad(context, collector);
    await growWithProcesses(context, collector);
    return collector.findings;
  },
};
