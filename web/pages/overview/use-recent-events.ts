import { useEffect, useRef, useState } from 'react';
import { api, type Schema } from '../../api/client.ts';
import { type LiveEvent, useLiveEvents } from '../../live/live.tsx';

type PastEvent = Schema<'RecentEvents'>['events'][number];

/** An event to show; `isNew` where it came in while the page was open. */
export type RecentEvent = LiveEvent & { readonly isNew: boolean };

/** Most events that are kept and shown. */
export const MOST_EVENTS = 30;
/** However many events come, the list moves at most this often. */
const MOVES_EVERY_MS = 250;

/**
 * The latest events, the newest first: read once and told live from then on. Nothing moves while `isHeld`, so that a link
 * can be hit; what came meanwhile follows afterwards.
 */
export function useRecentEvents(isHeld: boolean) {
  // What the log told while another page was shown has not come in here: what is remembered is always old.
  const query = api.useQuery('get', '/api/events', { params: { query: { limit: MOST_EVENTS } } }, { staleTime: 0 });
  const [came, setCame] = useState<readonly LiveEvent[]>([]);
  const waiting = useRef<LiveEvent[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const held = useRef(isHeld);

  const move = () => {
    timer.current = undefined;
    if (held.current || waiting.current.length === 0) return;
    const newest = waiting.current;
    waiting.current = [];
    setCame((before) => [...before, ...newest].slice(-MOST_EVENTS));
  };
  useLiveEvents((event) => {
    waiting.current = [...waiting.current, event].slice(-MOST_EVENTS);
    timer.current ??= setTimeout(move, MOVES_EVERY_MS);
  });
  useEffect(() => {
    held.current = isHeld;
    if (!isHeld) timer.current ??= setTimeout(move, 0);
  }, [isHeld]);
  useEffect(() => () => clearTimeout(timer.current), []);

  return { query, events: merge(query.data?.events ?? [], came) };
}

/** Both together, each event once. */
function merge(past: readonly PastEvent[], came: readonly LiveEvent[]): RecentEvent[] {
  const events = new Map<string, RecentEvent>();
  for (const event of past) events.set(event.id, { ...event, isNew: false });
  for (const event of came) events.set(event.id, { ...event, isNew: true });
  return [...events.values()].sort(newestFirst).slice(0, MOST_EVENTS);
}

function newestFirst(one: RecentEvent, other: RecentEvent): number {
  const byTime = Date.parse(other.time) - Date.parse(one.time);
  return byTime === 0 && one.subject === other.subject ? Number(other.sequence) - Number(one.sequence) : byTime;
}
