/** Server-sent events that resume by themselves, whatever ends the connection, and rest while nobody looks. */

/** How the connection is: being made for the first time, open, or lost and being made anew. */
export type StreamState = 'connecting' | 'live' | 'reconnecting';

/** What to follow. */
export interface StreamOptions {
  readonly url: string;
  /** The name of the messages; those without a name where absent. */
  readonly event?: string;
  readonly onState: (state: StreamState) => void;
  readonly onMessage: (data: string) => void;
  /** Called where messages may have been missed, because the page was out of sight for long or the place is unknown. */
  readonly onGap?: () => void;
  /** Called where the server refuses the connection, which may be because a session has ended. */
  readonly onRefused?: () => void;
}

/** A browser opens only six connections to a host, over all of its tabs: one that nobody looks at gives its own back. */
const HIDDEN_FOR_MS = 20_000;
/** After so long it is cheaper to read everything anew than to catch up event by event. */
const TOO_LONG_MS = 300_000;
const RETRY = { firstMs: 500, longestMs: 10_000 };

/** Opens the stream and keeps it open; the function that it gives closes it for good. */
export function openStream({
  url,
  event = 'message',
  onState,
  onMessage,
  onGap,
  onRefused,
}: StreamOptions): () => void {
  let source: EventSource | undefined;
  let lastId: string | undefined;
  let failures = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let rest: ReturnType<typeof setTimeout> | undefined;
  let restingSince: number | undefined;

  const connect = () => {
    clearTimeout(retry);
    const opened = new EventSource(lastId === undefined ? url : `${url}?last_event_id=${encodeURIComponent(lastId)}`);
    source = opened;
    opened.addEventListener('open', () => {
      // Without a place to resume at, what came before is unknown: also what was read just before the first connection.
      if (lastId === undefined) onGap?.();
      failures = 0;
      onState('live');
    });
    opened.addEventListener(event, ({ data, lastEventId }: MessageEvent<string>) => {
      if (lastEventId !== '') lastId = lastEventId;
      onMessage(data);
    });
    opened.addEventListener('error', () => {
      failures += 1;
      onState('reconnecting');
      // The browser comes back by itself after a broken connection, but gives up where it was refused.
      if (opened.readyState !== EventSource.CLOSED) return;
      onRefused?.();
      if (failures > 1) {
        // The place may be one that this server does not know.
        lastId = undefined;
        onGap?.();
      }
      retry = setTimeout(connect, pause(failures));
    });
  };
  const disconnect = () => {
    clearTimeout(retry);
    source?.close();
    source = undefined;
  };

  const onVisibility = () => {
    clearTimeout(rest);
    if (document.visibilityState === 'hidden') {
      rest = setTimeout(() => {
        disconnect();
        restingSince = Date.now();
      }, HIDDEN_FOR_MS);
      return;
    }
    if (restingSince === undefined) return;
    if (lastId === undefined || Date.now() - restingSince > TOO_LONG_MS) {
      lastId = undefined;
      onGap?.();
    }
    restingSince = undefined;
    onState('reconnecting');
    connect();
  };

  document.addEventListener('visibilitychange', onVisibility);
  connect();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    clearTimeout(rest);
    disconnect();
  };
}

function pause(failures: number): number {
  return Math.min(RETRY.firstMs * 2 ** (failures - 1), RETRY.longestMs) * (0.5 + Math.random() / 2);
}
