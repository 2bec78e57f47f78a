import { SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { describe, expect, it } from 'vitest';
import { cleanSpans } from '../../telemetry/clean-spans.ts';

const exporter = new InMemorySpanExporter();
const tracer = new NodeTracerProvider({
  spanProcessors: [cleanSpans(new SimpleSpanProcessor(exporter))],
}).getTracer('test');

describe('spans that leave the process', () => {
  it('name the workflow and the order where those of Temporal name the workflow, and nothing of the customer', () => {
    const span = tracer.startSpan('RunWorkflow:CreateOrder');
    span.setAttributes({ temporalWorkflowId: 'order-order-7', run_id: 'run', namespace: 'default', stays: 1 });
    // As the sandbox gives it: more than the types of attributes allow.
    span.setAttribute('searchAttributes', { CustomerId: ['customer-1'] } as never);
    span.end();
    expect(exporter.getFinishedSpans().at(-1)?.attributes).toEqual({
      'workflow.id': 'order-order-7',
      'workflow.run_id': 'run',
      'order.id': 'order-7',
      stays: 1,
    });
  });

  it('have no secret in what is told of an error', () => {
    const span = tracer.startSpan('statement');
    const message = 'postgres://steadfast:swordfish-and-more@db:5432/steadfast does not answer';
    span.recordException(new Error(message));
    span.setStatus({ code: SpanStatusCode.ERROR, message });
    span.end();
    const told = JSON.stringify([
      exporter.getFinishedSpans().at(-1)?.events,
      exporter.getFinishedSpans().at(-1)?.status,
    ]);
    expect(told).toContain('does not answer');
    expect(told).not.toContain('swordfish');
  });
});
