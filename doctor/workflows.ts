/** Asking Temporal for the workflows of orders. */
import { type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import { CREATE_ORDER_WORKFLOW, workflowId } from '../domain/lifecycle.ts';
import { createTurns } from '../events/turns.ts';
import type { Scene } from './scene.ts';

type Asked = Pick<Scene, 'temporal' | 'taskQueue'>;

/** How long Temporal may take for one answer; one that has much to do takes its time for lists. */
export const ANSWER_WITHIN_MS = 30_000;
/** Most descriptions under way at once. */
const CONCURRENCY = 16;
/** Most ids in one question for several. */
const IDS_AT_ONCE = 100;
const PAGE = 1000;
const PREFIX = workflowId('');

/** The newest run of the workflow of an order; undefined where there is none, or none any more. Throws where Temporal is away. */
export async function describeWorkflow(
  { temporal }: Asked,
  orderId: string,
): Promise<WorkflowExecutionDescription | undefined> {
  const handle = temporal.workflow.getHandle(workflowId(orderId));
  try {
    return await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () => handle.describe());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** The newest runs of the workflows of these orders, in the same order. */
export function describeWorkflows(
  asked: Asked,
  orderIds: readonly string[],
): Promise<(WorkflowExecutionDescription | undefined)[]> {
  const takeTurn = createTurns(CONCURRENCY);
  return Promise.all(orderIds.map((orderId) => takeTurn(() => describeWorkflow(asked, orderId))));
}

/**
 * Which of these orders have a running workflow, as far as Temporal's index knows, which is a moment behind: of the others
 * ask one by one.
 */
export async function findRunning(asked: Asked, orderIds: readonly string[]): Promise<ReadonlySet<string>> {
  const running = new Set<string>();
  for (let place = 0; place < orderIds.length; place += IDS_AT_ONCE) {
    const ids = orderIds.slice(place, place + IDS_AT_ONCE).map((orderId) => `'${workflowId(orderId)}'`);
    const query = `WorkflowId IN (${ids.join(', ')}) AND ExecutionStatus = 'Running'`;
    const { executions } = await list(asked, { query, pageSize: IDS_AT_ONCE });
    for (const id of executions) running.add(id);
  }
  return running;
}

/** Every order with a running workflow on this task queue, page by page. */
export async function* listRunning(asked: Asked): AsyncGenerator<readonly string[]> {
  const query = `WorkflowType = '${CREATE_ORDER_WORKFLOW}' AND ExecutionStatus = 'Running' AND TaskQueue = '${asked.taskQueue}'`;
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await list(asked, { query, pageSize: PAGE, nextPageToken });
    yield page.executions;
    nextPageToken = page.nextPageToken;
  } while (nextPageToken && nextPageToken.length > 0);
}

async function list(
  { temporal }: Asked,
  question: { query: string; pageSize: number; nextPageToken?: Uint8Array | undefined },
): Promise<{ executions: string[]; nextPageToken: Uint8Array | undefined }> {
  const { namespace } = temporal.options;
  const { executions, nextPageToken } = await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
    temporal.workflowService.listWorkflowExecutions({
      namespace,
      query: question.query,
      pageSize: question.pageSize,
      ...(question.nextPageToken && { nextPageToken: question.nextPageToken }),
    }),
  );
  const ids = executions.map(({ execution }) => execution?.workflowId ?? '');
  return {
    executions: ids.filter((id) => id.startsWith(PREFIX)).map((id) => id.slice(PREFIX.length)),
    nextPageToken,
  };
}
