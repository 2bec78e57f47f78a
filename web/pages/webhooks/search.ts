/** What the addresses of the pages hold, so that a view can be shared. */
import type { Schema } from '../../api/client.ts';

export type Webhook = Schema<'Webhook'>;
export type Delivery = Schema<'WebhookDelivery'>;

/** Which page of the list. */
export interface WebhooksSearch {
  readonly page_token?: string;
}

/** Which deliveries of a webhook, and the one that is looked at. */
export interface EndpointSearch {
  readonly status?: Delivery['status'];
  readonly event_type?: string;
  readonly order_id?: string;
  readonly page_token?: string;
  /** The id of a delivery. */
  readonly delivery?: string;
}

export const DELIVERY_STATUSES = ['PENDING', 'DELIVERED', 'FAILED'] as const satisfies readonly Delivery['status'][];

/** Reads it; what means nothing is left out. */
export function webhooksSearch(search: Record<string, unknown>): WebhooksSearch {
  return textsOf(search, ['page_token']);
}

/** Reads it; what means nothing is left out. */
export function endpointSearch(search: Record<string, unknown>): EndpointSearch {
  const status = DELIVERY_STATUSES.find((known) => known === search.status);
  return { ...(status && { status }), ...textsOf(search, ['event_type', 'order_id', 'page_token', 'delivery']) };
}

/** The texts that are there; one of digits alone comes as a number. */
function textsOf<Name extends string>(search: Record<string, unknown>, names: readonly Name[]) {
  const texts = names.flatMap((name) => {
    const given = search[name];
    const text = typeof given === 'number' ? String(given) : given;
    return typeof text === 'string' && text.trim() !== '' ? [[name, text.trim()] as const] : [];
  });
  return Object.fromEntries(texts) as Partial<Record<Name, string>>;
}
