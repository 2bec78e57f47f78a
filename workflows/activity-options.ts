/** How the activities are called: where they run, how long they may take and how they are retried. */
import { ActivityCancellationType, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/activities.ts';
import { PROVIDER_BACKOFF } from '../domain/backoff.ts';

/** Statements: in the worker, repeated until Postgres answers. */
export const statements = proxyLocalActivities<
  Pick<
    Activities,
    | 'requestApproval'
    | 'decideApproval'
    | 'reserveStock'
    | 'requestCancellation'
    | 'cancelOrder'
    | 'recordNews'
    | 'deliverOrder'
  >
>({
  startToCloseTimeout: '5s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '10s' },
});

/** A first attempt at a provider: in the worker, once, for at most 2 s. What fails here goes on as a regular one. */
export const firstAttempt = proxyLocalActivities<
  Pick<Activities, 'tryCharge' | 'tryBooking' | 'refund' | 'cancelBooking'>
>({
  startToCloseTimeout: '2s',
  retry: { maximumAttempts: 1 },
});

/**
 * Providers after a first attempt that failed. Retried without limit here; the activity itself counts unanswered
 * attempts and gives up. A cancelled one is waited for, so that no charge is under way while its refund begins.
 */
export const providers = proxyActivities<Pick<Activities, 'charge' | 'bookShipment' | 'refund' | 'cancelBooking'>>({
  startToCloseTimeout: '10s',
  retry: {
    initialInterval: PROVIDER_BACKOFF.first,
    backoffCoefficient: 2,
    maximumInterval: PROVIDER_BACKOFF.longest,
  },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});
