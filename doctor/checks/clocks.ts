import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import protobuf from '@temporalio/proto';
import type { Check, Finding } from '../check.ts';
import type { Scene } from '../scene.ts';
import { ANSWER_WITHIN_MS } from '../workflows.ts';

const MOST_MS = 2000;
const LOOK_MS = 50;
const { TASK_QUEUE_TYPE_ACTIVITY } = protobuf.temporal.api.enums.v1.TaskQueueType;

/** How far one clock is ahead of another, in milliseconds: between these, as the question takes time on its way. */
interface Lead {
  readonly least: number;
  readonly most: number;
}

/** Whether the clocks of the database, of Temporal and of this machine agree. */
export const clocks: Check = {
  name: 'clocks',
  compares: 'the clocks of PostgreSQL, Temporal and this machine with each other',
  needs: ['postgres', 'temporal'],
  isByOrder: false,
  async *find(scene) {
    const [postgres, temporal] = [await askPostgres(scene), await askTemporal(scene)];
    yield* tell('PostgreSQL', 'this machine', postgres);
    yield* tell('Temporal', 'this machine', temporal);
    yield* tell('PostgreSQL', 'Temporal', {
      least: postgres.least - temporal.most,
      most: postgres.most - temporal.least,
    });
  },
};

function tell(clock: string, other: string, { least, most }: Lead): Finding[] {
  const aheadMs = least > MOST_MS ? least : Math.min(most, 0);
  if (Math.abs(aheadMs) <= MOST_MS) return [];
  const seconds = (Math.abs(aheadMs) / 1000).toFixed(1);
  return [
    {
      key: `${clock} ${other}`,
      found: `The clock of ${clock} is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} that of ${other}.`,
      means:
        'Delays, timeouts and the times of events do not fit together; signatures of webhooks may be refused. ' +
        'No order is lost by it.',
      remedy: 'Let the machines take their time from the same server (NTP).',
    },
  ];
}

async function askPostgres({ db, now }: Scene): Promise<Lead> {
  const asked = now();
  const [row] = await db<{ at: number }[]>`select extract(epoch from clock_timestamp())::float8 * 1000 as at`;
  return leadOf(row?.at ?? asked, asked, now());
}

/**
 * Temporal tells its time nowhere, but it remembers when somebody last asked a task queue for tasks: so a queue of the
 * doctor's own is asked for some, and then when that was.
 */
async function askTemporal(scene: Scene): Promise<Lead> {
  const { temporal, now, signal } = scene;
  const { namespace } = temporal.options;
  const taskQueue = { name: `steadfast-doctor-${randomUUID()}` };
  const asking = new AbortController();
  const asked = now();
  const polling = temporal
    .withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      temporal.withAbortSignal(AbortSignal.any([asking.signal, signal]), () =>
        temporal.workflowService.pollActivityTaskQueue({ namespace, taskQueue, identity: 'steadfast-doctor' }),
      ),
    )
    .catch(() => undefined);
  try {
    for (const until = Date.now() + ANSWER_WITHIN_MS; Date.now() < until;) {
      const { pollers } = await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
        temporal.workflowService.describeTaskQueue({ namespace, taskQueue, taskQueueType: TASK_QUEUE_TYPE_ACTIVITY }),
      );
      const seen = pollers[0]?.lastAccessTime;
      if (seen) return leadOf(Number(seen.seconds) * 1000 + (seen.nanos ?? 0) / 1e6, asked, now());
      await sleep(LOOK_MS, undefined, { signal });
    }
    throw new Error('Temporal does not tell when it was asked');
  } finally {
    asking.abort();
    await polling;
  }
}

function leadOf(at: number, asked: number, answered: number): Lead {
  return { least: at - answered, most: at - asked };
}
