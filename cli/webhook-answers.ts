/** How webhooks and their deliveries are told on the terminal. */
import type { Printer } from './printer.ts';

/** A webhook as the server answers it; with its secret where that is new. */
export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly event_types: readonly string[];
  readonly status: string;
  readonly disabled_reason?: string;
  readonly failing_since?: string;
  readonly created_at: string;
  readonly secret?: string;
}

/** A delivery as it is listed. */
export interface Delivery {
  readonly id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly order_id: string;
  readonly status: string;
  readonly attempt_count: number;
  readonly next_attempt_at?: string;
  readonly last_response_status?: number;
  readonly last_error?: string;
  readonly created_at: string;
  readonly finished_at?: string;
}

/** A delivery with every attempt. */
export interface DeliveryDetails extends Delivery {
  readonly body: string;
  readonly attempts: readonly {
    readonly attempt: number;
    readonly at: string;
    readonly duration_ms: number;
    readonly response_status?: number;
    readonly response_body?: string;
    readonly error?: string;
  }[];
}

/** What came of a test event. */
export interface TestResult {
  readonly delivered: boolean;
  readonly event_id: string;
  readonly duration_ms: number;
  readonly response_status?: number;
  readonly response_body?: string;
  readonly error?: string;
}

/** Webhooks as a table. */
export function tellWebhooks(print: Printer, webhooks: readonly Webhook[]): void {
  print.table(
    ['webhook', 'URL', 'events', 'status', 'reason'],
    webhooks.map(({ id, url, event_types, status, disabled_reason }) => [
      id,
      url,
      event_types.join(', '),
      status,
      disabled_reason,
    ]),
  );
}

/** One webhook, with its secret where the server shows it. */
export function tellWebhook(print: Printer, webhook: Webhook): void {
  print.card([
    ['webhook', webhook.id],
    ['URL', webhook.url],
    ['events', webhook.event_types.join(', ')],
    ['status', webhook.status],
    ['reason', webhook.disabled_reason],
    ['failing since', webhook.failing_since],
    ['created', webhook.created_at],
    ['secret', webhook.secret],
  ]);
  if (webhook.secret !== undefined) print.line('Keep the secret: it is not shown again.');
}

/** Deliveries as a table. */
export function tellDeliveries(print: Printer, deliveries: readonly Delivery[]): void {
  print.table(
    ['delivery', 'event', 'order', 'status', 'attempts', 'last answer', 'next attempt'],
    deliveries.map((delivery) => [
      delivery.id,
      delivery.event_type,
      delivery.order_id,
      delivery.status,
      delivery.attempt_count,
      delivery.last_error ?? delivery.last_response_status,
      delivery.next_attempt_at,
    ]),
  );
}

/** One delivery with every attempt. */
export function tellDelivery(print: Printer, delivery: DeliveryDetails): void {
  print.card([
    ['delivery', delivery.id],
    ['webhook-id', delivery.event_id],
    ['event', delivery.event_type],
    ['order', delivery.order_id],
    ['status', delivery.status],
    ['created', delivery.created_at],
    ['finished', delivery.finished_at],
    ['next attempt', delivery.next_attempt_at],
    ['body', delivery.body],
  ]);
  print.table(
    ['attempt', 'time', 'ms', 'answer', 'error', 'body'],
    delivery.attempts.map(({ attempt, at, duration_ms, response_status, error, response_body }) => [
      attempt,
      at,
      duration_ms,
      response_status,
      error,
      printable(response_body),
    ]),
  );
}

/** What came of a test event. */
export function tellTest(print: Printer, result: TestResult): void {
  print.card([
    ['delivered', result.delivered ? 'yes' : 'no'],
    ['webhook-id', result.event_id],
    ['answer', result.response_status],
    ['body', printable(result.response_body)],
    ['error', result.error],
    ['ms', result.duration_ms],
  ]);
}

/** What a receiver answered must not steer the terminal. */
function printable(text: string | undefined): string | undefined {
  return text?.replaceAll(/\p{Cc}+/gu, ' ');
}
