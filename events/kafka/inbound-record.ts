/** Records that come from Kafka, and the CloudEvents in them. */
import { isUtf8 } from 'node:buffer';
import { v5 } from 'uuid';
import type { NewDeadLetter } from '../../db/dead-letters.ts';
import { Failure } from '../../domain/failures.ts';
import { isIdentifier, LIMITS, shorten } from '../../domain/rules.ts';

/** A record as it came; texts are UTF-8. A record without a value has an empty one. */
export interface InboundRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Buffer;
}

/** A CloudEvent 1.0 that somebody sent us; `source` and `id` together tell repeats apart. */
export interface InboundEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** ISO 8601 as the sender wrote it. */
  readonly time: string | undefined;
  readonly traceparent: string | undefined;
  readonly data: unknown;
}

/** Takes an event in. Throws a {@link Failure}: of `UNAVAILABLE` and `DEADLINE_EXCEEDED` a repeat is expected. */
export type InboundHandler = (event: InboundEvent) => Promise<void>;

/** Larger values are refused unread. */
export const MOST_VALUE_BYTES = 512 * 1024;
const MOST_ATTRIBUTE = 1000;
const NAMESPACE = 'b7a0a9d2-63f0-5f0c-8e0a-52a3c1c5e1d7';

/**
 * Reads the CloudEvent of a record, in structured or binary mode
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md). Its type must be the
 * topic: a topic carries one version of one type. Throws a {@link Failure} that says what is wrong.
 */
export function readEvent(record: InboundRecord): InboundEvent {
  const envelope = readEnvelope(record);
  const text = (name: string): string => {
    const value = envelope[name];
    if (value === undefined) throw refused(`The CloudEvent has no ${name}.`);
    if (typeof value !== 'string' || value === '' || value.length > MOST_ATTRIBUTE)
      throw refused(`The attribute ${name} must be a text of 1 to ${MOST_ATTRIBUTE} characters, not ${tell(value)}.`);
    return value;
  };
  const mustBe = (name: string, wanted: string) => {
    if (text(name) !== wanted) throw refused(`The attribute ${name} must be "${wanted}", not ${tell(envelope[name])}.`);
  };
  mustBe('specversion', '1.0');
  mustBe('type', record.topic);
  if (envelope.data === undefined || envelope.data === null) throw refused('The CloudEvent has no data.');
  return {
    id: text('id'),
    source: text('source'),
    type: record.topic,
    time: envelope.time === undefined ? undefined : text('time'),
    traceparent: typeof envelope.traceparent === 'string' ? envelope.traceparent : undefined,
    data: envelope.data,
  };
}

/** The dead letter of a record, always with the same id for the same record. */
export function toDeadLetter(record: InboundRecord, error: string, attempts: number): NewDeadLetter {
  const { topic, partition, offset, key, headers, value } = record;
  const orderId = orderIdOf(record);
  return {
    eventId: v5(`${topic}/${partition}/${offset}`, NAMESPACE),
    source: 'INBOUND',
    topic,
    partition,
    recordOffset: offset,
    recordKey: key ?? undefined,
    headers,
    payload: value,
    eventType: attempt(() => readEnvelope(record).type),
    orderId,
    error,
    attempts,
  };
}

function readEnvelope({ headers, value }: InboundRecord): Readonly<Record<string, unknown>> {
  if (value.length === 0) throw refused('The record has no value.');
  if (value.length > MOST_VALUE_BYTES)
    throw new Failure('TOO_LARGE', `The value has ${value.length} bytes; at most ${MOST_VALUE_BYTES} are taken.`);
  if (!isUtf8(value)) throw refused('The value is no text in UTF-8.');
  const json = readJson(value.toString());
  if (headers.ce_specversion === undefined) {
    if (isObject(json)) return json;
    throw refused('The value is no CloudEvent: it must be an object.');
  }
  const attributes = Object.entries(headers).flatMap(([name, text]) =>
    name.startsWith('ce_') ? [[name.slice('ce_'.length), text]] : [],
  );
  return { ...(Object.fromEntries(attributes) as Record<string, string>), data: json };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refused(`The value is no JSON: ${shorten(error instanceof Error ? error.message : String(error))}`);
  }
}

/** The order that a record speaks of, as far as it can be read. */
function orderIdOf(record: InboundRecord): string | undefined {
  const id = attempt(() => {
    const { data } = readEnvelope(record);
    return isObject(data) ? data.order_id : undefined;
  });
  return id !== undefined && isIdentifier(id, LIMITS.orderId.most) ? id : undefined;
}

/** A short text, where there is one. */
function attempt(read: () => unknown): string | undefined {
  try {
    const value = read();
    return typeof value === 'string' && value.length <= MOST_ATTRIBUTE ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tell(value: unknown): string {
  return shorten(JSON.stringify(value));
}

function refused(message: string): Failure {
  return new Failure('INVALID_REQUEST', message);
}
