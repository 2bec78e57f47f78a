/** How the state of the system looks outside. Fields without a value are left out. */
import { MOST_COUNTED, type SystemCounts } from '../db/system-counts.ts';
import { presentProcessor, presentWorkers } from './present-statistics.ts';
import { presentTime } from './present.ts';
import type { SystemSnapshot } from './system.ts';

/** The system at a moment. */
export function presentSystem({ asOf, services, workers, processors, counts }: SystemSnapshot) {
  return {
    as_of: presentTime(asOf),
    services,
    workers: presentWorkers(workers),
    processors: processors?.map(presentProcessor),
    ...(counts && presentCounts(counts)),
  };
}

function presentCounts(counts: SystemCounts) {
  const { deadLetters, alerts } = counts;
  return {
    dead_letters: {
      pending: deadLetters.PENDING,
      failed: deadLetters.FAILED,
      replayed: deadLetters.REPLAYED,
      skipped: deadLetters.SKIPPED,
      is_partial: reaches(MOST_COUNTED.deadLetters, Object.values(deadLetters)),
    },
    webhooks: {
      endpoints: counts.endpoints,
      disabled: counts.disabled,
      deliveries: {
        pending: counts.pending,
        retrying: counts.retrying,
        failed: counts.failed,
        is_partial: reaches(MOST_COUNTED.deliveries, [counts.pending, counts.failed]),
      },
    },
    alerts: { counts: alerts, is_partial: reaches(MOST_COUNTED.alerts, Object.values(alerts)) },
  };
}

function reaches(most: number, counts: readonly number[]): boolean {
  return counts.some((count) => count >= most);
}
