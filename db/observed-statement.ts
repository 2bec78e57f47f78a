import type { Span } from '@opentelemetry/api';
import { Histogram } from 'prom-client';
import type { EventType } from '../domain/events.ts';
import { inSpan, SpanKind } from '../telemetry/spans.ts';

const duration = new Histogram({
  name: 'steadfast_statement_duration_seconds',
  help: 'How long the statements took that change orders, the wait for a connection included, by the event they append.',
  labelNames: ['event_type', 'outcome'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
});

/** Runs a statement that appends such an event to the log of an order: measured, and as a part of the trace of that order. */
export async function observeStatement<Result>(
  type: EventType | undefined,
  orderId: string,
  run: (span: Span | undefined) => Promise<Result>,
): Promise<Result> {
  const attributes = { 'db.system.name': 'postgresql', 'event.type': type, 'order.id': orderId };
  const end = duration.startTimer({ event_type: type ?? 'none' });
  try {
    const result = await inSpan(`statement ${type}`, { kind: SpanKind.CLIENT, attributes }, run);
    end({ outcome: 'done' });
    return result;
  } catch (error) {
    end({ outcome: 'failed' });
    throw error;
  }
}
