/** Statistics follow the log, exactly once, and are rebuilt from its beginning while the system runs. */
import type { Database } from '../db/client.ts';
import {
  abandonRebuild,
  beginRebuild,
  findStretch,
  finishRebuild,
  REBUILD,
  removeOldGenerations,
  renewRebuild,
} from '../db/projection-rebuild.ts';
import { addStretch, PROJECTIONS, STATISTICS_EVENTS } from '../db/projections.ts';
import type { Projection } from './consumer.ts';

const BATCH = 500;

/** Adds what happens to the statistics. */
export const projections: Projection = {
  name: PROJECTIONS,
  types: STATISTICS_EVENTS,
  batchSize: BATCH,
  // People look at statistics, and each look at the log costs as much for one event as for ten.
  gatherMs: 100,
  apply: (db, events, move) => addStretch(db, move, events.length),
};

/** What a rebuild has done. */
export interface RebuildResult {
  readonly orders: number;
  readonly events: number;
  readonly seconds: number;
}

/** How to rebuild. */
export interface RebuildOptions {
  readonly db: Database;
  /** Who rebuilds: unique for each rebuild. */
  readonly holder: string;
  readonly signal: AbortSignal;
  /** Events of the log that one statement adds; each holds up those who follow the log for as long as it runs. */
  readonly stretch?: number;
}

const STRETCH = 5000;
/** Longer than any statement may run. */
const LEASE_MS = 20_000;

/**
 * Builds the statistics anew from the log and lets them take the place of the old ones at once. Until then the old ones
 * are read and kept up to date. Answers undefined, and does nothing, where another rebuild is under way.
 */
export async function rebuildProjections(options: RebuildOptions): Promise<RebuildResult | undefined> {
  const { db, holder } = options;
  const since = performance.now();
  const generation = await beginRebuild(db, holder, LEASE_MS);
  if (generation === undefined) return undefined;
  try {
    await buildGeneration(options);
    const built = await finishRebuild(db, holder, generation);
    if (!built) throw new Error('the rebuild was taken over by another one');
    return { ...built, seconds: Math.round(performance.now() - since) / 1000 };
  } catch (error) {
    await abandonRebuild(db, holder).catch(() => undefined);
    throw error;
  } finally {
    // They are in nobody's way, and the next rebuild removes what is left of them.
    await removeOldGenerations(db).catch(() => undefined);
  }
}

async function buildGeneration({ db, holder, signal, stretch = STRETCH }: RebuildOptions): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const from = await renewRebuild(db, holder, LEASE_MS);
    if (!from) throw new Error('the rebuild was taken over by another one');
    const { to, events, isLast } = await findStretch(db, from, stretch);
    await addStretch(db, { name: REBUILD, holder, from, to, processed: events }, events);
    if (isLast) return;
  }
}
