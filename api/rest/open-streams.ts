/** Answers that go on: server-sent events over connections that stay open, bounded in number and in patience. */
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { Failure } from '../../domain/failures.ts';
import type { HttpApp } from './http-app.ts';

/** How streams are kept open, in milliseconds, and how many. */
export interface StreamSettings {
  /** How often something is sent where nothing happens, so that no proxy takes the stream for dead. */
  readonly heartbeatMs: number;
  /** How long data may wait for a client that reads nothing of it before it is cut off. */
  readonly stallMs: number;
  /** Most open streams of this server. */
  readonly most: number;
}

/** Opens the stream of an answer: `begin` gives the text to send, until the signal aborts. */
export type OpenStream = (
  answer: ServerResponse,
  begin: (signal: AbortSignal) => AsyncIterable<string> | Promise<AsyncIterable<string>>,
) => Promise<Readable>;

/** The headers of an answer that is a stream. */
export const EVENT_STREAM = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
} as const;

/** What is sent; its type says nothing, as those of the other answers. */
export const eventStreamSchema: z.ZodType = z.string();

/**
 * Keeps the streams of one kind. They end when the application closes; beyond the most that may be open at once, opening
 * one is refused with `UNAVAILABLE`.
 */
export function keepStreams(app: HttpApp, { stallMs, most }: Pick<StreamSettings, 'stallMs' | 'most'>): OpenStream {
  const open = new Set<AbortController>();
  app.addHook('preClose', (done) => {
    for (const stream of open) stream.abort();
    done();
  });

  return async (answer, begin) => {
    if (open.size >= most) throw tooMany(most);
    const ending = new AbortController();
    open.add(ending);
    const end = () => {
      open.delete(ending);
      ending.abort();
    };
    answer.once('close', end);
    if (answer.closed) end();
    const messages = await begin(ending.signal);
    // A socket over which nothing can be sent for so long is closed; heartbeats keep that of a reading client busy.
    answer.setTimeout(stallMs);
    return Readable.from(messages, { objectMode: false });
  };
}

function tooMany(most: number): Failure {
  return new Failure('UNAVAILABLE', `This server has ${most} open streams already, as many as it takes.`, {
    retryAfterSeconds: 5,
  });
}
