/** The order log as it comes in: one connection for the whole page, which resumes without a gap. */
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { useCheckSession } from '../session/session.tsx';
import { createInvalidator } from './invalidation.ts';
import { openStream, type StreamState } from './stream.ts';

/** An event of the log as the server sends it (CloudEvents 1.0). */
export interface LiveEvent {
  readonly id: string;
  /** Such as `order.created.v1`. */
  readonly type: string;
  /** The id of the order. */
  readonly subject: string;
  /** ISO 8601. */
  readonly time: string;
  /** The version of the order after it. */
  readonly sequence: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** `off`: switched off by the person who looks. */
export type LiveState = StreamState | 'off';

interface Live {
  readonly state: LiveState;
  readonly isOn: boolean;
  readonly setOn: (isOn: boolean) => void;
  readonly listen: (listener: (event: LiveEvent) => void) => () => void;
}

const LiveContext = createContext<Live | undefined>(undefined);
const REMEMBERED = 'steadfast-live';
/** How long after a gap everything is read anew. */
const GAP_MS = 1000;

/** Follows the log while it is switched on, and marks as stale whatever an event has changed. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const checkSession = useCheckSession();
  const [isOn, setOn] = useState(() => recall() !== 'off');
  const [streamState, setStreamState] = useState<StreamState>('connecting');
  const listeners = useRef(new Set<(event: LiveEvent) => void>());

  useEffect(() => {
    remember(isOn ? 'on' : 'off');
    if (!isOn) return;
    const invalidator = createInvalidator(queries);
    let isLost = false;
    let gap: ReturnType<typeof setTimeout> | undefined;
    const close = openStream({
      url: '/api/events/stream',
      onState: (state) => {
        setStreamState(state);
        // What could not be read while the server was away is read now: its event does not come again.
        if (state === 'live' && isLost)
          void queries.refetchQueries({ type: 'active', predicate: (query) => query.state.fetchFailureCount > 0 });
        isLost = state === 'reconnecting';
      },
      onMessage: (data) => {
        const event = JSON.parse(data) as LiveEvent;
        invalidator.take(event);
        for (const listener of listeners.current) listener(event);
      },
      onRefused: checkSession,
      // What was missed cannot be told from here: everything may be stale. What is being read is let finish first.
      onGap: () => {
        clearTimeout(gap);
        gap = setTimeout(() => void queries.invalidateQueries(), GAP_MS);
      },
    });
    return () => {
      close();
      clearTimeout(gap);
      invalidator.close();
    };
  }, [isOn, queries, checkSession]);

  const live = useMemo<Live>(
    () => ({
      state: isOn ? streamState : 'off',
      isOn,
      setOn: (wanted) => {
        if (wanted) setStreamState('connecting');
        setOn(wanted);
        // What happened while it was off was not told.
        if (wanted) void queries.invalidateQueries();
      },
      listen: (listener) => {
        listeners.current.add(listener);
        return () => listeners.current.delete(listener);
      },
    }),
    [isOn, streamState, queries],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

/** The connection to the log and its switch. */
export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error('useLive stands outside of LiveProvider');
  return live;
}

/** Calls the listener for each event of the log while the component is shown. */
export function useLiveEvents(listener: (event: LiveEvent) => void): void {
  const { listen } = useLive();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => listen((event) => latest.current(event)), [listen]);
}

function recall(): string | null {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null;
  }
}

function remember(word: 'on' | 'off'): void {
  try {
    localStorage.setItem(REMEMBERED, word);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
}
