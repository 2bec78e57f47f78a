/** The audit: what people, and programs in their place, changed by hand. Append-only. */
import type { JSONValue } from 'postgres';
import type { Fragment } from './change.ts';
import type { Database } from './client.ts';

/** Who did what to what, and how it ended. `detail` is JSON. */
export interface NewAuditEntry {
  readonly actor: string;
  /** Such as `dead-letter.replay`. */
  readonly action: string;
  /** The id of what it is about, `dead-letters` where it is about several, `payment-simulator` or `projections`. */
  readonly subject: string;
  /** Such as `REPLAYED` or `REFUSED`. */
  readonly result: string;
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
}

/** An entry as it was written; `id` grows. */
export interface AuditEntry extends NewAuditEntry {
  readonly id: number;
  readonly at: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Writes an entry about what changed nothing; a change writes its entry by {@link auditOf} in its own statement. */
export async function recordAudit(
  db: Database,
  { actor, action, subject, result, detail }: NewAuditEntry,
): Promise<void> {
  await db`
    insert into audit_log (actor, action, subject, result, detail)
    values (${actor}, ${action}, ${subject}, ${result}, ${db.json((detail ?? {}) as JSONValue)})`;
}

/** The insertion of an entry for each row of a part of the statement, as SQL: `from` has `event_id`, `detail` is SQL over it. */
export function auditOf(
  db: Database,
  from: Fragment,
  { actor, action, result, detail }: { actor: string; action: string; result: string; detail?: Fragment },
): Fragment {
  return db`
    insert into audit_log (actor, action, subject, result, detail)
    select ${actor}, ${action}, event_id, ${result}, ${detail ?? db`'{}'::jsonb`} from ${from}`;
}

/**
 * The insertion as a further part of a `with`, for each row of the part `changed`, where somebody acts; nothing where the
 * software does by itself. `subject` and `detail` are SQL over the row.
 */
export function auditPart(
  db: Database,
  actor: string | undefined,
  { action, result, subject, detail }: { action: string; result: string; subject?: Fragment; detail?: Fragment },
): Fragment {
  if (actor === undefined) return db``;
  return db`, audit as (
    insert into audit_log (actor, action, subject, result, detail)
    select ${actor}, ${action}, ${subject ?? db`id::text`}, ${result}, ${detail ?? db`'{}'::jsonb`} from changed
  )`;
}

/** Which entries: those that match everything that is given. */
export interface AuditFilter {
  readonly subject?: string | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  /** How actions begin, such as `dead-letter.`. */
  readonly area?: string | undefined;
  /** At or after, ISO 8601. */
  readonly from?: string | undefined;
  /** Before, ISO 8601. */
  readonly to?: string | undefined;
}

/** A page of entries, the newest first: those before an id. */
export function listAudit(
  db: Database,
  {
    subject,
    actor,
    action,
    area,
    from,
    to,
    before,
    limit,
  }: AuditFilter & { before?: number | undefined; limit: number },
): Promise<AuditEntry[]> {
  return db<AuditEntry[]>`
    select id, at, actor, action, subject, result, detail from audit_log where true
      ${subject === undefined ? db`` : db`and subject = ${subject}`}
      ${actor === undefined ? db`` : db`and actor = ${actor}`}
      ${action === undefined ? db`` : db`and action = ${action}`}
      ${area === undefined ? db`` : db`and starts_with(action, ${area})`}
      ${from === undefined ? db`` : db`and at >= ${from}::timestamptz`}
      ${to === undefined ? db`` : db`and at < ${to}::timestamptz`}
      ${before === undefined ? db`` : db`and id < ${before}`}
    order by id desc limit ${limit}`;
}
