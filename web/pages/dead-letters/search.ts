/** What the address of the page holds, so that a view can be shared. */
import type { Schema } from '../../api/client.ts';

export type DeadLetter = Schema<'DeadLetter'>;
export type Status = DeadLetter['status'];
export type Source = DeadLetter['source'];

/** The statuses in the order in which somebody deals with them. */
export const STATUSES = ['PENDING', 'FAILED', 'REPLAYED', 'SKIPPED'] as const satisfies readonly Status[];
export const SOURCES = ['PUBLISHER', 'INBOUND'] as const satisfies readonly Source[];

/** Which dead letters, or the audit where `view` says so; `page_token` is of the page that is shown. */
export interface DeadLettersSearch {
  readonly view?: 'audit';
  /** `PENDING` where absent. */
  readonly status?: Status;
  readonly source?: Source;
  readonly topic?: string;
  readonly order_id?: string;
  /** Of the audit: who, what, and about which dead letter. */
  readonly actor?: string;
  readonly action?: string;
  readonly event_id?: string;
  readonly page_token?: string;
}

const TEXTS = ['topic', 'order_id', 'actor', 'action', 'event_id', 'page_token'] as const;

/** Reads it; what means nothing is left out. */
export function deadLettersSearch(search: Record<string, unknown>): DeadLettersSearch {
  const status = STATUSES.find((known) => known === search.status);
  const source = SOURCES.find((known) => known === search.source);
  const texts = TEXTS.flatMap((name) => {
    const text = search[name];
    // A text of digits alone comes as a number.
    const given = typeof text === 'number' ? String(text) : text;
    return typeof given === 'string' && given.trim() !== '' ? [[name, given.trim()] as const] : [];
  });
  return {
    ...(search.view === 'audit' && { view: 'audit' as const }),
    ...(status && { status }),
    ...(source && { source }),
    ...Object.fromEntries(texts),
  };
}
