/** Why a single order does not move, or what it waits for, in words. */
import { readWorkers } from '../api/processors.ts';
import { findCourse } from '../db/order-progress.ts';
import { findOrder } from '../db/order-reads.ts';
import { findStartedOrders } from '../db/started-orders.ts';
import { listFronts } from '../db/dead-letter-fronts.ts';
import type { Order } from '../domain/order.ts';
import { isSettled } from '../domain/order-status.ts';
import { type OrderProgress, type OrderStage, tellProgress } from '../domain/progress.ts';
import type { Scene } from './scene.ts';
import { readWorkflow, type WorkflowState } from './workflow-state.ts';

/** What holds an order up, or what it waits for. */
export type Verdict =
  | 'SETTLED'
  | 'NOT_STARTED'
  | 'NO_WORKFLOW'
  | 'NO_WORKER'
  | 'WORKFLOW_TASK_FAILS'
  | 'ACTIVITY_FAILS'
  | 'ACTIVITY_UNDER_WAY'
  | 'WAITS_FOR_APPROVAL'
  | 'WAITS_FOR_TIMER'
  | 'UNDER_WAY';

/** What is known of an order and of its workflow. */
export interface Diagnosis {
  readonly order: Order;
  readonly progress: OrderProgress;
  /** Undefined where Temporal has none, or cannot be asked. */
  readonly workflow: WorkflowState | undefined;
  readonly verdict: Verdict;
  /** What holds it up, or what it waits for. */
  readonly why: string;
  /** What happens next by itself, or what to do. */
  readonly next: string;
  /** Dead letters of the order: others do not hear of it. */
  readonly deadLetters: readonly {
    readonly eventId: string;
    readonly topic: string;
    readonly error: string;
    readonly waiting: number;
  }[];
}

/** What an order does at each stage. */
const STAGE_WORDS: Readonly<Record<OrderStage, string>> = {
  AWAITING_APPROVAL: 'waiting for a person to approve it',
  RESERVING_STOCK: 'reserving stock',
  WAITING_TO_CHARGE: 'waiting for the payment delay',
  CHARGING: 'charging',
  RETRYING_PAYMENT: 'charging; the payment provider does not answer and is asked again',
  PREPARING: 'waiting for the preparation delay',
  BOOKING_SHIPMENT: 'booking the shipment',
  RETRYING_BOOKING: 'booking the shipment; the carrier does not answer and is asked again',
  IN_DELIVERY: 'on its way to the customer',
  CANCELLING: 'being cancelled: what was done is undone',
  SETTLED: 'settled',
};

/** Reads what is known of an order; undefined where there is no such order. Temporal is not asked where it is away. */
export async function diagnose(
  scene: Scene,
  orderId: string,
  { isTemporalAway = false }: { isTemporalAway?: boolean } = {},
): Promise<Diagnosis | undefined> {
  const order = await findOrder(scene.db, orderId);
  const course = order && (await findCourse(scene.db, orderId, { version: order.version }));
  if (!order || !course) return undefined;
  const [deadLetters, workflow] = await Promise.all([
    listFronts(scene.db, { orderIds: [orderId], after: '', limit: MOST_LETTERS }),
    isTemporalAway ? undefined : readWorkflow(scene, orderId),
  ]);
  const progress = tellProgress({ ...course, order, settings: scene.settings });
  const judged =
    isTemporalAway && !isSettled(order.status) ? TEMPORAL_IS_AWAY : await judge(scene, { order, progress, workflow });
  return { order, progress, workflow, deadLetters, ...judged };
}

type Judgement = Pick<Diagnosis, 'verdict' | 'why' | 'next'>;

const MOST_LETTERS = 20;
const TEMPORAL_IS_AWAY: Judgement = {
  verdict: 'UNDER_WAY',
  why: 'Temporal cannot be asked; the order waits at least for it.',
  next: 'It goes on by itself when Temporal is back.',
};

/** What an order does, in a few words: as its workflow says where it waits, else as its rows and events tell. */
export function tellStage({ progress, workflow, verdict }: Diagnosis): string {
  const waitsFor = verdict === 'WAITS_FOR_TIMER' ? workflow?.timers[0]?.summary : undefined;
  return waitsFor ?? STAGE_WORDS[progress.stage];
}

type Facts = Pick<Diagnosis, 'order' | 'progress' | 'workflow'>;

async function judge(scene: Scene, facts: Facts): Promise<Judgement> {
  const { order, workflow } = facts;
  if (isSettled(order.status)) return judgeSettled(facts);
  if (workflow?.status !== 'RUNNING') return judgeWithoutWorkflow(scene, facts);
  const { workers, taskQueue } = await readWorkers(scene);
  if (workers?.some(({ tasks, pollers }) => tasks === 'workflow' && pollers === 0))
    return {
      verdict: 'NO_WORKER',
      why: `Its workflow runs, but no worker asks for tasks on the task queue "${taskQueue}".`,
      next: 'Start a worker (npm start, or worker.ts); the order goes on by itself.',
    };
  return judgeRunning(facts, workflow);
}

