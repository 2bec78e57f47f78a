/**
 * Builds of the worker side by side (Worker Deployments of Temporal): new orders go to the current build, and an order stays
 * with the build that began it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, isGrpcServiceError } from '@temporalio/client';
import protobuf from '@temporalio/proto';

/** How a build stands with Temporal. `DRAINING`: it gets no new orders, and some that it began may still be open. */
export type BuildStatus = 'CURRENT' | 'RAMPING' | 'DRAINING' | 'DRAINED' | 'INACTIVE';

/** A build that Temporal knows. */
export interface Build {
  readonly buildId: string;
  readonly status: BuildStatus;
  /** The share of new orders that it gets while it is `RAMPING`. */
  readonly rampPercent: number;
  /** Orders that it has begun and that are open. */
  readonly openOrders: number;
  /** Its workers that have asked for work within the last minute or so. */
  readonly workers: number;
}

/** Where the builds are: the deployment is named after the task queue. */
export interface DeploymentOptions {
  readonly temporal: Client;
  readonly taskQueue: string;
}

const { WorkerDeploymentVersionStatus, TaskQueueType } = protobuf.temporal.api.enums.v1;
const STATUSES: Readonly<Record<number, BuildStatus>> = {
  [WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_CURRENT]: 'CURRENT',
  [WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_RAMPING]: 'RAMPING',
  [WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINING]: 'DRAINING',
  [WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINED]: 'DRAINED',
};
const IDENTITY = 'steadfast';
/** A worker polls anew at least once a minute. */
const POLL_IS_FRESH_MS = 70_000;
const RETRY_MS = 500;
/** gRPC codes of what passes: 4 DEADLINE_EXCEEDED, 5 NOT_FOUND, 8 RESOURCE_EXHAUSTED, 9 FAILED_PRECONDITION, 10 ABORTED, 14 UNAVAILABLE. */
const PASSING = [4, 5, 8, 9, 10, 14];

/** The name under which Temporal knows the workers of a task queue, such as `steadfast-orders`. */
export function deploymentName(taskQueue: string): string {
  return `steadfast-${taskQueue}`;
}

/** The builds that Temporal knows, the current one first; none where no worker ever said which build it is. */
export async function listBuilds({ temporal, taskQueue }: DeploymentOptions): Promise<Build[]> {
  const summaries = await describe({ temporal, taskQueue });
  const workers = await countWorkers({ temporal, taskQueue });
  const builds = await Promise.all(
    summaries.map(async ({ buildId, status, rampPercent }) => {
      const { count: openOrders } = await temporal.workflow.count(openOrdersOf(taskQueue, buildId));
      return { buildId, status, rampPercent, openOrders, workers: workers.get(buildId) ?? 0 };
    }),
  );
  return builds.toSorted((one, other) => Number(other.status === 'CURRENT') - Number(one.status === 'CURRENT'));
}

/** Lets new orders go to this build, or, without one, to workers that say no build. A repeat changes nothing. */
export async function promoteBuild({ temporal, taskQueue }: DeploymentOptions, buildId = ''): Promise<void> {
  await temporal.workflowService.setWorkerDeploymentCurrentVersion({
    namespace: temporal.options.namespace,
    deploymentName: deploymentName(taskQueue),
    buildId,
    identity: IDENTITY,
    // Workers without a build are no version that Temporal could look for.
    ignoreMissingTaskQueues: buildId === '',
  });
}

/** Lets a share of new orders (0 to 100 percent) go to this build; none where the share is 0. */
export async function rampBuild(
  { temporal, taskQueue }: DeploymentOptions,
  buildId: string,
  percentage: number,
): Promise<void> {
  await temporal.workflowService.setWorkerDeploymentRampingVersion({
    namespace: temporal.options.namespace,
    deploymentName: deploymentName(taskQueue),
    buildId: percentage === 0 ? '' : buildId,
    percentage,
    identity: IDENTITY,
  });
}

