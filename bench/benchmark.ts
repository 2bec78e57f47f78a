import type { Finding } from './findings/findings.ts';
import type { Prerequisite } from './prerequisites.ts';

/** What a benchmark is told: how often to repeat, whether to write plans of queries, and where to say how far it is. */
export interface BenchmarkContext {
  readonly runs: number;
  /** `--explain`: those that ask for many stored orders write how PostgreSQL finds them. */
  readonly isExplaining: boolean;
  readonly say: (news: string) => void;
}

/** A benchmark; it starts its own system and leaves nothing behind. */
export interface Benchmark {
  readonly title: string;
  readonly needs: readonly Prerequisite[];
  /** Not among those that run where none is named. */
  readonly isOnlyByName?: boolean;
  /** How often it repeats where nothing is said; as often as is recorded where absent. */
  readonly usualRuns?: number;
  run(context: BenchmarkContext): Promise<Finding[]>;
  /** Says in a sentence what must not be so, for one that judges; undefined where all is well. */
  judge?(findings: readonly Finding[]): string | undefined;
}
