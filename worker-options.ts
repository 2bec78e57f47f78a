import type { WorkerOptions } from '@temporalio/worker';
import { deploymentName } from './events/worker-deployments.ts';

/** How a worker polls; what a benchmark or a test must share with the worker process. */
export const workerOptions = {
  // Orders arrive in bursts: half of the pollers look for new workflows, where the default leaves a fifth.
  nonStickyToStickyPollRatio: 0.5,
  workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 16 },
  activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 8 },
  maxConcurrentLocalActivityExecutions: 200,
  ...stopsWithin(10_000),
} satisfies Partial<WorkerOptions>;

/**
 * Makes a worker stop within so many milliseconds: it takes no more tasks and finishes those under way; what takes longer
 * than seven tenths of the time is cancelled, and after nine tenths left to another worker.
 */
export function stopsWithin(graceMs: number) {
  return { shutdownGraceTime: graceMs * 0.7, shutdownForceTime: graceMs * 0.9 } satisfies Partial<WorkerOptions>;
}

/** Makes a worker say which build it is: the orders that it begins stay with this build. */
export function pinnedTo({ taskQueue, buildId }: { readonly taskQueue: string; readonly buildId: string }) {
  return {
    workerDeploymentOptions: {
      version: { deploymentName: deploymentName(taskQueue), buildId },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'PINNED',
    },
  } satisfies Partial<WorkerOptions>;
}
