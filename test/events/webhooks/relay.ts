/** What a relay does for webhooks, and endpoints to do it for, in tests. */
import { onTestFinished } from 'vitest';
import { v7 } from 'uuid';
import type { Database } from '../../../db/client.ts';
import { type DeliveryRow, findDelivery, listDeliveries } from '../../../db/webhook-deliveries.ts';
import { addEndpoint, removeEndpoint, type WebhookEndpoint } from '../../../db/webhooks.ts';
import type { DeliveryStatus } from '../../../domain/webhook.ts';
import { follow } from '../../../events/consumer.ts';
import { makeSecret } from '../../../events/webhooks/secrets.ts';
import { runWebhooks, type WebhookOptions } from '../../../events/webhooks/webhooks.ts';
import { until } from '../../support/until.ts';
import { beat, silent } from '../following.ts';

/** Runs until it is stopped, at the latest when the test is finished. */
export function startRelay(db: Database, options: Partial<WebhookOptions> = {}): { stop: () => Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const webhooks = runWebhooks({
    db,
    logger: silent,
    signal,
    allowPrivate: true,
    timeoutMs: 5000,
    batchSize: 20,
    retries: [10, 10, 10],
    beatMs: 50,
    graceMs: 500,
    ...options,
  });
  const following = follow(webhooks.projection, {
    db,
    waker: beat(),
    holder: v7(),
    leaseMs: 600,
    logger: silent,
    signal,
  });
  const stop = async () => {
    stopping.abort();
    await Promise.all([following, webhooks.delivering]);
  };
  onTestFinished(stop);
  return { stop };
}

/** An endpoint of the test's own, removed when it is finished. */
export async function register(
  db: Database,
  url: string,
  eventTypes: readonly string[] = [],
): Promise<WebhookEndpoint & { secret: string }> {
  const secret = makeSecret();
  const endpoint = await addEndpoint(db, { id: v7(), url, eventTypes, secret }, 1000);
  if (!endpoint) throw new Error('the endpoint was not added');
  onTestFinished(async () => {
    await removeEndpoint(db, endpoint.id);
  });
  return { ...endpoint, secret };
}

/** All deliveries of an endpoint. */
export function deliveriesOf(db: Database, { id }: { id: string }): Promise<DeliveryRow[]> {
  return listDeliveries(db, id, { limit: 10_000 });
}

/** The only delivery of an endpoint, once it has this status and so many attempts, with what was recorded of it. */
export function theDelivery(db: Database, endpoint: { id: string }, status: DeliveryStatus, attempts = 0) {
  return until(`the delivery is ${status}`, async () => {
    const [row] = await deliveriesOf(db, endpoint);
    return row?.status === status && row.attempts >= attempts && findDelivery(db, row.id);
  });
}
