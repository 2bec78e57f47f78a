import { useEffect } from 'react';
import type { Delivery } from './search.ts';

/** An attempt is over some time after it was due. */
const AFTERWARDS_MS = 1000;
/** What a timer of the browser can count. */
const LONGEST_MS = 2_147_483_647;

/** Calls `onDue` once shortly after the next attempt of a delivery that is shown was due: counts do not tell that one failed again. */
export function useDue(deliveries: readonly Delivery[], onDue: () => void): void {
  const due = deliveries
    .flatMap(({ next_attempt_at: at }) => at ?? [])
    .sort()
    .at(0);
  useEffect(() => {
    if (due === undefined) return;
    const wait = Math.max(0, Date.parse(due) - Date.now()) + AFTERWARDS_MS;
    const timer = setTimeout(onDue, Math.min(wait, LONGEST_MS));
    return () => {
      clearTimeout(timer);
    };
    // One look for each moment that something is due at.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [due]);
}
