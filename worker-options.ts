import type { WorkerOptions } from '@temporalio/worker';

/** How a worker polls and stops; what a benchmark or a test must share with the worker process. */
export const workerOptions = {
  // Orders arrive in bursts: half of the pollers look for new workflows, where the default leaves a fifth.
  nonStickyToStickyPollRatio: 0.5,
  workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 16 },
  activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 8 },
  maxConcurrentLocalActivityExecutions: 200,
  shutdownGraceTime: '5s',
  shutdownForceTime: '8s',
} satisfies Partial<WorkerOptions>;
