/** The statements that keep deliveries to webhook endpoints: made from the log, claimed, sent, recorded. */
import type { DeliveryStatus } from '../domain/webhook.ts';
import { auditPart } from './audit.ts';
import type { Database } from './client.ts';
import { type CursorMove, cursorMove } from './log.ts';
import { type SigningSecrets, validPreviousSecret } from './webhooks.ts';

/** An event to be delivered: the type outside, and the body as it is sent. */
export interface WebhookEvent {
  readonly eventId: string;
  readonly type: string;
  readonly orderId: string;
  readonly traceparent: string | null;
  /** The transaction that committed the event: endpoints that were registered later do not get it. */
  readonly tx: string;
  readonly body: string;
}

/** A delivery that this process has to itself for a while, with all that is needed to send it. */
export interface ClaimedDelivery extends SigningSecrets {
  readonly id: string;
  readonly endpointId: string;
  readonly url: string;
  readonly eventId: string;
  /** The CloudEvents type. */
  readonly eventType: string;
  readonly orderId: string;
  readonly traceparent: string | null;
  readonly body: string;
  /** Attempts before this one. */
  readonly attempts: number;
  /** Failed attempts since the delivery began, or was begun anew by hand. */
  readonly failures: number;
}

/** What an attempt came to. */
export interface AttemptRecord {
  readonly durationMs: number;
  readonly responseStatus: number | null;
  readonly responseBody: string | null;
  /** Null where it was delivered. */
  readonly error: string | null;
  /** Milliseconds until the next attempt; undefined where this was the last one. */
  readonly nextInMs: number | undefined;
  /** Whether the receiver wants no more, which disables its endpoint. */
  readonly isGone: boolean;
}

