/** The use case that reads the audit: what people changed by hand. */
import { type AuditEntry, type AuditFilter, listAudit } from '../db/audit.ts';
import type { Database } from '../db/client.ts';
import { checkPageSize, checkText, checkTime, demand, toInstant, violation } from './checks.ts';

/** A page of the audit, the newest first; `nextPageToken` is empty on the last one. */
export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  readonly nextPageToken: string;
}

/** Which entries, all that match where several filters are given, and which page of them. */
export interface AuditQuery extends AuditFilter {
  /** 1 to 500; 50 where absent. */
  readonly pageSize?: number | undefined;
  readonly pageToken?: string | undefined;
}

export type ReadAudit = (query: AuditQuery) => Promise<AuditPage>;

const DEFAULT_PAGE_SIZE = 50;
const MOST_TEXT = 100;
/** The kind of a caller and an id, of which the subject of a token may be the longest with 200 characters. */
const MOST_ACTOR = 220;

/** Makes the use case; refusals are `Failure`s. */
export function createReadAudit({ db }: { db: Database }): ReadAudit {
  return async ({ pageSize = DEFAULT_PAGE_SIZE, pageToken, ...filter }) => {
    demand(
      checkPageSize(pageSize),
      checkText('actor', filter.actor, { rule: 'actor', most: MOST_ACTOR }),
      checkText('action', filter.action, { rule: 'shape', most: MOST_TEXT }),
      checkText('subject', filter.subject, { rule: 'shape', most: MOST_TEXT }),
      checkTime('from', filter.from),
      checkTime('to', filter.to),
    );
    const before = pageToken ? readPageToken(pageToken) : undefined;
    const found = await listAudit(db, {
      ...filter,
      from: toInstant(filter.from),
      to: toInstant(filter.to),
      before,
      limit: pageSize + 1,
    });
    const entries = found.slice(0, pageSize);
    const last = entries.at(-1);
    return { entries, nextPageToken: found.length > pageSize && last ? writePageToken(last) : '' };
  };
}

function writePageToken({ id }: AuditEntry): string {
  return Buffer.from(String(id)).toString('base64url');
}

function readPageToken(token: string): number {
  const text = Buffer.from(token, 'base64url').toString();
  if (!/^\d{1,15}$/.test(text))
    demand([violation('page_token', token, 'page', 'must be the next_page_token of an earlier page')]);
  return Number(text);
}
