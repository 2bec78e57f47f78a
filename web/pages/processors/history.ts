/** What the page has seen of the processors since it was opened. */
import { useState } from 'react';
import type { Schema } from '../../api/client.ts';

export type System = Schema<'System'>;
export type Processor = Schema<'Processor'>;

/** A figure at a moment (milliseconds). */
export interface Point {
  readonly at: number;
  readonly value: number;
}

const KEPT_MS = 300_000;

/** The snapshots of the last five minutes, as far as the page was open, the oldest first. */
export function useHistory(system: System | undefined): readonly System[] {
  const [history, setHistory] = useState<readonly System[]>([]);
  if (!system || history.at(-1)?.as_of === system.as_of) return history;
  const since = Date.parse(system.as_of) - KEPT_MS;
  const kept = [...history.filter(({ as_of }) => Date.parse(as_of) >= since), system];
  setHistory(kept);
  return kept;
}

/** How a figure of a processor has run; nothing where it has none. */
export function pointsOf(history: readonly System[], name: string, read: (of: Processor) => number | null): Point[] {
  return history.flatMap(({ as_of, processors }) => {
    const processor = processors?.find((one) => one.name === name);
    const value = processor ? read(processor) : null;
    return value === null ? [] : [{ at: Date.parse(as_of), value }];
  });
}
