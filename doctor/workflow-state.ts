/** What Temporal knows of a workflow, beyond that it runs. */
import {
  decodeOptionalFailureToOptionalError,
  decodeOptionalSinglePayload,
} from '@temporalio/common/lib/internal-non-workflow/index.js';
import { tsToMs } from '@temporalio/common/lib/time.js';
import protobuf from '@temporalio/proto';
import { workflowId } from '../domain/lifecycle.ts';
import type { Scene } from './scene.ts';
import { ANSWER_WITHIN_MS, describeWorkflow } from './workflows.ts';

/** An activity that is tried, or waits to be tried again. Moments are ISO 8601 in UTC. */
export interface PendingActivity {
  readonly name: string;
  /** The one that is under way, or comes next. */
  readonly attempt: number;
  readonly isUnderWay: boolean;
  readonly lastError?: string | undefined;
  readonly startedAt?: string | undefined;
  /** Where it waits. */
  readonly nextAt?: string | undefined;
}

/** A timer that runs. */
export interface PendingTimer {
  /** What the workflow waits for. */
  readonly summary?: string | undefined;
  readonly firesAt: string;
}

/** The newest run of an order's workflow. */
export interface WorkflowState {
  readonly workflowId: string;
  readonly runId: string;
  /** `RUNNING`, or how it ended. */
  readonly status: string;
  readonly startedAt: string;
  readonly closedAt?: string | undefined;
  readonly historyLength: number;
  /** Its page in the Temporal Web UI, where that is known. */
  readonly url?: string | undefined;
  /** The task of a worker to carry it on: there while it waits for one, or one is at it. */
  readonly task?:
    { readonly attempt: number; readonly isUnderWay: boolean; readonly since?: string | undefined } | undefined;
  /** Why the last such task failed, where nothing has gone well since. */
  readonly taskFailure?: { readonly cause: string; readonly message: string } | undefined;
  readonly activities: readonly PendingActivity[];
  readonly timers: readonly PendingTimer[];
}

const { PendingActivityState, PendingWorkflowTaskState, WorkflowTaskFailedCause, EventType } =
  protobuf.temporal.api.enums.v1;
const HISTORY_PAGE = 200;

type HistoryEvent = protobuf.temporal.api.history.v1.IHistoryEvent;
type Timestamp = protobuf.google.protobuf.ITimestamp;

/** Reads it; undefined where there is no workflow. Throws where Temporal does not answer. */
export async function readWorkflow(scene: Scene, orderId: string): Promise<WorkflowState | undefined> {
  const described = await describeWorkflow(scene, orderId);
  if (!described) return undefined;
  const { runId, status, startTime, closeTime, historyLength, raw } = described;
  const isRunning = status.name === 'RUNNING';
  const events = isRunning ? await readHistoryEnd(scene, orderId, runId) : [];
  const task = raw.pendingWorkflowTask;
  return {
    workflowId: workflowId(orderId),
    runId,
    status: status.name,
    startedAt: startTime.toISOString(),
    closedAt: closeTime?.toISOString(),
    historyLength,
    url: linkTo(scene, orderId, runId),
    task: task
      ? {
          attempt: task.attempt ?? 1,
          isUnderWay: task.state === PendingWorkflowTaskState.PENDING_WORKFLOW_TASK_STATE_STARTED,
          since: moment(task.originalScheduledTime ?? task.scheduledTime),
        }
      : undefined,
    taskFailure: await findTaskFailure(scene, events),
    activities: await Promise.all((raw.pendingActivities ?? []).map((activity) => toActivity(scene, activity))),
    timers: await findTimers(scene, events),
  };
}

/** The page of a workflow in the Temporal Web UI. */
function linkTo({ temporal, temporalUi }: Scene, orderId: string, runId: string): string | undefined {
  if (temporalUi === undefined) return undefined;
  const path = ['namespaces', temporal.options.namespace, 'workflows', workflowId(orderId), runId, 'history'];
  return `${temporalUi}/${path.map(encodeURIComponent).join('/')}`;
}

/** The last events of a history, the newest first. */
async function readHistoryEnd({ temporal }: Scene, orderId: string, runId: string): Promise<HistoryEvent[]> {
  const { history } = await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
    temporal.workflowService.getWorkflowExecutionHistoryReverse({
      namespace: temporal.options.namespace,
      execution: { workflowId: workflowId(orderId), runId },
      maximumPageSize: HISTORY_PAGE,
    }),
  );
  return history?.events ?? [];
}

async function findTaskFailure(
  { temporal }: Scene,
  events: readonly HistoryEvent[],
): Promise<WorkflowState['taskFailure']> {
  const last = events.find(({ eventType }) =>
    [
      EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
      EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
      EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
    ].some((ending) => ending === eventType),
  )?.workflowTaskFailedEventAttributes;
  if (!last) return undefined;
  const error = await decodeOptionalFailureToOptionalError(temporal.options.loadedDataConverter, last.failure);
  const cause = WorkflowTaskFailedCause[last.cause ?? 0] ?? 'UNSPECIFIED';
  return { cause: cause.replace('WORKFLOW_TASK_FAILED_CAUSE_', ''), message: error?.message ?? 'no message' };
}

async function toActivity(
  { temporal }: Scene,
  activity: protobuf.temporal.api.workflow.v1.IPendingActivityInfo,
): Promise<PendingActivity> {
  const error = await decodeOptionalFailureToOptionalError(temporal.options.loadedDataConverter, activity.lastFailure);
  const isUnderWay = activity.state === PendingActivityState.PENDING_ACTIVITY_STATE_STARTED;
  return {
    name: activity.activityType?.name ?? 'unknown',
    attempt: activity.attempt ?? 1,
    isUnderWay,
    lastError: error && deepestMessage(error),
    startedAt: moment(activity.lastStartedTime),
    nextAt: isUnderWay ? undefined : moment(activity.nextAttemptScheduleTime ?? activity.scheduledTime),
  };
}

/** Timers that were started and have neither fired nor been cancelled. */
async function findTimers({ temporal }: Scene, events: readonly HistoryEvent[]): Promise<PendingTimer[]> {
  const over = new Set(
    events.map(
      ({ timerFiredEventAttributes: fired, timerCanceledEventAttributes: cancelled }) =>
        fired?.timerId ?? cancelled?.timerId,
    ),
  );
  const started = events.filter(
    ({ timerStartedEventAttributes: timer }) => timer?.timerId !== undefined && !over.has(timer.timerId),
  );
  return Promise.all(
    started.map(async ({ eventTime, timerStartedEventAttributes: timer, userMetadata }) => {
      const { loadedDataConverter } = temporal.options;
      const summary = await decodeOptionalSinglePayload<string>(loadedDataConverter, userMetadata?.summary);
      const firesAt = new Date(tsToMs(eventTime) + tsToMs(timer?.startToFireTimeout)).toISOString();
      return { summary: summary ?? undefined, firesAt };
    }),
  );
}

/** What went wrong first: Temporal wraps the error of an activity in others. */
function deepestMessage(error: Error): string {
  return error.cause instanceof Error ? deepestMessage(error.cause) : error.message;
}

function moment(time: Timestamp | null | undefined): string | undefined {
  return time ? new Date(tsToMs(time)).toISOString() : undefined;
}
