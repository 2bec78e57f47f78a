/** What a check is, and what it finds. */
import type { Scene } from './scene.ts';

/** What checks look at. */
export const SOURCES = ['postgres', 'temporal', 'kafka'] as const;
export type Source = (typeof SOURCES)[number];

/** One thing that is not as it should be. */
export interface Finding {
  /** Tells it from others of its check: what is found again under the same key is still so. */
  readonly key: string;
  /** Absent where it is about no single order. */
  readonly orderId?: string | undefined;
  /** What was found. */
  readonly found: string;
  /** What that means for the orders. */
  readonly means: string;
  /** What the repair does; where there is none, what a person should do. */
  readonly remedy: string;
  /** Mends it: idempotent, and without effect where it is right again. Absent where nothing safe can be done. */
  readonly repair?: (() => Promise<unknown>) | undefined;
  /** Heals by itself, or is nobody's fault: told, but no difference. */
  readonly isNote?: boolean | undefined;
}

/** One comparison of two of the places where orders leave their traces. */
export interface Check {
  /** What one says to run it alone. */
  readonly name: string;
  /** What it compares with what. */
  readonly compares: string;
  /** What it cannot do without. */
  readonly needs: readonly Source[];
  /** Whether it looks order by order, so that it can be asked about some orders alone. */
  readonly isByOrder: boolean;
  /** Finds page by page; about these orders alone where given. What changes while it looks may be found in error. */
  find(scene: Scene, orderIds?: readonly string[]): AsyncIterable<Finding>;
}
