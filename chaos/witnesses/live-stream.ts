/** Somebody who follows all orders live, and comes back after the last message whenever the stream breaks. */
import { setTimeout as sleep } from 'node:timers/promises';

/** An event as the stream told it. */
export interface StreamedEvent {
  readonly eventId: string;
  readonly orderId: string;
  readonly sequence: number;
}

/** A follower; `told` grows while it follows. */
export interface LiveFollower {
  readonly told: readonly StreamedEvent[];
  /** How often the stream was opened. */
  opened(): number;
  close(): Promise<void>;
}

const AGAIN_AFTER_MS = 500;
/** A heartbeat comes every 15 s; a stream that is silent for longer is dead. */
const SILENT_MS = 20_000;

/** Follows the stream of the server at a URL from its first event on. */
export function followLive(url: string): LiveFollower {
  const told: StreamedEvent[] = [];
  const closing = new AbortController();
  let lastId = '0-0';
  let opened = 0;

  const take = (message: string) => {
    let id: string | undefined;
    for (const line of message.split('\n')) {
      if (line.startsWith('id: ')) id = line.slice(4);
      if (!line.startsWith('data: ')) continue;
      const event = JSON.parse(line.slice(6)) as { id: string; subject: string; sequence: string };
      told.push({ eventId: event.id, orderId: event.subject, sequence: Number(event.sequence) });
    }
    lastId = id ?? lastId;
  };
  const follow = async () => {
    const silent = new AbortController();
    const signal = AbortSignal.any([closing.signal, silent.signal]);
    const timer = setTimeout(() => silent.abort(), SILENT_MS);
    try {
      const answer = await fetch(`${url}/api/events/stream`, { headers: { 'last-event-id': lastId }, signal });
      if (!answer.ok || !answer.body) throw new Error(`the stream was refused: ${answer.status}`);
      opened += 1;
      let rest = '';
      for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
        timer.refresh();
        const messages = (rest + piece).split('\n\n');
        // What was cut off in the middle is told again.
        rest = messages.pop() ?? '';
        messages.forEach(take);
      }
    } finally {
      clearTimeout(timer);
    }
  };
  const following = (async () => {
    while (!closing.signal.aborted) {
      await follow().catch(() => undefined);
      await sleep(AGAIN_AFTER_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  })();
  return {
    told,
    opened: () => opened,
    close: async () => {
      closing.abort();
      await following;
    },
  };
}
