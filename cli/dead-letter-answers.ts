/** Dead letters as people read them. */
import type { DeadLetterStatus } from '../domain/dead-letter.ts';
import type { Printer } from './printer.ts';

/** A dead letter as the server tells it; the last five only where one is shown. */
export interface DeadLetter {
  readonly event_id: string;
  readonly source: string;
  readonly status: DeadLetterStatus;
  readonly topic: string;
  readonly partition?: number;
  readonly offset?: number;
  readonly key?: string;
  readonly event_type?: string;
  readonly order_id?: string;
  readonly order_version?: number;
  readonly waits_behind?: string;
  readonly error: string;
  readonly attempts: number;
  readonly first_failed_at: string;
  readonly last_failed_at: string;
  readonly replayed_at?: string;
  readonly replayed_by?: string;
  readonly skipped_at?: string;
  readonly skipped_by?: string;
  readonly reason?: string;
  readonly archived_at?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: unknown;
  readonly payload_encoding?: 'json' | 'text' | 'base64';
  readonly waiting?: readonly { readonly event_id: string }[];
  readonly audit?: readonly {
    readonly at: string;
    readonly actor: string;
    readonly action: string;
    readonly result: string;
  }[];
}

/** What a bulk replay did, or would do. */
export interface BulkReplay {
  readonly dry_run: boolean;
  readonly matched: number;
  readonly replayed: number;
  readonly failed: number;
  readonly remaining: number;
  readonly results: readonly { readonly event_id: string; readonly status: string; readonly error?: string }[];
}

/** How many dead letters there are. */
export interface DeadLetterStats {
  readonly total: number;
  readonly by_status: Readonly<Record<string, number>>;
  readonly by_source: Readonly<Record<string, number>>;
  readonly by_topic: Readonly<Record<string, number>>;
  readonly oldest_pending_seconds?: number;
  readonly archived: number;
}

const MOST_ERROR = 60;
const MOST_PAYLOAD = 4000;

/** Dead letters, one a line. */
export function tellDeadLetters(print: Printer, letters: readonly DeadLetter[]): void {
  print.table(
    ['event', 'status', 'topic', 'order', 'attempts', 'first failed', 'error'],
    letters.map((letter) => [
      letter.event_id,
      letter.status,
      letter.topic,
      letter.order_id,
      letter.attempts,
      letter.first_failed_at,
      cut(letter.error, MOST_ERROR),
    ]),
  );
}

/** Everything that is known about a dead letter. */
export function tellDeadLetter(print: Printer, letter: DeadLetter): void {
  const place = letter.partition === undefined ? '' : `, partition ${letter.partition}, offset ${letter.offset ?? '?'}`;
  print.card([
    ['event', letter.event_id],
    ['status', letter.status],
    ['source', letter.source],
    ['topic', `${letter.topic}${place}`],
    ['key', letter.key],
    ['type', letter.event_type],
    ['order', letter.order_id],
    ['order version', letter.order_version],
    ['waits behind', letter.waits_behind],
    ['error', letter.error],
    ['attempts', letter.attempts],
    ['first failed', letter.first_failed_at],
    ['last failed', letter.last_failed_at],
    ['replayed', letter.replayed_at && `${letter.replayed_at} by ${letter.replayed_by ?? ''}`],
    ['skipped', letter.skipped_at && `${letter.skipped_at} by ${letter.skipped_by ?? ''}: ${letter.reason ?? ''}`],
    ['archived', letter.archived_at],
    ['waiting behind it', letter.waiting?.length === 0 ? undefined : letter.waiting?.length],
  ]);
  if (letter.payload_encoding === undefined) return;
  const headers = Object.entries(letter.headers ?? {});
  if (headers.length > 0) print.table(['header', 'value'], headers);
  const { payload, payload_encoding: encoding } = letter;
  print.line(`payload (${encoding}):`);
  print.line(cut(encoding === 'json' ? JSON.stringify(payload, undefined, 2) : String(payload), MOST_PAYLOAD));
  const audit = letter.audit ?? [];
  if (audit.length > 0)
    print.table(
      ['time', 'who', 'what', 'result'],
      audit.map(({ at, actor, action, result }) => [at, actor, action, result]),
    );
}

/** How many dead letters there are. */
export function tellStats(print: Printer, stats: DeadLetterStats): void {
  const oldest = stats.oldest_pending_seconds;
  print.card([
    ...Object.entries(stats.by_status),
    ['in all', stats.total],
    ['oldest pending', oldest === undefined ? undefined : `${oldest} s`],
    ['in the archive', stats.archived],
  ]);
  const rows = [...Object.entries(stats.by_source), ...Object.entries(stats.by_topic)];
  print.table(['source or topic', 'dead letters'], rows);
}

/** What a bulk replay did, or would do. */
export function tellBulkReplay(
  print: Printer,
  { dry_run, matched, replayed, failed, remaining, results }: BulkReplay,
): void {
  print.table(
    ['event', 'status', 'error'],
    results.map(({ event_id, status, error }) => [event_id, status, error && cut(error, MOST_ERROR)]),
  );
  if (dry_run) print.line(`${matched} would be replayed; nothing was done.`);
  else print.line(`${matched} matched, ${replayed} replayed, ${failed} failed, ${remaining} remain.`);
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
