/** Replaying many dead letters in batches, so that progress can be seen and stopped. */
import { client, type Schema } from '../../api/client.ts';

/** Which: those of a status that match everything that is given. */
export interface ReplayFilter {
  readonly status: 'PENDING' | 'FAILED';
  readonly source?: string;
  readonly topic?: string;
  readonly order_id?: string;
}

type Result = Schema<'BulkReplay'>['results'][number];

/** How far it is. */
export interface ReplayProgress {
  /** At the beginning. */
  readonly matched: number;
  readonly replayed: number;
  /** Failed again, with the error. */
  readonly failed: readonly Result[];
  /** Left as they were, with the reason. */
  readonly refused: readonly Result[];
  /** Match still. */
  readonly remaining: number;
  readonly isOver: boolean;
}

const MOST_LISTED = 100;
/** At most so many calls, and at least so many letters each: the server allows 30 bulk replays a minute. */
const CALLS = 15;
const SMALLEST_BATCH = 20;
const LARGEST_BATCH = 1000;

/** Says what would be replayed; does nothing. */
export async function previewReplay(
  filter: ReplayFilter,
  actor: string,
  signal: AbortSignal,
): Promise<Schema<'BulkReplay'>> {
  return call({ filter, actor, limit: MOST_LISTED, dryRun: true, signal });
}

/** Replays all that match, batch after batch; ends early where the signal says so or nothing more goes through. */
export async function replayAll(of: {
  filter: ReplayFilter;
  actor: string;
  matched: number;
  /** Stops after the batch that is under way. */
  signal: AbortSignal;
  onProgress: (progress: ReplayProgress) => void;
}): Promise<void> {
  const { filter, actor, matched, signal, onProgress } = of;
  // One that fails again stays among the failed: those are gone through once. Of the pending each batch leaves fewer.
  const isOnce = filter.status === 'FAILED';
  const limit = isOnce ? LARGEST_BATCH : Math.min(LARGEST_BATCH, Math.max(SMALLEST_BATCH, Math.ceil(matched / CALLS)));
  let progress: ReplayProgress = { matched, replayed: 0, failed: [], refused: [], remaining: matched, isOver: false };
  onProgress(progress);
  while (!progress.isOver) {
    const answer = await call({ filter, actor, limit, dryRun: false });
    const failed = answer.results.filter(({ status, error }) => status === 'FAILED' && error !== undefined);
    const refused = answer.results.filter(({ status, error }) => status === 'PENDING' && error !== undefined);
    const remaining = answer.remaining - (isOnce ? 0 : failed.length);
    progress = {
      matched,
      replayed: progress.replayed + answer.replayed,
      failed: [...progress.failed, ...failed],
      refused,
      remaining: Math.max(0, remaining),
      isOver: isOnce || remaining <= 0 || answer.replayed + failed.length === 0 || signal.aborted,
    };
    onProgress(progress);
  }
}

async function call(of: {
  filter: ReplayFilter;
  actor: string;
  limit: number;
  dryRun: boolean;
  signal?: AbortSignal;
}): Promise<Schema<'BulkReplay'>> {
  const { filter, actor, limit, dryRun, signal } = of;
  const { data } = await client.POST('/api/dlq/replay', {
    params: { header: { 'x-actor': actor } },
    body: { filter: { ...filter }, dry_run: dryRun, limit },
    ...(signal && { signal }),
  });
  if (!data) throw new Error('The server gave no answer.');
  return data;
}
