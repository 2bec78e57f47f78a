/** Spans as they may leave the process: the order is named on those that the interceptors of Temporal make, and no secret. */
import type { AttributeValue } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { workflowId } from '../domain/lifecycle.ts';
import { redact } from './redaction.ts';

/** What the interceptors and their sandbox call it, and what is called otherwise everywhere else here. */
const WORKFLOW_IDS = ['temporalWorkflowId', 'workflowId'];
const RUN_IDS = ['run_id', 'runId'];
/** What the sandbox adds beside, apart from objects such as search attributes, which name the customer. */
const DROPPED = new Set([...WORKFLOW_IDS, ...RUN_IDS, 'namespace', 'taskQueue', 'isReplaying']);
const PREFIX = workflowId('');

/** The same processor, given clean spans: with `workflow.id` and `order.id`, and nothing of the customer. */
export function cleanSpans(processor: SpanProcessor): SpanProcessor {
  return {
    onStart: (span, context) => processor.onStart(span, context),
    onEnd: (span) => {
      nameOrder(span);
      redactErrors(span);
      processor.onEnd(span);
    },
    forceFlush: () => processor.forceFlush(),
    shutdown: () => processor.shutdown(),
  };
}

/** The span has ended and is ours alone, so that its attributes can be replaced in place. */
function nameOrder({ attributes }: ReadableSpan): void {
  const textOf = (names: readonly string[]) =>
    names.map((name) => attributes[name]).find((value): value is string => typeof value === 'string');
  const workflow = textOf(WORKFLOW_IDS);
  const run = textOf(RUN_IDS);
  if (workflow === undefined) return;
  for (const [name, value] of Object.entries(attributes))
    if (DROPPED.has(name) || typeof value === 'object') Reflect.deleteProperty(attributes, name);
  attributes['workflow.id'] = workflow;
  if (run !== undefined) attributes['workflow.run_id'] = run;
  if (workflow.startsWith(PREFIX)) attributes['order.id'] = workflow.slice(PREFIX.length);
}

function redactErrors({ status, events }: ReadableSpan): void {
  if (status.message !== undefined) status.message = redact(status.message);
  for (const { attributes = {} } of events)
    for (const [name, value] of Object.entries(attributes)) attributes[name] = redactValue(value);
}

function redactValue(value: AttributeValue | undefined): AttributeValue | undefined {
  return typeof value === 'string' ? redact(value) : value;
}