/** A delivery as it is listed. */
export interface DeliveryRow {
  readonly id: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly orderId: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly nextAttemptAt: string;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

/** An attempt as it was recorded. */
export interface AttemptRow {
  readonly attempt: number;
  readonly at: string;
  readonly durationMs: number;
  readonly responseStatus: number | null;
  readonly responseBody: string | null;
  readonly error: string | null;
}

/** The types of events that some active endpoint asks for. */
export async function wantedEventTypes(db: Database): Promise<'all' | ReadonlySet<string>> {
  const rows = await db<{ types: readonly string[] }[]>`
    select distinct event_types as types from webhook_endpoints where status = 'ACTIVE'`;
  if (rows.some(({ types }) => types.length === 0)) return 'all';
  return new Set(rows.flatMap(({ types }) => types));
}

/**
 * Makes a delivery of each event for each active endpoint that asked for it before it was committed, together with the
 * move of the cursor; answers whether the move was made, and how many deliveries were.
 */
export async function addDeliveries(
  db: Database,
  events: readonly WebhookEvent[],
  move: CursorMove,
): Promise<{ isMoved: boolean; added: number }> {
  const [row] = await db<{ isMoved: boolean; added: number }[]>`
    with move as (${cursorMove(db, move)}), event as materialized (
      select * from jsonb_to_recordset(${db.json(events.map((event) => ({ ...event })))}::jsonb)
        as e("eventId" uuid, type text, "orderId" text, traceparent text, tx xid8, body text)
    ), endpoint as materialized (
      select id, event_types, registered_at from webhook_endpoints
      where status = 'ACTIVE' and exists (select from move) order by id for key share
    ), delivery as (
      insert into webhook_deliveries (endpoint_id, event_id, event_type, order_id, traceparent, body)
      select endpoint.id, event."eventId", event.type, event."orderId", event.traceparent, event.body
      from event cross join endpoint
      where (endpoint.event_types = '{}' or event.type = any(endpoint.event_types))
        and not pg_visible_in_snapshot(event.tx, endpoint.registered_at)
      on conflict (endpoint_id, event_id) do nothing
      returning endpoint_id
    )
    select exists (select from move) as "isMoved", (select count(*)::int from delivery) as added`;
  return row ?? { isMoved: false, added: 0 };
}

/** How many deliveries to claim. */
export interface ClaimOptions {
  readonly limit: number;
  /** How many an endpoint may have under way, over all processes. An endpoint that fails has one. */
  readonly mostPerEndpoint: number;
  readonly claimMs: number;
}

/** Claims deliveries that are due: first one of each endpoint, then a second of each, and so on. */
export function claimDueDeliveries(
  db: Database,
  { limit, mostPerEndpoint, claimMs }: ClaimOptions,
): Promise<ClaimedDelivery[]> {
  return db<ClaimedDelivery[]>`
    with endpoint as materialized (
      select id, greatest(0, case when failing_since is null then ${mostPerEndpoint}::int else 1 end - (
        select count(*)::int from webhook_deliveries
        where endpoint_id = e.id and claimed_until is not null and claimed_until > now()
      )) as free
      from webhook_endpoints e where status = 'ACTIVE'
    ), due as materialized (
      select d.id, d.next_attempt_at, row_number() over (partition by e.id order by d.next_attempt_at) as turn
      from endpoint e cross join lateral (
        select id, next_attempt_at from webhook_deliveries
        where endpoint_id = e.id and status = 'PENDING' and next_attempt_at <= now()
          and (claimed_until is null or claimed_until <= now())
        order by next_attempt_at limit e.free for update skip locked
      ) as d
    ), claimed as (
      update webhook_deliveries set claimed_until = now() + ${claimMs} * interval '1 millisecond'
      where id in (select id from due order by turn, next_attempt_at limit ${limit})
      returning *
    )
    select c.id, c.endpoint_id as "endpointId", c.event_id as "eventId", c.event_type as "eventType",
      c.order_id as "orderId", c.traceparent, c.body, c.attempts, c.failures,
      url, secret, ${validPreviousSecret(db)} as "previousSecret"
    from claimed c join webhook_endpoints e on e.id = c.endpoint_id
    order by c.next_attempt_at`;
}

/** For how long every attempt to an endpoint must have failed before it is disabled, in milliseconds: five days. */
const DISABLE_AFTER_FAILING_MS = 432_000_000;

/**
 * Records an attempt of a claimed delivery, once: the attempt, what follows for the delivery, and what it says of the
 * endpoint. Answers whether the endpoint was disabled by it.
 */
export async function recordAttempt(
  db: Database,
  { id, attempts }: Pick<ClaimedDelivery, 'id' | 'attempts'>,
  record: AttemptRecord,
): Promise<{ isDisabled: boolean }> {
  const isDelivered = record.error === null;
  const isOver = isDelivered || record.nextInMs === undefined;
  const status: DeliveryStatus = isDelivered ? 'DELIVERED' : isOver ? 'FAILED' : 'PENDING';
  const isFailing = db`failing_since < now() - ${DISABLE_AFTER_FAILING_MS} * interval '1 millisecond'`;
  const [row] = await db<{ isDisabled: boolean }[]>`
    with delivery as (
      update webhook_deliveries set status = ${status}, attempts = attempts + 1,
        failures = failures + ${isDelivered ? 0 : 1}::int, claimed_until = null,
        next_attempt_at = now() + ${record.nextInMs ?? 0} * interval '1 millisecond',
        last_status = ${record.responseStatus}::int, last_error = ${record.error},
        finished_at = case when ${isOver} then now() end
      where id = ${id} and attempts = ${attempts} and status = 'PENDING'
      returning id, endpoint_id, attempts
    ), logged as (
      insert into webhook_attempts (delivery_id, attempt, duration_ms, response_status, response_body, error)
      select id, attempts, ${record.durationMs}::int, ${record.responseStatus}::int, ${record.responseBody},
        ${record.error} from delivery
    ), endpoint as (
      update webhook_endpoints e set
        failing_since = case when ${isDelivered} then null else coalesce(failing_since, now()) end,
        status = case when ${record.isGone} or (not ${isDelivered} and ${isFailing}) then 'DISABLED' else status end,
        disabled_reason = case when ${record.isGone} then 'GONE'
          when not ${isDelivered} and ${isFailing} then 'FAILING' end,
        updated_at = now()
      from delivery d
      where e.id = d.endpoint_id and e.status = 'ACTIVE'
        and case when ${isDelivered} then failing_since is not null
          else ${record.isGone} or failing_since is null or ${isFailing} end
      returning e.status
    )
    select exists (select from endpoint where status = 'DISABLED') as "isDisabled"`;
  return row ?? { isDisabled: false };
}

/** Gives a claim back without an attempt, so that another process sends it at once. */
export async function releaseClaim(db: Database, { id, attempts }: Pick<ClaimedDelivery, 'id' | 'attempts'>) {
  await db`
    update webhook_deliveries set claimed_until = null
    where id = ${id} and attempts = ${attempts} and status = 'PENDING'`;
}

/** Which deliveries: those that match everything that is given. */
export interface DeliveryFilter {
  readonly status?: DeliveryStatus | undefined;
  /** The CloudEvents type. */
  readonly eventType?: string | undefined;
  readonly orderId?: string | undefined;
}

/** A page of an endpoint's deliveries, the newest first; `before` is the last id of the page before. */
export function listDeliveries(
  db: Database,
  endpointId: string,
  page: DeliveryFilter & { before?: string | undefined; limit: number },
): Promise<DeliveryRow[]> {
  return db<DeliveryRow[]>`
    select ${columns(db)} from webhook_deliveries d
    where endpoint_id = ${endpointId}
      ${page.status === undefined ? db`` : db`and status = ${page.status}`}
      ${page.eventType === undefined ? db`` : db`and event_type = ${page.eventType}`}
      ${page.orderId === undefined ? db`` : db`and ${isOfOrder(db, page.orderId)}`}
      ${page.before === undefined ? db`` : db`and id < ${page.before}`}
    order by id desc limit ${page.limit}`;
}

/** Found by the order's events, of which an endpoint gets each once: deliveries need no index by order of their own. */
function isOfOrder(db: Database, orderId: string) {
  return db`event_id = any(array(select event_id from order_events where order_id = ${orderId}))`;
}

/** A delivery with its body and all of its attempts, the first one first; or undefined. */
export async function findDelivery(
  db: Database,
  id: string,
): Promise<{ delivery: DeliveryRow & { body: string }; attempts: AttemptRow[] } | undefined> {
  const [row] = await db<(DeliveryRow & { body: string; log: (AttemptRow & { at: string })[] })[]>`
    select ${columns(db)}, body, coalesce((
      select jsonb_agg(jsonb_build_object('attempt', a.attempt, 'at', a.at, 'durationMs', a.duration_ms,
        'responseStatus', a.response_status, 'responseBody', a.response_body, 'error', a.error) order by a.attempt)
      from webhook_attempts a where a.delivery_id = d.id
    ), '[]') as log
    from webhook_deliveries d
    where id = ${id} and exists (select from webhook_endpoints where id = d.endpoint_id and status <> 'REMOVED')`;
  if (!row) return undefined;
  const { log, ...delivery } = row;
  return { delivery, attempts: log.map((attempt) => ({ ...attempt, at: new Date(attempt.at).toISOString() })) };
}

/** Sends a delivery again at once, whatever became of it: one that was over begins anew. Undefined where it cannot be. */
export async function retryDelivery(db: Database, id: string, actor?: string): Promise<DeliveryRow | undefined> {
  const [row] = await db<DeliveryRow[]>`
    with changed as (
      update webhook_deliveries d set status = 'PENDING', next_attempt_at = now(), finished_at = null,
        failures = case when status = 'PENDING' then failures else 0 end
      where id = ${id} and exists (select from webhook_endpoints where id = d.endpoint_id and status = 'ACTIVE')
      returning *
    )${auditPart(db, actor, {
      action: 'webhook.retry',
      result: 'PENDING',
      subject: db`endpoint_id::text`,
      detail: db`jsonb_build_object('delivery_id', id)`,
    })}
    select ${columns(db)} from changed as d`;
  return row;
}

/** Gives up a batch of what is pending for endpoints that disabled themselves; answers how many that were. */
export async function giveUpDisabled(db: Database, limit: number): Promise<number> {
  const failed = await db`
    update webhook_deliveries set status = 'FAILED', finished_at = now(), claimed_until = null,
      last_error = 'the endpoint was disabled'
    where id in (
      select d.id from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id
      where e.status = 'DISABLED' and e.disabled_reason <> 'ON_REQUEST' and d.status = 'PENDING'
        and (d.claimed_until is null or d.claimed_until <= now())
      limit ${limit} for update of d skip locked
    )`;
  return failed.count;
}

/** Deletes a batch of deliveries that ended before the retention, or whose endpoint was removed; answers how many. */
export async function deleteOldDeliveries(
  db: Database,
  { retentionMs, limit }: { retentionMs: number; limit: number },
): Promise<number> {
  const deleted = await db`
    with old as (
      select id from webhook_deliveries
      where status <> 'PENDING' and finished_at < now() - ${retentionMs} * interval '1 millisecond'
      order by finished_at limit ${limit} for update skip locked
    ), removed as (
      select d.id from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id
      where e.status = 'REMOVED' limit ${limit} for update of d skip locked
    )
    delete from webhook_deliveries where id in (select id from old union select id from removed)`;
  return deleted.count;
}

function columns(db: Database) {
  return db`d.id, d.endpoint_id as "endpointId", d.event_id as "eventId", d.event_type as "eventType",
    d.order_id as "orderId", d.status, d.attempts, d.next_attempt_at as "nextAttemptAt", d.last_status as "lastStatus",
    d.last_error as "lastError", d.created_at as "createdAt", d.finished_at as "finishedAt"`;
}
