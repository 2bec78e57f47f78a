/** Delivering what is due: every relay does, each delivery is claimed by one of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Histogram } from 'prom-client';
import type { Database } from '../../db/client.ts';
import {
  claimDueDeliveries,
  type ClaimedDelivery,
  giveUpDisabled,
  recordAttempt,
  releaseClaim,
} from '../../db/webhook-deliveries.ts';
import { backoffDelay } from '../../domain/backoff.ts';
import { nextAttempt } from '../../domain/webhook-retry.ts';
import { orderFields } from '../../telemetry/log-fields.ts';
import { failSpan, inSpan, SpanKind, traceparentOfSpan } from '../../telemetry/spans.ts';
import type { Bell } from '../bell.ts';
import type { SendOutcome, WebhookSender } from './sender.ts';

/** How to deliver; durations in milliseconds. */
export interface DelivererOptions {
  readonly db: Database;
  readonly sender: WebhookSender;
  /** Rung where there is something new to deliver. */
  readonly bell: Bell;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** The waits between the attempts of a delivery. */
  readonly retries: readonly number[];
  /** How long an attempt may take. */
  readonly timeoutMs: number;
  /** How many may be under way in this process. */
  readonly mostAtOnce?: number;
  /** How many an endpoint may have under way. */
  readonly mostPerEndpoint?: number;
  /** How often to look for what has become due, or was made by others. */
  readonly beatMs?: number;
  /** How long attempts under way may go on when this ends; then they are left to another process. */
  readonly graceMs?: number;
}

const duration = new Histogram({
  name: 'steadfast_webhook_attempt_duration_seconds',
  help: 'How long attempts to deliver a webhook took.',
  labelNames: ['outcome'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
});
const CLAIM_MARGIN_MS = 5000;
const RETRY = { first: 100, longest: 5000 };
const BATCH = 1000;

/** Delivers until the signal aborts; then finishes or gives back what is under way. Never throws. */
export async function deliverWebhooks(options: DelivererOptions): Promise<void> {
  const { db, bell, logger, signal, timeoutMs } = options;
  const { mostAtOnce = 256, mostPerEndpoint = 8, beatMs = 500, graceMs = 3000 } = options;
  const underWay = new Set<Promise<void>>();
  const cutOff = new AbortController();
  const begin = (delivery: ClaimedDelivery) => {
    const delivering = deliver(delivery, options, cutOff.signal).finally(() => {
      underWay.delete(delivering);
      bell.ring();
    });
    underWay.add(delivering);
  };

  const isStopping = () => signal.aborted;
  let failures = 0;
  while (!isStopping()) {
    try {
      const limit = mostAtOnce - underWay.size;
      const claim = { limit, mostPerEndpoint, claimMs: timeoutMs + CLAIM_MARGIN_MS };
      const claimed = limit > 0 ? await claimDueDeliveries(db, claim) : [];
      for (const delivery of claimed) begin(delivery);
      failures = 0;
      if (limit === 0 || claimed.length < limit) await bell.wait(beatMs, signal);
    } catch (error) {
      failures += 1;
      if (!isStopping()) logger.warn({ err: error, failures }, 'webhooks that are due could not be read, trying again');
      await bell.wait(backoffDelay(RETRY, failures, Math.random()), signal);
    }
  }
  await Promise.race([Promise.all(underWay), sleep(graceMs, undefined, { ref: false })]);
  cutOff.abort();
  await Promise.all(underWay);
}

/** Sends a claimed delivery once and records what came of it. Never throws: what is not recorded is sent again. */
async function deliver(delivery: ClaimedDelivery, options: DelivererOptions, cutOff: AbortSignal): Promise<void> {
  const { db, sender, logger } = options;
  const { id, endpointId, attempts } = delivery;
  try {
    const outcome = await send(delivery, sender, cutOff);
    if (await record(delivery, outcome, options)) {
      logger.warn({ endpointId, responseStatus: outcome.responseStatus }, 'a webhook endpoint was disabled');
      while ((await giveUpDisabled(db, BATCH)) === BATCH);
    }
  } catch (error) {
    if (cutOff.aborted) await releaseClaim(db, { id, attempts }).catch(() => undefined);
    else {
      const about = orderFields(delivery.orderId, delivery.traceparent);
      logger.warn(
        { err: error, delivery_id: id, ...about },
        'a webhook was sent but not recorded; it will be sent again',
      );
    }
  }
}

/** Sends once, as a part of the trace of its event; the receiver continues that. */
function send(delivery: ClaimedDelivery, sender: WebhookSender, cutOff: AbortSignal): Promise<SendOutcome> {
  const { endpointId, eventId, eventType, orderId, traceparent } = delivery;
  const attributes = {
    'webhook.endpoint_id': endpointId,
    'event.id': eventId,
    'event.type': eventType,
    'order.id': orderId,
    'webhook.attempt': delivery.attempts + 1,
  };
  return inSpan('deliver webhook', { kind: SpanKind.CLIENT, parent: traceparent, attributes }, async (span) => {
    const message = { ...delivery, id: eventId, traceparent: traceparentOfSpan(span) ?? traceparent };
    const outcome = await sender.send(message, cutOff);
    duration.observe({ outcome: outcome.error === null ? 'delivered' : 'failed' }, outcome.durationMs / 1000);
    if (outcome.responseStatus !== null) span?.setAttribute('http.response.status_code', outcome.responseStatus);
    if (span && outcome.error !== null) failSpan(span, new Error(outcome.error));
    return outcome;
  });
}

/** Records an outcome, trying again while the claim lasts; answers whether it disabled the endpoint. */
async function record(
  delivery: ClaimedDelivery,
  outcome: SendOutcome,
  { db, retries }: DelivererOptions,
): Promise<boolean> {
  const isGone = outcome.responseStatus === GONE;
  const failed = {
    failures: delivery.failures + 1,
    retries,
    retryAfterMs: outcome.retryAfterMs,
    random: Math.random(),
  };
  const nextInMs = outcome.error === null || isGone ? undefined : nextAttempt(failed);
  const deadline = Date.now() + CLAIM_MARGIN_MS;
  for (let failures = 1; ; failures += 1)
    try {
      const { isDisabled } = await recordAttempt(db, delivery, { ...outcome, nextInMs, isGone });
      return isDisabled;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(backoffDelay(RETRY, failures, Math.random()));
    }
}

/** The receiver wants no more: https://www.rfc-editor.org/rfc/rfc9110#section-15.5.11 */
const GONE = 410;
