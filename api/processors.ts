/** How those who follow the log, and the workers, are getting on. */
import type { Client } from '@temporalio/client';
import protobuf from '@temporalio/proto';
import type { Database } from '../db/client.ts';
import { listProcessors, type Processor } from '../db/processors.ts';
import { Failure } from '../domain/failures.ts';
import { within } from './deadline.ts';

/** What Temporal says of the workers of one kind of tasks; figures it does not give are undefined. */
export interface WorkerState {
  readonly tasks: 'workflow' | 'activity';
  /** Who asked for tasks within the last minute. */
  readonly pollers: number;
  /** Tasks that wait, as far as Temporal knows. */
  readonly backlog: number | undefined;
  /** Age of the oldest of them. */
  readonly backlogSeconds: number | undefined;
  /** Tasks handed out each second. */
  readonly tasksPerSecond: number | undefined;
}

/** Everyone who works on orders; `workers` is undefined while Temporal does not answer, `detail` says why. */
export interface ProcessorStatus {
  readonly processors: readonly Processor[];
  readonly taskQueue: string;
  readonly workers: readonly WorkerState[] | undefined;
  readonly detail: string | undefined;
}

export type ReadProcessorStatus = () => Promise<ProcessorStatus>;

/** Most events of the log that are looked at to tell how far behind somebody is. */
export const MOST_LAG = 10_000;
const TEMPORAL_WITHIN_MS = 1500;
/** A worker polls anew at least once a minute; Temporal remembers it for longer. */
const POLLER_IS_FRESH_MS = 70_000;
const { TASK_QUEUE_TYPE_WORKFLOW, TASK_QUEUE_TYPE_ACTIVITY } = protobuf.temporal.api.enums.v1.TaskQueueType;

/** Makes the use case; it asks anew each time and does not wait for a Temporal server that is away. */
export function createProcessorStatus(of: { db: Database; temporal: Client; taskQueue: string }): ReadProcessorStatus {
  return async () => {
    const [processors, workers] = await Promise.all([listProcessors(of.db, MOST_LAG), askForWorkers(of)]);
    return { processors, taskQueue: of.taskQueue, ...workers };
  };
}

type Workers = Pick<ProcessorStatus, 'workers' | 'detail'>;

async function askForWorkers(of: { temporal: Client; taskQueue: string }): Promise<Workers> {
  const failure = () => new Failure('UNAVAILABLE', 'Temporal does not answer');
  const asked = Promise.all([describeWorkers(of, 'workflow'), describeWorkers(of, 'activity')]);
  try {
    return { workers: await within(asked, { ms: TEMPORAL_WITHIN_MS, failure }), detail: undefined };
  } catch (error) {
    return { workers: undefined, detail: error instanceof Failure ? error.message : 'Temporal cannot be reached' };
  }
}

async function describeWorkers(
  { temporal, taskQueue }: { temporal: Client; taskQueue: string },
  tasks: WorkerState['tasks'],
): Promise<WorkerState> {
  const { pollers, stats } = await temporal.withDeadline(Date.now() + TEMPORAL_WITHIN_MS, () =>
    temporal.workflowService.describeTaskQueue({
      namespace: temporal.options.namespace,
      taskQueue: { name: taskQueue },
      taskQueueType: tasks === 'workflow' ? TASK_QUEUE_TYPE_WORKFLOW : TASK_QUEUE_TYPE_ACTIVITY,
      reportStats: true,
    }),
  );
  const since = Date.now() - POLLER_IS_FRESH_MS;
  return {
    tasks,
    pollers: pollers.filter(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 > since).length,
    backlog: numberOf(stats?.approximateBacklogCount),
    backlogSeconds: stats ? Number(stats.approximateBacklogAge?.seconds ?? 0) : undefined,
    tasksPerSecond: numberOf(stats?.tasksDispatchRate),
  };
}

function numberOf(figure: unknown): number | undefined {
  return figure === undefined || figure === null ? undefined : Number(figure);
}
