/** The words of webhooks: statuses, why an endpoint is disabled, and which events an endpoint can ask for. */
import { EVENT_TYPES } from './events.ts';
import { PUBLICATIONS } from './published-events.ts';

/** Where an endpoint stands; a removed one is seen by nobody and its deliveries are being deleted. */
export const WEBHOOK_STATUSES = ['ACTIVE', 'DISABLED', 'REMOVED'] as const;
export type WebhookStatus = (typeof WEBHOOK_STATUSES)[number];

/** The statuses that a client sees and sets. */
export const SETTABLE_WEBHOOK_STATUSES = ['ACTIVE', 'DISABLED'] as const;

/** Why an endpoint is disabled. */
export const WEBHOOK_DISABLED_REASONS = [
  /** Somebody asked for it; what is pending waits. */
  'ON_REQUEST',
  /** It answered 410: it wants no more. */
  'GONE',
  /** Every attempt failed for days. */
  'FAILING',
] as const;
export type WebhookDisabledReason = (typeof WEBHOOK_DISABLED_REASONS)[number];

/** Where a delivery stands. */
export const DELIVERY_STATUSES = ['PENDING', 'DELIVERED', 'FAILED'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** The word for events of every type. */
export const ALL_EVENTS = '*';

/** The CloudEvents types that an endpoint can ask for. */
export const WEBHOOK_EVENT_TYPES: readonly string[] = EVENT_TYPES.map((type) => PUBLICATIONS[type].type);

/** The CloudEvents type of the event that tries an endpoint out; it is never asked for. */
export const TEST_EVENT_TYPE = 'webhook.test.v1';

const TYPE_OF_WORD: ReadonlyMap<string, string> = new Map([
  [ALL_EVENTS, ALL_EVENTS],
  ...EVENT_TYPES.map((type) => [type as string, PUBLICATIONS[type].type] as const),
  ...WEBHOOK_EVENT_TYPES.map((type) => [type, type] as const),
]);

/** The type that a word asks for: a CloudEvents type (`order.created.v1`), a name (`OrderCreated`) or `*`; else undefined. */
export function parseEventType(word: string): string | undefined {
  return TYPE_OF_WORD.get(word);
}
