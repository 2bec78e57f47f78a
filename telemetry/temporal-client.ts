/** What is started over a client of Temporal as a part of its trace. */
import type { WorkflowClientInterceptor } from '@temporalio/client';
import { workflowId } from '../domain/lifecycle.ts';
import { isTracing } from './spans.ts';

/** Finds the W3C trace context that an order came with. */
export type FindTrace = (orderId: string) => Promise<string | null>;

/** The header that the interceptors read; their package names it only within itself. */
const TRACE_HEADER = '_tracer-data';

/**
 * The interceptors of a client: a command is part of its caller's trace, a workflow always of its order's, also where a
 * command starts it. None, and nothing is loaded, where there is no tracing.
 */
export async function clientInterceptors(findTrace: FindTrace): Promise<WorkflowClientInterceptor[]> {
  if (!isTracing()) return [];
  const [{ OpenTelemetryWorkflowClientInterceptor }, { defaultPayloadConverter }] = await Promise.all([
    import('@temporalio/interceptors-opentelemetry-v2'),
    import('@temporalio/common'),
  ]);
  const prefix = workflowId('');
  const startInTraceOfOrder: WorkflowClientInterceptor = {
    startUpdateWithStart: async (input, next) => {
      const orderId = input.workflowStartOptions.workflowId.slice(prefix.length);
      const traceparent = await findTrace(orderId).catch(() => null);
      if (traceparent === null) return next(input);
      const header = { [TRACE_HEADER]: defaultPayloadConverter.toPayload({ traceparent }) };
      return next({ ...input, workflowStartHeaders: { ...input.workflowStartHeaders, ...header } });
    },
  };
  // The last one is the innermost and has the last word on headers.
  return [new OpenTelemetryWorkflowClientInterceptor(), startInTraceOfOrder];
}
