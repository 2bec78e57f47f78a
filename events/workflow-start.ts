/** How a `CreateOrder` workflow is started: the same from the relay and from a command that comes first. */
import { type Client, WorkflowExecutionAlreadyStartedError, type WorkflowOptions } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import type { EventData } from '../domain/events.ts';
import type { Order } from '../domain/order.ts';
import {
  CREATE_ORDER_WORKFLOW,
  type CreateOrderInput,
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

/** What a workflow needs to know of an order as it stands. */
export function inputOfOrder(order: Order, settings: LifecycleSettings): CreateOrderInput {
  const { id: orderId, customerId, totalMinor, currency, paymentMethod, status } = order;
  return { orderId, customerId, totalMinor, currency, paymentMethod, status, settings };
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

/**
 * Starts the workflow of an order; answers false where there is one already. Throws where Temporal does not answer within
 * ten seconds, or the signal aborts; whether it was started is unknown then, and a repeat does no harm.
 */
export async function startWorkflow(
  input: CreateOrderInput,
  { temporal, taskQueue, signal }: { temporal: Client; taskQueue: string; signal: AbortSignal },
): Promise<boolean> {
  const start = () => temporal.workflow.start(CREATE_ORDER_WORKFLOW, workflowOptions(input, taskQueue));
  try {
    await temporal.withDeadline(Date.now() + START_TIMEOUT_MS, () => temporal.withAbortSignal(signal, start));
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
