import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ProviderUnavailable } from '../../activities/ports.ts';
import { startLifecycle } from '../support/lifecycle.ts';
import { until } from '../support/until.ts';

it('a worker that stops finishes the charge that is under way, and another one goes on with the order', async () => {
  let calls = 0;
  let finished = 0;
  const system = await startLifecycle({
    replace: ({ paymentProvider }) => ({
      paymentProvider: {
        ...paymentProvider,
        charge: async (request, signal) => {
          calls += 1;
          // The first attempt is a local activity; the next one is regular, and takes its time.
          if (calls === 1) throw new ProviderUnavailable('no answer');
          await sleep(1500, undefined, { signal });
          const result = await paymentProvider.charge(request, signal);
          finished += 1;
          return result;
        },
      },
    }),
  });
  const id = await system.order();
  await until('the charge is under way', () => calls === 2);
  await system.restartWorker();
  expect(finished).toBe(1);
  await system.reached(id, 'DELIVERED');
  expect(calls).toBe(2);
  expect(await system.ledger(id)).toEqual(['charge captured']);
});
