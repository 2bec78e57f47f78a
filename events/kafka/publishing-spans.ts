/** A span for each event that is published: it continues the trace of the event, and consumers continue it. */
import { SpanKind, type Span } from '@opentelemetry/api';
import { failSpan, isTracing, startSpan, traceparentOfSpan } from '../../telemetry/spans.ts';
import type { Outgoing, Refusal } from './publish-in-order.ts';

/** Publishes the items, which `publish` is given with the context of their spans in the headers. */
export async function inPublishingSpans<Item extends Outgoing>(
  items: readonly Item[],
  publish: (items: readonly Item[]) => Promise<Refusal<Item>[]>,
): Promise<Refusal<Item>[]> {
  if (!isTracing()) return publish(items);
  const spans = new Map<string, Span>();
  const spanned = items.map((item) => withSpan(item, spans));
  try {
    const refusals = await publish(spanned);
    for (const { item, error } of refusals) fail(spans.get(item.eventId), new Error(error));
    for (const { item, followers } of refusals)
      for (const follower of followers) fail(spans.get(follower.eventId), new Error(`waits behind ${item.eventId}`));
    return refusals;
  } catch (error) {
    for (const span of spans.values()) failSpan(span, error);
    throw error;
  } finally {
    for (const span of spans.values()) span.end();
  }
}

function withSpan<Item extends Outgoing>(item: Item, spans: Map<string, Span>): Item {
  const { topic, headers = {} } = item.record;
  const span = startSpan(`publish ${topic}`, {
    kind: SpanKind.PRODUCER,
    parent: headers.traceparent ?? null,
    attributes: {
      'messaging.system': 'kafka',
      'kafka.topic': topic,
      'order.id': item.orderId,
      'event.id': item.eventId,
      ...(headers.ce_type !== undefined && { 'event.type': headers.ce_type }),
    },
  });
  const traceparent = traceparentOfSpan(span);
  if (!span || traceparent === undefined) return item;
  spans.set(item.eventId, span);
  return { ...item, record: { ...item.record, headers: { ...headers, traceparent } } };
}

function fail(span: Span | undefined, error: Error): void {
  if (span) failSpan(span, error);
}
