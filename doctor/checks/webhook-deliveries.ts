import { findOverdueDeliveries } from '../../db/overdue-deliveries.ts';
import type { Check } from '../check.ts';

/** Whether deliveries of webhooks that are due are made. */
export const webhookDeliveries: Check = {
  name: 'webhooks',
  compares: 'the deliveries of webhooks that are due with the clock',
  needs: ['postgres'],
  isByOrder: false,
  async *find({ db, patience }) {
    for (const { endpointId, url, due, oldest, attempts } of await findOverdueDeliveries(db, patience.standstillMs))
      yield {
        key: [endpointId, due, oldest, attempts].join(' '),
        found: `${due} deliveries to ${url} are due, the oldest since ${oldest}, and none was tried meanwhile.`,
        means: 'The receiver does not hear what happens; nothing is lost.',
        remedy: 'Start a relay, or look at its log: deliveries go on by themselves.',
      };
  },
};
