/** Spans of workflows and activities. Loaded only where spans are wanted. */
import {
  makeWorkflowExporter,
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryActivityOutboundInterceptor,
} from '@temporalio/interceptors-opentelemetry-v2';
import type { WorkerOptions } from '@temporalio/worker';
import type { Tracing } from './tracing.ts';

/** What a worker needs so that workflows and activities have spans; its bundle must hold the interceptors, too. */
export function tracedWorkerOptions({ processor, resource }: Tracing) {
  return {
    interceptors: {
      activity: [
        (context) => ({
          inbound: new OpenTelemetryActivityInboundInterceptor(context),
          // Lines of activities carry the trace.
          outbound: new OpenTelemetryActivityOutboundInterceptor(context),
        }),
      ],
    },
    sinks: { exporter: makeWorkflowExporter(processor, resource) },
  } satisfies Partial<WorkerOptions>;
}
