/**
 * Spans of the trace of an order. Where no tracing was started (telemetry/tracing.ts) all of this does nothing: no span is
 * made, no context is kept.
 */
import {
  type Attributes,
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { Failure } from '../domain/failures.ts';
import { redact } from './redaction.ts';

export { SpanKind };

/** What a span is made with. */
export interface SpanOptions {
  readonly kind?: SpanKind;
  /** No personal data, and nothing secret. */
  readonly attributes?: Attributes;
  /** A W3C trace context that the span continues; what is active where undefined, a trace of its own where null. */
  readonly parent?: string | null | undefined;
}

const state = { isTracing: false };

/** Says that spans are wanted from now on. */
export function wantSpans(): void {
  state.isTracing = true;
}

/** Whether this process makes spans. */
export function isTracing(): boolean {
  return state.isTracing;
}

/** Does the work within a span, which ends with it; an error is kept on the span and thrown on. */
export async function inSpan<Result>(
  name: string,
  options: SpanOptions,
  work: (span: Span | undefined) => Promise<Result>,
): Promise<Result> {
  if (!state.isTracing) return work(undefined);
  const span = startSpan(name, options);
  if (!span) return work(undefined);
  try {
    return await withSpan(span, () => work(span));
  } catch (error) {
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** A span that the caller ends; undefined where there is no tracing. */
export function startSpan(name: string, { kind, attributes, parent }: SpanOptions): Span | undefined {
  if (!state.isTracing) return undefined;
  const under = parent === undefined ? context.active() : contextOf(parent);
  return tracer().startSpan(name, { ...(kind && { kind }), ...(attributes && { attributes }) }, under);
}

/** Does the work with the span as the active one. */
export function withSpan<Result>(span: Span, work: () => Result): Result {
  return context.with(trace.setSpan(context.active(), span), work);
}

/** Does the work as a part of the trace that a W3C trace context names, without a span of its own. */
export function withParent<Result>(traceparent: string | null, work: () => Result): Result {
  return state.isTracing ? context.with(contextOf(traceparent), work) : work();
}

/** Marks a span as failed. A refusal that is the caller's doing is no failure: only its code is kept. */
export function failSpan(span: Span, error: unknown): void {
  if (error instanceof Failure) span.setAttribute('failure.code', error.code);
  if (error instanceof Failure && !OUTAGES.has(error.code)) return;
  const message = redact(error instanceof Error ? error.message : String(error));
  span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown');
  span.recordException({ name: error instanceof Error ? error.name : 'Error', message });
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

/** Adds attributes to the active span, where there is one. */
export function annotateSpan(attributes: Attributes): void {
  if (state.isTracing) trace.getActiveSpan()?.setAttributes(attributes);
}

/** The W3C trace context of a span, or of the active one; undefined where there is none. */
export function traceparentOfSpan(span: Span | undefined = activeSpan()): string | undefined {
  const known = span?.spanContext();
  if (!known || !isSpanContextValid(known)) return undefined;
  return `00-${known.traceId}-${known.spanId}-0${(known.traceFlags & 1).toString()}`;
}

/** The ids of the active span, for a line of a log. */
export function activeTrace(): { trace_id: string; span_id: string } | undefined {
  const known = activeSpan()?.spanContext();
  return known && { trace_id: known.traceId, span_id: known.spanId };
}

function activeSpan(): Span | undefined {
  return state.isTracing ? trace.getActiveSpan() : undefined;
}

function contextOf(traceparent: string | null) {
  return traceparent === null ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent });
}

function tracer() {
  return trace.getTracer('steadfast');
}

/** Codes of failures that are ours to look at. */
const OUTAGES: ReadonlySet<string> = new Set(['INTERNAL', 'UNAVAILABLE', 'DEADLINE_EXCEEDED']);
