/** The statements that keep webhook endpoints. Those of their deliveries are in webhook-deliveries.ts. */
import type { WebhookDisabledReason, WebhookStatus } from '../domain/webhook.ts';
import { auditPart } from './audit.ts';
import type { Database } from './client.ts';

/** An address that is told of events, without its secret; `eventTypes` is empty where it gets all. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  readonly eventTypes: readonly string[];
  readonly status: WebhookStatus;
  readonly disabledReason: WebhookDisabledReason | null;
  /** Since when every attempt failed; null after a success. */
  readonly failingSince: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** How its latest deliveries stand, at most {@link MOST_RECENT}. */
  readonly recent: { readonly delivered: number; readonly pending: number; readonly failed: number };
}

/** How many of its deliveries say how an endpoint is doing. */
export const MOST_RECENT = 100;

/** What a delivery is signed with: the secret, and for a while the one before it. */
export interface SigningSecrets {
  readonly secret: string;
  readonly previousSecret: string | null;
}

/** Adds an endpoint for events that are committed from now on; undefined where there are `most` already. */
export async function addEndpoint(
  db: Database,
  endpoint: { id: string; url: string; eventTypes: readonly string[]; secret: string },
  most: number,
  actor?: string,
): Promise<WebhookEndpoint | undefined> {
  const { id, url, eventTypes, secret } = endpoint;
  const [added] = await db<WebhookEndpoint[]>`
    with changed as (
      insert into webhook_endpoints (id, url, event_types, secret)
      select ${id}, ${url}, ${[...eventTypes]}::text[], ${secret}
      where (select count(*) from webhook_endpoints where status <> 'REMOVED') < ${most}::int
      returning *
    )${auditPart(db, actor, { action: 'webhook.create', result: 'CREATED', detail: state(db) })}
    select ${columns(db)} from changed as webhook_endpoints`;
  return added;
}

/** A page of endpoints, the oldest first; `after` is the last id of the page before. */
export function listEndpoints(
  db: Database,
  page: { after?: string | undefined; limit: number },
): Promise<WebhookEndpoint[]> {
  return db<WebhookEndpoint[]>`
    select ${columns(db)} from webhook_endpoints
    where status <> 'REMOVED' ${page.after === undefined ? db`` : db`and id > ${page.after}`}
    order by id limit ${page.limit}`;
}

/** One endpoint, or undefined. */
export async function findEndpoint(db: Database, id: string): Promise<WebhookEndpoint | undefined> {
  const [endpoint] = await db<WebhookEndpoint[]>`
    select ${columns(db)} from webhook_endpoints where id = ${id} and status <> 'REMOVED'`;
  return endpoint;
}

/** Where an endpoint is and what it is signed with, for sending to it; or undefined. */
export async function findTarget(
  db: Database,
  id: string,
): Promise<({ readonly url: string } & SigningSecrets) | undefined> {
  const [target] = await db<({ url: string } & SigningSecrets)[]>`
    select url, secret, ${validPreviousSecret(db)} as "previousSecret" from webhook_endpoints
    where id = ${id} and status <> 'REMOVED'`;
  return target;
}

/**
 * Changes what is given. Enabled again, it gets the events that are committed from then on; disabled, its pending
 * deliveries wait. Undefined where there is no such endpoint.
 */
export async function changeEndpoint(
  db: Database,
  id: string,
  change: {
    url?: string | undefined;
    eventTypes?: readonly string[] | undefined;
    status?: 'ACTIVE' | 'DISABLED' | undefined;
  },
  actor?: string,
): Promise<WebhookEndpoint | undefined> {
  const url = change.url ?? null;
  const eventTypes = change.eventTypes ? [...change.eventTypes] : null;
  const status = change.status ?? null;
  const [changed] = await db<WebhookEndpoint[]>`
    with changed as (update webhook_endpoints set
      url = coalesce(${url}, url), event_types = coalesce(${eventTypes}::text[], event_types),
      status = coalesce(${status}, status),
      disabled_reason = case coalesce(${status}, status)
        when 'DISABLED' then coalesce(disabled_reason, 'ON_REQUEST') end,
      registered_at = case when status = 'DISABLED' and ${status} = 'ACTIVE'
        then pg_current_snapshot() else registered_at end,
      failing_since = case when ${url}::text is not null or ${status} = 'ACTIVE' then null else failing_since end,
      updated_at = now()
      where id = ${id} and status <> 'REMOVED'
      returning *
    )${auditPart(db, actor, { action: 'webhook.change', result: 'CHANGED', detail: state(db) })}
    select ${columns(db)} from changed as webhook_endpoints`;
  return changed;
}

/**
 * Sets a new secret; the one before goes on signing beside it for `overlapMs`. Undefined where there is no such
 * endpoint.
 */
export async function rotateSecret(
  db: Database,
  id: string,
  { secret, overlapMs }: { secret: string; overlapMs: number },
  actor?: string,
): Promise<WebhookEndpoint | undefined> {
  const [changed] = await db<WebhookEndpoint[]>`
    with changed as (
      update webhook_endpoints set secret = ${secret}, previous_secret = secret,
        previous_secret_until = now() + ${overlapMs} * interval '1 millisecond', updated_at = now()
      where id = ${id} and status <> 'REMOVED' and secret <> ${secret}
      returning *
    )${auditPart(db, actor, { action: 'webhook.rotate-secret', result: 'ROTATED' })}
    select ${columns(db)} from changed as webhook_endpoints`;
  return changed ?? findEndpoint(db, id);
}

/** Removes an endpoint from sight and forgets its secrets; answers whether it was there. */
export async function removeEndpoint(db: Database, id: string, actor?: string): Promise<boolean> {
  const removed = await db`
    with changed as (
      update webhook_endpoints set status = 'REMOVED', disabled_reason = null, secret = '', previous_secret = null,
        previous_secret_until = null, updated_at = now()
      where id = ${id} and status <> 'REMOVED' returning id
    )${auditPart(db, actor, { action: 'webhook.remove', result: 'REMOVED' })}
    select id from changed`;
  return removed.count === 1;
}

/** Deletes removed endpoints whose deliveries are all gone. */
export async function deleteRemovedEndpoints(db: Database): Promise<void> {
  await db`
    delete from webhook_endpoints e where status = 'REMOVED'
      and not exists (select from webhook_deliveries where endpoint_id = e.id)`;
}

/** The secret before a rotation while it goes on signing, as SQL over a row of `webhook_endpoints`. */
export function validPreviousSecret(db: Database) {
  return db`case when previous_secret_until > now() then previous_secret end`;
}

/** What the audit keeps of an endpoint, as SQL: no secret, and of the URL nothing behind its path, where one may stand. */
function state(db: Database) {
  return db`jsonb_build_object('url', split_part(url, '?', 1), 'event_types', event_types, 'status', status)`;
}

function columns(db: Database) {
  return db`id, url, event_types as "eventTypes", status, disabled_reason as "disabledReason",
    failing_since as "failingSince", created_at as "createdAt", updated_at as "updatedAt", (
      select jsonb_build_object('delivered', count(*) filter (where latest.status = 'DELIVERED'),
        'pending', count(*) filter (where latest.status = 'PENDING'),
        'failed', count(*) filter (where latest.status = 'FAILED'))
      from (
        select d.status from webhook_deliveries d
        where d.endpoint_id = webhook_endpoints.id order by d.id desc limit ${MOST_RECENT}
      ) as latest
    ) as recent`;
}
