import { accept } from './accept.ts';
import { delay } from './delay.ts';
import type { Finding } from './findings.ts';
import { life } from './life.ts';
import { overview } from './overview.ts';
import { read } from './read.ts';

/** What a benchmark is told: how often to repeat, and where to say how far it is. */
export interface BenchmarkContext {
  readonly runs: number;
  readonly say: (news: string) => void;
}

/** A benchmark; it starts its own system and leaves nothing behind. */
export interface Benchmark {
  readonly title: string;
  run(context: BenchmarkContext): Promise<Finding[]>;
}

/** All benchmarks by name, in the order in which they run. */
export const benchmarks: Readonly<Record<string, Benchmark>> = { accept, read, life, delay, overview };