/**
 * Lets the open orders of one build go on with another one, whose code must be able to (the recorded histories say so).
 * Answers how many; one that has ended meanwhile is left out. A repeat does no harm.
 */
export async function moveOrders(
  { temporal, taskQueue }: DeploymentOptions,
  { from, to }: { from: string; to: string },
): Promise<number> {
  let moved = 0;
  for await (const { workflowId, runId } of temporal.workflow.list({ query: openOrdersOf(taskQueue, from) })) {
    const version = { deploymentName: deploymentName(taskQueue), buildId: to };
    const behavior =
      protobuf.temporal.api.workflow.v1.VersioningOverride.PinnedOverrideBehavior.PINNED_OVERRIDE_BEHAVIOR_PINNED;
    try {
      await temporal.workflowService.updateWorkflowExecutionOptions({
        namespace: temporal.options.namespace,
        workflowExecution: { workflowId, runId },
        workflowExecutionOptions: { versioningOverride: { pinned: { behavior, version } } },
        updateMask: { paths: ['versioning_override'] },
      });
      moved += 1;
    } catch (error) {
      if (!hasCode(error, [5])) throw error;
    }
  }
  return moved;
}

/**
 * What a worker does once it polls: a build that is new to Temporal becomes the current one; one that was current before is
 * left as it is, so that a worker of an old build that starts again takes nothing back. Tries until the signal aborts.
 */
export async function introduceBuild(
  options: DeploymentOptions,
  { buildId, signal }: { buildId: string; signal: AbortSignal },
): Promise<'current' | 'replaced' | 'stopped'> {
  while (!signal.aborted) {
    try {
      const known = (await describe(options)).find((build) => build.buildId === buildId);
      if (known?.status === 'CURRENT') return 'current';
      if (known?.wasActive === true) return 'replaced';
      if (known) await promoteBuild(options, buildId);
    } catch (error) {
      // Temporal knows a build only a moment after its first poll, and may be away.
      if (!hasCode(error, PASSING)) throw error;
    }
    await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
  return 'stopped';
}

/** Like {@link listBuilds}, without what has to be counted. */
async function describe({ temporal, taskQueue }: DeploymentOptions) {
  const asked = { namespace: temporal.options.namespace, deploymentName: deploymentName(taskQueue) };
  const answer = await temporal.workflowService.describeWorkerDeployment(asked).catch((error: unknown) => {
    if (hasCode(error, [5])) return undefined;
    throw error;
  });
  const { routingConfig, versionSummaries } = answer?.workerDeploymentInfo ?? {};
  return (versionSummaries ?? []).map(({ deploymentVersion, status, firstActivationTime }) => {
    const name = STATUSES[status ?? 0] ?? 'INACTIVE';
    return {
      buildId: deploymentVersion?.buildId ?? '',
      status: name,
      rampPercent: name === 'RAMPING' ? (routingConfig?.rampingVersionPercentage ?? 0) : 0,
      wasActive: firstActivationTime !== null && firstActivationTime !== undefined,
    };
  });
}

async function countWorkers({ temporal, taskQueue }: DeploymentOptions): Promise<Map<string, number>> {
  const { pollers } = await temporal.workflowService.describeTaskQueue({
    namespace: temporal.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  });
  const since = Date.now() - POLL_IS_FRESH_MS;
  const workers = new Map<string, number>();
  for (const { deploymentOptions, lastAccessTime } of pollers) {
    const buildId = deploymentOptions?.buildId ?? '';
    if (Number(lastAccessTime?.seconds ?? 0) * 1000 > since) workers.set(buildId, (workers.get(buildId) ?? 0) + 1);
  }
  return workers;
}

function openOrdersOf(taskQueue: string, buildId: string): string {
  const version = `${deploymentName(taskQueue)}:${buildId}`;
  return `TemporalWorkerDeploymentVersion = '${version}' and ExecutionStatus = 'Running' and TaskQueue = '${taskQueue}'`;
}

function hasCode(error: unknown, codes: readonly number[]): boolean {
  return isGrpcServiceError(error) && codes.includes(error.code);
}
