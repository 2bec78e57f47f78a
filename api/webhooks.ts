/** The use cases of webhooks: endpoints, their deliveries, trying one out. */
import { v7 } from 'uuid';
import { recordAudit } from '../db/audit.ts';
import type { Database } from '../db/client.ts';
import {
  type AttemptRow,
  type DeliveryFilter,
  type DeliveryRow,
  findDelivery,
  listDeliveries,
  retryDelivery,
} from '../db/webhook-deliveries.ts';
import {
  addEndpoint,
  changeEndpoint,
  findEndpoint,
  findTarget,
  listEndpoints,
  removeEndpoint,
  rotateSecret,
  type WebhookEndpoint,
} from '../db/webhooks.ts';
import { Failure } from '../domain/failures.ts';
import type { Violation } from '../domain/rules.ts';
import { ALL_EVENTS, parseEventType, WEBHOOK_EVENT_TYPES } from '../domain/webhook.ts';
import { isSecret, makeSecret, SECRET_RULE } from '../events/webhooks/secrets.ts';
import type { SendOutcome, WebhookSender } from '../events/webhooks/sender.ts';
import { testMessage } from '../events/webhooks/test-message.ts';
import { checkOrderId, checkPageSize, demand, violation } from './checks.ts';

/** An endpoint as a client asks for it. */
export interface EndpointRequest {
  readonly url: string;
  /** CloudEvents types, names of events, or `*`; all where absent or empty. */
  readonly eventTypes?: readonly string[] | undefined;
  /** Made where absent. */
  readonly secret?: unknown;
}

/** A change of an endpoint: what is absent stays. */
export interface EndpointChange {
  readonly url?: string | undefined;
  readonly eventTypes?: readonly string[] | undefined;
  readonly status?: 'ACTIVE' | 'DISABLED' | undefined;
}

/** An endpoint with the secret that is shown this once. */
export interface EndpointWithSecret {
  readonly endpoint: WebhookEndpoint;
  readonly secret: string;
}

/** Which page of a list. */
export interface PageQuery {
  /** 1 to 500; 50 where absent. */
  readonly pageSize?: number | undefined;
  readonly pageToken?: string | undefined;
}

/** A page; `nextPageToken` is empty on the last one. */
export interface Page<Entry> {
  readonly entries: readonly Entry[];
  readonly nextPageToken: string;
}

/** A delivery with everything that was sent and answered. */
export interface DeliveryDetails {
  readonly delivery: DeliveryRow & { readonly body: string };
  readonly attempts: readonly AttemptRow[];
}

export type Webhooks = ReturnType<typeof createWebhooks>;

/** Sends a test event to an endpoint and answers its id and what came of it. */
export type TestWebhook = (id: string, actor: string) => Promise<SendOutcome & { readonly eventId: string }>;

const DEFAULT_PAGE_SIZE = 50;
/** Each event is looked at for every endpoint, so there is a bound. */
const MOST_ENDPOINTS = 500;
const SECRET_OVERLAP_MS = 86_400_000;
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** Makes the use cases; refusals are {@link Failure}s. */
export function createWebhooks({ db, sender }: { db: Database; sender: WebhookSender }) {
  const get = async (id: string): Promise<WebhookEndpoint> => found(id, UUID.test(id) && (await findEndpoint(db, id)));

  return {
    /** One endpoint. */
    get,

    /** Registers an endpoint for the events that are committed from now on; answers its secret this once. */
    add: async ({ url, eventTypes = [], secret }: EndpointRequest, actor: string): Promise<EndpointWithSecret> => {
      demand(checkEventTypes(eventTypes), checkSecret(secret));
      await demandAllowed(sender, url);
      const key = typeof secret === 'string' ? secret : makeSecret();
      const request = { id: v7(), url, eventTypes: readEventTypes(eventTypes), secret: key };
      const endpoint = await addEndpoint(db, request, MOST_ENDPOINTS, actor);
      if (endpoint) return { endpoint, secret: key };
      throw new Failure('TOO_MANY_WEBHOOKS', `There are ${MOST_ENDPOINTS} webhooks already. Remove one first.`);
    },

    /** A page of endpoints, the oldest first. */
    list: async (query: PageQuery): Promise<Page<WebhookEndpoint>> =>
      page(query, (after, limit) => listEndpoints(db, { after, limit })),

    /** Changes an endpoint. Enabled again, it gets the events that are committed from then on. */
    change: async (id: string, wish: EndpointChange, actor: string): Promise<WebhookEndpoint> => {
      const { url, eventTypes, status } = wish;
      if (eventTypes) demand(checkEventTypes(eventTypes));
      if (url !== undefined) await demandAllowed(sender, url);
      const change = { url, eventTypes: eventTypes && readEventTypes(eventTypes), status };
      return found(id, UUID.test(id) && (await changeEndpoint(db, id, change, actor)));
    },

    /** Sets a new secret, a made one where none is given; the one before goes on signing beside it for a day. */
    rotateSecret: async (id: string, secret: unknown, actor: string): Promise<EndpointWithSecret> => {
      demand(checkSecret(secret));
      const key = typeof secret === 'string' ? secret : makeSecret();
      const change = { secret: key, overlapMs: SECRET_OVERLAP_MS };
      return { endpoint: found(id, UUID.test(id) && (await rotateSecret(db, id, change, actor))), secret: key };
    },

    /** Removes an endpoint; what is pending is not sent. */
    remove: async (id: string, actor: string): Promise<void> => {
      found(id, UUID.test(id) && (await removeEndpoint(db, id, actor)));
    },

    /** A page of an endpoint's deliveries, the newest first. */
    deliveries: async (
      id: string,
      { status, eventType, orderId, ...query }: PageQuery & DeliveryFilter,
    ): Promise<Page<DeliveryRow>> => {
      demand(
        eventType === undefined ? [] : checkEventType('event_type', eventType),
        orderId === undefined ? [] : checkOrderId(orderId),
      );
      const endpoint = await get(id);
      const type = eventType === undefined ? undefined : parseEventType(eventType);
      const filter = { status, eventType: type === ALL_EVENTS ? undefined : type, orderId };
      return page(query, (before, limit) => listDeliveries(db, endpoint.id, { ...filter, before, limit }));
    },

    /** A delivery with its body and every attempt. */
    delivery: async (id: string): Promise<DeliveryDetails> => {
      const details = UUID.test(id) && (await findDelivery(db, id));
      if (!details) throw deliveryNotFound(id);
      return details;
    },

    /** Sends a delivery again, also one that was delivered; one that was over gets all of its attempts anew. */
    retry: async (id: string, actor: string): Promise<DeliveryRow> => {
      const retried = UUID.test(id) && (await retryDelivery(db, id, actor));
      if (retried) return retried;
      const details = UUID.test(id) && (await findDelivery(db, id));
      if (!details) throw deliveryNotFound(id);
      const { endpointId } = details.delivery;
      throw new Failure('WEBHOOK_DISABLED', `Webhook ${endpointId} is disabled. Enable it, then retry the delivery.`);
    },
  };
}

