/** What lines of the log are found by, named alike everywhere. */
import { workflowId } from '../domain/lifecycle.ts';

/** What a line about an order carries. */
export interface OrderFields {
  readonly order_id: string;
  readonly workflow_id: string;
  readonly trace_id?: string;
}

/** The fields of a line about an order; `traceparent` is the W3C trace context that it came with, where that is at hand. */
export function orderFields(orderId: string, traceparent?: string | null): OrderFields {
  const traceId = traceparent?.split('-')[1];
  return { order_id: orderId, workflow_id: workflowId(orderId), ...(traceId !== undefined && { trace_id: traceId }) };
}

/** The fields of a line of Temporal's SDK, in the names that all lines have. Errors stand under `err`. */
export function sdkFields(meta: Readonly<Record<string | symbol, unknown>> = {}): Record<string, unknown> {
  const { workflowId: workflow, runId, error, ...others } = meta;
  const orderId =
    typeof workflow === 'string' && workflow.startsWith(PREFIX) ? workflow.slice(PREFIX.length) : undefined;
  return {
    ...others,
    ...(orderId === undefined ? workflow !== undefined && { workflow_id: workflow } : orderFields(orderId)),
    ...(runId !== undefined && { run_id: runId }),
    ...(error !== undefined && { err: error }),
  };
}

const PREFIX = workflowId('');
