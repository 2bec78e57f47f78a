/** The audit: what people, and processes in their place, did to dead letters. Append-only. */
import type { JSONValue } from 'postgres';
import type { Fragment } from './change.ts';
import type { Database } from './client.ts';

/** Who did what to what, and how it ended. `detail` is JSON. */
export interface NewAuditEntry {
  readonly actor: string;
  /** Such as `dead-letter.replay`. */
  readonly action: string;
  /** The id of a dead letter, or `dead-letters` where it is about several. */
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

/** A page of entries, the newest first: those before an id, about one subject where given. */
export function listAudit(
  db: Database,
  { subject, before, limit }: { subject?: string | undefined; before?: number | undefined; limit: number },
): Promise<AuditEntry[]> {
  return db<AuditEntry[]>`
    select id, at, actor, action, subject, result, detail from audit_log where true
      ${subject === undefined ? db`` : db`and subject = ${subject}`}
      ${before === undefined ? db`` : db`and id < ${before}`}
    order by id desc limit ${limit}`;
}
