/** The use case of alerts: what is wrong with open orders now. */
import { type AlertFilter, countAlerts, listAlerts, type OpenAlert } from '../db/alerts.ts';
import type { Database } from '../db/client.ts';
import { ALERT_REASONS, type AlertLimits, type AlertReason, describeAlert } from '../domain/alert.ts';
import { checkCustomerId, checkOrderId, checkPageSize, demand, toInstant, violation } from './checks.ts';

/** Which page of which alerts. */
export interface AlertQuery {
  /** Reasons in any letter case; all where none is given. */
  readonly reasons: readonly string[];
  readonly customerId?: string | undefined;
  readonly pageSize?: number | undefined;
  readonly pageToken?: string | undefined;
}

/** A page of alerts, with how many there are of each reason; `nextPageToken` is empty on the last one. */
export interface AlertPage {
  readonly alerts: readonly (OpenAlert & { readonly details: string })[];
  readonly counts: Readonly<Record<AlertReason, number>>;
  readonly nextPageToken: string;
}

export type Alerts = ReturnType<typeof createAlerts>;

const DEFAULT_PAGE_SIZE = 50;

/** Makes the use case; refusals are `Failure`s. */
export function createAlerts({ db, limits }: { db: Database; limits: AlertLimits }) {
  return {
    /** The open orders that need somebody, those of longest standing first. The counts are of all reasons. */
    list: async (query: AlertQuery): Promise<AlertPage> => {
      const { customerId, pageSize = DEFAULT_PAGE_SIZE, pageToken } = query;
      demand(checkCustomerId(customerId), checkPageSize(pageSize));
      const reasons = readReasons(query.reasons);
      const after = pageToken ? readPageToken(pageToken) : undefined;
      const [found, counted] = await Promise.all([
        listAlerts(db, limits, { reasons, customerId, after, limit: pageSize + 1 }),
        countAlerts(db, limits, { customerId }),
      ]);
      const alerts = found.slice(0, pageSize);
      const last = alerts.at(-1);
      const countOf = (reason: AlertReason) => counted.find((row) => row.reason === reason)?.count ?? 0;
      return {
        alerts: alerts.map((alert) => ({ ...alert, details: describeAlert(alert, limits) })),
        counts: Object.fromEntries(ALERT_REASONS.map((reason) => [reason, countOf(reason)])) as AlertPage['counts'],
        nextPageToken: found.length > pageSize && last ? writePageToken(last) : '',
      };
    },
  };
}

function readReasons(words: readonly string[]): AlertReason[] {
  const parse = (word: string) => ALERT_REASONS.find((reason) => reason === word.trim().toUpperCase());
  const message = `must be one of ${ALERT_REASONS.join(', ')} in any letter case`;
  demand(words.filter((word) => !parse(word)).map((word) => violation('reason', word, 'shape', message)));
  return words.map(parse).filter((reason) => reason !== undefined);
}

function writePageToken({ since, orderId, reason }: OpenAlert): string {
  return Buffer.from([since, orderId, reason].join('|')).toString('base64url');
}

function readPageToken(token: string): NonNullable<AlertFilter['after']> {
  const [since, orderId = '', reason = ''] = Buffer.from(token, 'base64url').toString().split('|');
  const instant = toInstant(since);
  const isReason = ALERT_REASONS.some((known) => known === reason);
  if (instant === undefined || checkOrderId(orderId).length > 0 || !isReason)
    demand([violation('page_token', token, 'page', 'must be the next_page_token of an earlier page')]);
  return { since: instant ?? '', orderId, reason };
}
