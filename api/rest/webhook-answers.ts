/** How webhooks look outside, with the schemas of it for the OpenAPI document. */
import { z } from 'zod';
import type { AttemptRow, DeliveryRow } from '../../db/webhook-deliveries.ts';
import { MOST_RECENT, type WebhookEndpoint } from '../../db/webhooks.ts';
import {
  ALL_EVENTS,
  DELIVERY_STATUSES,
  SETTABLE_WEBHOOK_STATUSES,
  WEBHOOK_DISABLED_REASONS,
} from '../../domain/webhook.ts';
import type { SendOutcome } from '../../events/webhooks/sender.ts';
import type { DeliveryDetails } from '../webhooks.ts';

const time = z.iso.datetime().describe('ISO 8601 in UTC');
const nextPageToken = z.string().describe('Empty on the last page');

const endpoint = {
  id: z.uuid(),
  url: z.url(),
  event_types: z
    .array(z.string())
    .describe('CloudEvents types, or * alone')
    .meta({ example: ['order.created.v1'] }),
  status: z.enum(SETTABLE_WEBHOOK_STATUSES),
  disabled_reason: z.enum(WEBHOOK_DISABLED_REASONS).optional(),
  failing_since: time.optional().describe('Since when every attempt has failed'),
  created_at: time,
  updated_at: time,
  recent_deliveries: z
    .object({ delivered: z.int(), pending: z.int(), failed: z.int() })
    .describe(`How its latest ${MOST_RECENT} deliveries stand`),
};

/** An endpoint. */
export const webhookSchema: z.ZodType = z.object(endpoint).meta({ id: 'Webhook' });

/** An endpoint with its secret. */
export const webhookWithSecretSchema: z.ZodType = z
  .object({ ...endpoint, secret: z.string().describe('Shown in this answer only') })
  .meta({ id: 'WebhookWithSecret' });

/** A page of endpoints. */
export const webhookPageSchema: z.ZodType = z
  .object({ webhooks: z.array(webhookSchema), next_page_token: nextPageToken })
  .meta({ id: 'WebhookPage' });

const delivery = {
  id: z.uuid(),
  webhook_id: z.uuid(),
  event_id: z.uuid().describe('The header webhook-id, the same at every attempt'),
  event_type: z.string().meta({ example: 'order.created.v1' }),
  order_id: z.string(),
  status: z.enum(DELIVERY_STATUSES),
  attempt_count: z.int(),
  next_attempt_at: time.optional().describe('While it is pending'),
  last_response_status: z.int().optional(),
  last_error: z.string().optional().describe('Why the last attempt did not deliver it'),
  created_at: time,
  finished_at: time.optional().describe('When it was delivered or given up'),
};

/** A delivery as it is listed. */
export const deliverySchema: z.ZodType = z.object(delivery).meta({ id: 'WebhookDelivery' });

/** A page of deliveries. */
export const deliveryPageSchema: z.ZodType = z
  .object({ deliveries: z.array(deliverySchema), next_page_token: nextPageToken })
  .meta({ id: 'WebhookDeliveryPage' });

/** A delivery with its body and every attempt. */
export const deliveryDetailsSchema: z.ZodType = z
  .object({
    ...delivery,
    body: z.string().describe('What is sent, to the byte'),
    attempts: z.array(
      z.object({
        attempt: z.int().describe('Counts from 1'),
        at: time.describe('When it ended'),
        duration_ms: z.int(),
        response_status: z.int().optional(),
        response_body: z.string().optional().describe('The first 1,024 bytes'),
        error: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'WebhookDeliveryDetails' });

/** What came of a test event. */
export const webhookTestSchema: z.ZodType = z
  .object({
    delivered: z.boolean(),
    event_id: z.uuid(),
    duration_ms: z.int(),
    response_status: z.int().optional(),
    response_body: z.string().optional().describe('The first 1,024 bytes'),
    error: z.string().optional(),
  })
  .meta({ id: 'WebhookTest' });

/** An endpoint outside: without its secret. */
export function presentWebhook(webhook: WebhookEndpoint) {
  return {
    id: webhook.id,
    url: webhook.url,
    event_types: webhook.eventTypes.length === 0 ? [ALL_EVENTS] : webhook.eventTypes,
    status: webhook.status,
    disabled_reason: webhook.disabledReason ?? undefined,
    failing_since: webhook.failingSince ?? undefined,
    created_at: webhook.createdAt,
    updated_at: webhook.updatedAt,
    recent_deliveries: webhook.recent,
  };
}

/** A delivery outside. */
export function presentDelivery(row: DeliveryRow) {
  return {
    id: row.id,
    webhook_id: row.endpointId,
    event_id: row.eventId,
    event_type: row.eventType,
    order_id: row.orderId,
    status: row.status,
    attempt_count: row.attempts,
    next_attempt_at: row.status === 'PENDING' ? row.nextAttemptAt : undefined,
    last_response_status: row.lastStatus ?? undefined,
    last_error: row.lastError ?? undefined,
    created_at: row.createdAt,
    finished_at: row.finishedAt ?? undefined,
  };
}

/** A delivery outside with its body and every attempt. */
export function presentDeliveryDetails({ delivery: row, attempts }: DeliveryDetails) {
  return { ...presentDelivery(row), body: row.body, attempts: attempts.map(presentAttempt) };
}

/** What came of a test event, outside. */
export function presentTest({ eventId, ...outcome }: SendOutcome & { readonly eventId: string }) {
  return { delivered: outcome.error === null, event_id: eventId, ...presentResponse(outcome) };
}

function presentAttempt({ attempt, at, ...response }: AttemptRow) {
  return { attempt, at, ...presentResponse(response) };
}

function presentResponse(response: Pick<AttemptRow, 'durationMs' | 'responseStatus' | 'responseBody' | 'error'>) {
  return {
    duration_ms: response.durationMs,
    response_status: response.responseStatus ?? undefined,
    response_body: response.responseBody ?? undefined,
    error: response.error ?? undefined,
  };
}
