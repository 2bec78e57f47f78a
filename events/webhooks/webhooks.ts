/** Everything that a relay does for webhooks. */
import type { Projection } from '../consumer.ts';
import { createBell } from '../bell.ts';
import { type DelivererOptions, deliverWebhooks } from './deliverer.ts';
import { cleanUpWebhooks } from './housekeeping.ts';
import { createWebhookProjection, type WebhookProjectionOptions } from './projection.ts';
import { createWebhookSender, type SenderOptions } from './sender.ts';

/** How to make and send deliveries; durations in milliseconds. */
export interface WebhookOptions
  extends SenderOptions, Omit<DelivererOptions, 'bell' | 'sender'>, Pick<WebhookProjectionOptions, 'trackingLinks'> {
  /** How many events become deliveries at once. */
  readonly batchSize: number;
}

/** The projection that makes deliveries is to be followed by the caller; `delivering` ends after the signal aborts. */
export interface RunningWebhooks {
  readonly projection: Projection;
  readonly delivering: Promise<void>;
}

/** Begins to deliver, and to remove what is over. */
export function runWebhooks(options: WebhookOptions): RunningWebhooks {
  const bell = createBell();
  const sender = createWebhookSender(options);
  const delivering = Promise.all([deliverWebhooks({ ...options, bell, sender }), cleanUpWebhooks(options)]);
  return {
    projection: createWebhookProjection({ ...options, onAdded: bell.ring }),
    delivering: delivering.then(() => sender.close()),
  };
}
