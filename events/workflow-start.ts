/** How a `CreateOrder` workflow is started: the same from the relay and from a command that comes first. */
import { type Client, WorkflowExecutionAlreadyStartedError, type WorkflowOptions } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { Histogram } from 'prom-client';
import type { EventData } from '../domain/events.ts';
import type { Order } from '../domain/order.ts';
import {
  CREATE_ORDER_WORKFLOW,
  type CreateOrderInput,
  type Ending,
  type LifecycleSettings,
  workflowId,
} from '../domain/lifecycle.ts';

const ORDER_STATUS = defineSearchAttributeKey('OrderStatus', SearchAttributeType.KEYWORD);
const CUSTOMER_ID = defineSearchAttributeKey('CustomerId', SearchAttributeType.KEYWORD);

/** What a workflow needs to know of an order that was just accepted. */
export function inputOfEvent(
  orderId: string,
  created: EventData['OrderCreated'],
  settings: LifecycleSettings,
): CreateOrderInput {
  return {
    orderId,
    customerId: created.customer_id,
    totalMinor: created.total_minor,
    currency: created.currency,
    paymentMethod: created.payment_method,
    status: 'PENDING',
    settings,
  };
}

/**
 * What a workflow needs to know of an order as it stands. Whether a person must approve was decided when the order was
 * accepted: one that waits, or was denied, does so whatever the limit is now, or it would be charged without its stock.
 */
export function inputOfOrder(order: Order, settings: LifecycleSettings, ending?: Ending): CreateOrderInput {
  const { id: orderId, customerId, totalMinor, currency, paymentMethod, status, approval } = order;
  const kept = approval === 'NOT_REQUIRED' ? settings : { ...settings, approvalLimit: 0 };
  return {
    orderId,
    customerId,
    totalMinor,
    currency,
    paymentMethod,
    status,
    settings: kept,
    ...(ending && { ending }),
  };
}

/**
 * Options of the start. A workflow that runs is left alone; one that completed is not started again; one that somebody
 * terminated is, and goes on where its order stands.
 */
export function workflowOptions(input: CreateOrderInput, taskQueue: string) {
  return {
    workflowId: workflowId(input.orderId),
    taskQueue,
    args: [input] as [CreateOrderInput],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    typedSearchAttributes: new TypedSearchAttributes([
      { key: ORDER_STATUS, value: input.status },
      { key: CUSTOMER_ID, value: input.customerId },
    ]),
    staticSummary: `Order ${input.orderId}`,
  } satisfies WorkflowOptions & { args: [CreateOrderInput] };
}

const START_TIMEOUT_MS = 10_000;
const duration = new Histogram({
  name: 'steadfast_workflow_start_duration_seconds',
  help: 'How long Temporal took to start the workflow of an order, or to say that it is there.',
  labelNames: ['outcome'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

/** Where to start a workflow. */
export interface StartOptions {
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly signal: AbortSignal;
  /** Whether to start it again where the last one completed: for an order that is open all the same. */
  readonly evenIfCompleted?: boolean | undefined;
}

/**
 * Starts the workflow of an order; answers false where there is one already. Throws where Temporal does not answer within
 * ten seconds, or the signal aborts; whether it was started is unknown then, and a repeat does no harm.
 */
export async function startWorkflow(
  input: CreateOrderInput,
  { temporal, taskQueue, signal, evenIfCompleted = false }: StartOptions,
): Promise<boolean> {
  const options = workflowOptions(input, taskQueue);
  const start = () =>
    temporal.workflow.start(CREATE_ORDER_WORKFLOW, {
      ...options,
      ...(evenIfCompleted && { workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const }),
    });
  const end = duration.startTimer();
  try {
    await temporal.withDeadline(Date.now() + START_TIMEOUT_MS, () => temporal.withAbortSignal(signal, start));
    end({ outcome: 'started' });
    return true;
  } catch (error) {
    const isThere = error instanceof WorkflowExecutionAlreadyStartedError;
    end({ outcome: isThere ? 'there' : 'failed' });
    if (isThere) return false;
    throw error;
  }
}
