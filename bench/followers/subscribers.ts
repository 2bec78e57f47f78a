/** Subscribers of the live stream, each with a connection of its own. */
import { serveFollower } from './serve.ts';

/** How many, at the server at a URL. */
export interface SubscriberOptions {
  readonly http: string;
  readonly subscribers: number;
}

/** The moment of a CloudEvent, without reading the rest of it. */
const OCCURRED_AT = /"time":"([^"]+)"/;

serveFollower(async ({ http, subscribers }: SubscriberOptions, note) => {
  const subscribe = async () => {
    const answer = await fetch(new URL('/api/events/stream', http));
    if (!answer.ok || !answer.body) throw new Error(`the stream was refused: ${answer.status}`);
    void read(answer.body.pipeThrough(new TextDecoderStream()));
  };
  const read = async (pieces: ReadableStream<string>) => {
    let rest = '';
    for await (const piece of pieces) {
      const messages = (rest + piece).split('\n\n');
      rest = messages.pop() ?? '';
      for (const message of messages) {
        const [, occurredAt] = OCCURRED_AT.exec(message) ?? [];
        if (occurredAt !== undefined) note(occurredAt);
      }
    }
  };
  await Promise.all(Array.from({ length: subscribers }, subscribe));
  return {};
});
