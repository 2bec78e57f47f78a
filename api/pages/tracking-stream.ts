/** `/track/{id}/events`: the tracking page live, as server-sent events. */
import type { OrderEvent } from '../../domain/events.ts';
import type { LogStream } from '../../events/log-stream.ts';
import type { TrackedOrder } from '../tracking.ts';
import { orderHtml } from './tracking-page.ts';
import { toTrackingView } from './tracking-view.ts';

/** What to tell: `expiresAt` ends the stream (seconds since the epoch), after `seenVersion` the reader knows nothing. */
export interface TrackingStreamOptions {
  readonly stream: LogStream;
  readonly order: TrackedOrder;
  readonly seenVersion: number;
  readonly expiresAt: number;
  readonly heartbeatMs: number;
  readonly signal: AbortSignal;
}

/**
 * The text of the stream: a `view` with the changed part of the page whenever the customer would see a change, its id the
 * version of the order, and an `end` after which nothing more comes, because the order is settled or the link has expired.
 * Lets go of the log when it ends.
 */
export async function* tellTracking(options: TrackingStreamOptions): AsyncGenerator<string, void> {
  const { stream, order, seenVersion, expiresAt, heartbeatMs, signal } = options;
  const events: OrderEvent[] = [...order.events];
  let shown: string | undefined;
  try {
    yield 'retry: 2000\n: stream open\n\n';
    while (!signal.aborted) {
      const view = toTrackingView({ ...order, events });
      const html = orderHtml(view);
      if (html !== shown && view.version > seenVersion) yield message({ event: 'view', id: view.version, data: html });
      shown = html;
      if (view.isSettled) {
        yield message({ event: 'end', data: 'settled' });
        return;
      }
      const leftMs = expiresAt * 1000 - Date.now();
      if (leftMs <= 0) {
        yield message({ event: 'end', data: 'expired' });
        return;
      }
      const fresh = await stream.next(Math.min(heartbeatMs, leftMs));
      if (fresh.length === 0) yield ': heartbeat\n\n';
      for (const event of fresh) if (event.version === events.length + 1) events.push(event);
    }
  } finally {
    stream.close();
  }
}

function message({ event, id, data }: { event: string; id?: number; data: string }): string {
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}${lines.join('')}\n`;
}
