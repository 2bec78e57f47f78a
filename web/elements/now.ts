import { useCallback, useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

/** The time in milliseconds, anew each second where `isTicking`: one clock for the whole page, still while nobody watches. */
export function useNow(isTicking = true): number {
  const subscribe = useCallback(
    (listener: () => void) => {
      if (!isTicking) return () => undefined;
      listeners.add(listener);
      if (timer === undefined) {
        // It stood still while nobody watched.
        now = Date.now();
        timer = setInterval(tick, 1000);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    [isTicking],
  );
  return useSyncExternalStore(subscribe, () => now);
}

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}
