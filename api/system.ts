/** How the system is: everything an operator watches that is no event of the log. */
import { countSystem, type SystemCounts } from '../db/system-counts.ts';
import type { AlertLimits } from '../domain/alert.ts';
import { Failure } from '../domain/failures.ts';
import { within } from './deadline.ts';
import { type KnownProcessor, type ProcessorSources, readProcessors, readWorkers, type Workers } from './processors.ts';
import type { CheckReadiness, Readiness } from './readiness.ts';

/** The system at a moment. What Postgres knows is undefined while that does not answer. */
export interface SystemSnapshot {
  /** ISO 8601. */
  readonly asOf: string;
  readonly services: Readiness['dependencies'];
  readonly workers: Workers;
  readonly processors: readonly KnownProcessor[] | undefined;
  readonly counts: SystemCounts | undefined;
}

/** Asks everybody at once; never rejects and answers within two seconds. */
export type ReadSystem = () => Promise<SystemSnapshot>;

/** What the snapshot is made from. */
export interface SystemSources extends ProcessorSources {
  readonly alertLimits: AlertLimits;
  readonly readiness: CheckReadiness;
}

const PART_WITHIN_MS = 1500;

/** Makes the use case. A part that is still being asked for is not asked for a second time. */
export function createReadSystem(sources: SystemSources): ReadSystem {
  const { db, alertLimits, readiness } = sources;
  const askWorkers = shareAnswer(() => readWorkers(sources));
  const askProcessors = inTime(() => readProcessors(sources));
  const askCounts = inTime(() => countSystem(db, alertLimits));
  return async () => {
    const [{ dependencies }, workers, processors, counts] = await Promise.all([
      readiness(),
      askWorkers(),
      askProcessors(),
      askCounts(),
    ]);
    return { asOf: new Date().toISOString(), services: dependencies, workers, processors, counts };
  };
}

/** The same question, answered with undefined where it fails or takes too long; who asks meanwhile shares its answer. */
function inTime<Answer>(ask: () => Promise<Answer>): () => Promise<Answer | undefined> {
  const failure = () => new Failure('UNAVAILABLE', 'Postgres does not answer');
  const shared = shareAnswer(ask);
  return () => within(shared(), { ms: PART_WITHIN_MS, failure }).catch(() => undefined);
}

/** The same question, asked once for all who ask meanwhile. */
function shareAnswer<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let asking: Promise<Answer> | undefined;
  return () =>
    (asking ??= ask().finally(() => {
      asking = undefined;
    }));
}
