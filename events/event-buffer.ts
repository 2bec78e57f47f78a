/** What waits for one reader, up to a bound. */
import type { LoggedEvent } from '../db/log.ts';
import { textOf } from './event-text.ts';
import type { Listener } from './live-dispatch.ts';

/** Events that came and were not read yet. */
export interface EventBuffer {
  /** Keeps an event; where that would pass the bound, all are dropped and no more are kept until it is cleared. */
  readonly add: Listener;
  /** Everything that waits. */
  take(): readonly LoggedEvent[];
  /** Whether events were dropped since it was cleared. */
  hasOverflowed(): boolean;
  clear(): void;
  /** Resolves when there is something to look at, after `ms` milliseconds, or when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** Most events, and most characters of their texts. */
export interface BufferBounds {
  readonly events: number;
  readonly characters: number;
}

const BOUNDS: BufferBounds = { events: 256, characters: 256 * 1024 };

/** Makes an empty buffer. */
export function createBuffer(bounds: BufferBounds = BOUNDS): EventBuffer {
  let events: LoggedEvent[] = [];
  let characters = 0;
  let overflowed = false;
  let wake: () => void = () => undefined;

  const drop = () => {
    events = [];
    characters = 0;
  };

  return {
    add(event) {
      if (overflowed) return;
      events.push(event);
      characters += textOf(event).length;
      overflowed = events.length > bounds.events || characters > bounds.characters;
      if (overflowed) drop();
      wake();
    },
    take() {
      const taken = events;
      drop();
      return taken;
    },
    hasOverflowed: () => overflowed,
    clear() {
      drop();
      overflowed = false;
    },
    async wait(ms, signal) {
      if (events.length > 0 || overflowed || signal.aborted) return;
      await new Promise<void>((resolve) => {
        wake = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        signal.addEventListener('abort', wake);
      });
    },
  };
}