/** Makes the use case that tries out an endpoint, also a disabled one. */
export function createTestWebhook({ db, sender }: { db: Database; sender: WebhookSender }): TestWebhook {
  return async (id, actor) => {
    const target = found(id, UUID.test(id) && (await findTarget(db, id)));
    const message = testMessage(id);
    await recordAudit(db, { actor, action: 'webhook.test', subject: id, result: 'SENT' });
    return { ...(await sender.send({ ...target, ...message })), eventId: message.id };
  };
}

function found<Thing>(id: string, thing: Thing | undefined | false): Thing {
  if (thing === undefined || thing === false) throw new Failure('NOT_FOUND', `There is no webhook ${id}.`);
  return thing;
}

function deliveryNotFound(id: string): Failure {
  return new Failure('NOT_FOUND', `There is no delivery ${id}.`);
}

async function demandAllowed(sender: WebhookSender, url: string): Promise<void> {
  const message = await sender.forbidden(url);
  if (message === undefined) return;
  const broken = violation('url', withoutCredentials(url), 'webhook_url', message);
  throw new Failure('WEBHOOK_URL_FORBIDDEN', broken.message, { violations: [broken] });
}

/** A password is not sent back. */
function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/?#]*@/, '//…@');
}

function checkEventTypes(words: readonly string[]): Violation[] {
  return words.flatMap((word, place) => checkEventType(`event_types[${place}]`, word));
}

function checkEventType(field: string, word: string): Violation[] {
  if (parseEventType(word) !== undefined) return [];
  const message = `must be one of ${[ALL_EVENTS, ...WEBHOOK_EVENT_TYPES].join(', ')}`;
  return [violation(field, word, 'event_type', message)];
}

/** The types to store: none where all are asked for. */
function readEventTypes(words: readonly string[]): string[] {
  const types = new Set(words.flatMap((word) => parseEventType(word) ?? []));
  return types.has(ALL_EVENTS) ? [] : [...types];
}

/** A wrong secret is not sent back. */
function checkSecret(secret: unknown): Violation[] {
  if (secret === undefined || (typeof secret === 'string' && isSecret(secret))) return [];
  return [violation('secret', undefined, 'webhook_secret', SECRET_RULE)];
}

async function page<Entry extends { readonly id: string }>(
  { pageSize = DEFAULT_PAGE_SIZE, pageToken }: PageQuery,
  read: (token: string | undefined, limit: number) => Promise<Entry[]>,
): Promise<Page<Entry>> {
  demand(checkPageSize(pageSize), checkPageToken(pageToken));
  const entries = await read(pageToken === '' ? undefined : pageToken, pageSize + 1);
  const shown = entries.slice(0, pageSize);
  return { entries: shown, nextPageToken: entries.length > pageSize ? (shown.at(-1)?.id ?? '') : '' };
}

function checkPageToken(token: string | undefined): Violation[] {
  if (token === undefined || token === '' || UUID.test(token)) return [];
  return [violation('page_token', token, 'page', 'must be the next_page_token of an earlier page')];
}