function judgeSettled({ order, workflow }: Facts): Judgement {
  const why = order.failureReason === null ? '' : ` (${order.failureReason}${tellDetails(order)})`;
  const isRunning = workflow?.status === 'RUNNING';
  return {
    verdict: 'SETTLED',
    why: `It is ${order.status} since ${order.statusSince}${why}: nothing moves it any more.`,
    next: isRunning ? 'Its workflow still runs and should end by itself in a moment.' : 'Nothing: it is done.',
  };
}

async function judgeWithoutWorkflow({ db, patience }: Scene, { order, workflow }: Facts): Promise<Judgement> {
  const started = await findStartedOrders(db, { ids: [order.id], after: '', limit: 1 });
  if (!workflow && started.length === 0)
    return {
      verdict: 'NOT_STARTED',
      why: 'It is accepted, but no relay has handed it to Temporal yet.',
      next:
        'A relay does so by itself, in the order of the log; if none runs, start one (npm start, or relay.ts). ' +
        `Where none has moved and ${patience.standstillMs / 1000} s are over, steadfast doctor ${order.id} --repair starts it too.`,
    };
  return {
    verdict: 'NO_WORKFLOW',
    why: workflow
      ? `Its workflow ended (${workflow.status}${workflow.closedAt ? ` at ${workflow.closedAt}` : ''}), though the order is open.`
      : 'It has no workflow in Temporal, though a relay had started one.',
    next: `steadfast doctor ${order.id} --repair starts it again, where the order stands. The relay does so too, after REVIVE_GRACE.`,
  };
}

function judgeRunning({ order, progress }: Facts, workflow: WorkflowState): Judgement {
  const { task, taskFailure, activities, timers } = workflow;
  if (task && (task.attempt > 1 || taskFailure)) return judgeTask(workflow);
  const failing = activities.find(({ lastError }) => lastError !== undefined);
  if (failing)
    return {
      verdict: 'ACTIVITY_FAILS',
      why: `"${failing.name}" failed ${times(failing.attempt - 1)}: ${failing.lastError ?? 'no message'}.`,
      next: failing.isUnderWay
        ? `Attempt ${failing.attempt} is under way since ${failing.startedAt ?? 'a moment ago'}. It is tried until it succeeds or is given up.`
        : `Attempt ${failing.attempt} comes ${failing.nextAt === undefined ? 'soon' : `at ${failing.nextAt}`}. It is tried until it succeeds or is given up.`,
    };
  const [activity] = activities;
  if (activity)
    return {
      verdict: 'ACTIVITY_UNDER_WAY',
      why: activity.isUnderWay
        ? `"${activity.name}" is under way since ${activity.startedAt ?? 'a moment ago'}.`
        : `"${activity.name}" waits for a worker that takes activities.`,
      next: 'The order goes on when it is done.',
    };
  const [timer] = timers;
  const until = progress.expectedUntil ?? timer?.firesAt;
  if (progress.stage === 'AWAITING_APPROVAL')
    return {
      verdict: 'WAITS_FOR_APPROVAL',
      why: 'Its total is above the limit: it waits for a person.',
      next: `steadfast orders confirm ${order.id} (or deny); without that it is denied${until === undefined ? '' : ` at ${until}`}.`,
    };
  if (timer)
    return {
      verdict: 'WAITS_FOR_TIMER',
      why: `It waits until ${timer.firesAt}${timer.summary === undefined ? '' : ` (${timer.summary})`}.`,
      next: 'It goes on by itself then.',
    };
  const { retry } = progress;
  return {
    verdict: 'UNDER_WAY',
    why: retry
      ? `A worker is at it: ${STAGE_WORDS[progress.stage]} (${times(retry.failedAttempts)} without answer, last: ${retry.lastError ?? 'no message'}).`
      : `A worker is at it: ${STAGE_WORDS[progress.stage]}.`,
    next: 'It goes on by itself. Where that lasts, see the log of the workers: a statement is repeated until the database answers.',
  };
}

function judgeTask({ task, taskFailure, workflowId }: WorkflowState): Judgement {
  const isMisfit = taskFailure?.cause === 'NON_DETERMINISTIC_ERROR';
  const said = taskFailure ? `${taskFailure.cause}: ${taskFailure.message}` : 'no worker said why';
  return {
    verdict: 'WORKFLOW_TASK_FAILS',
    why: `The workers cannot carry its workflow on (attempt ${task?.attempt ?? 1}): ${said}`,
    next: isMisfit
      ? 'The code of the workers does not fit its history. Deploy code that does (or the former one): the task is retried by itself. ' +
        `Else terminate it (temporal workflow terminate --workflow-id ${workflowId}) and run doctor --repair: it begins anew where the order stands.`
      : 'Mend what the error says and deploy: the task is retried by itself, and nothing is lost meanwhile.',
  };
}

function tellDetails({ statusDetails }: Order): string {
  return statusDetails === null ? '' : `: ${statusDetails}`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
