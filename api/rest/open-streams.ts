/** Answers that go on: server-sent events over connections that stay open, bounded in number and in patience. */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Failure } from '../../domain/failures.ts';
import type { HttpApp } from './http-app.ts';
import { callerOfRequest } from './rate-limits.ts';

/** How streams are kept open, in milliseconds, and how many. */
export interface StreamSettings {
  /** How often something is sent where nothing happens, so that no proxy takes the stream for dead. */
  readonly heartbeatMs: number;
  /** How long data may wait for a client that reads nothing of it before it is cut off. */
  readonly stallMs: number;
  /** Most open streams of this server. */
  readonly most: number;
}

/** When the clients of a server that stops come back, to another one. */
const COME_BACK_MS = { least: 100, spread: 900 };

/** Opens the stream of an answer: `begin` gives the text to send, until the signal aborts, also where credentials end. */
export type OpenStream = (
  exchange: { readonly request: FastifyRequest; readonly reply: FastifyReply },
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
 * Keeps the streams of one kind. When the application closes they end with the advice to come back; beyond the most that
 * may be open at once, opening one is refused with `UNAVAILABLE`.
 */
export function keepStreams(app: HttpApp, { stallMs, most }: Pick<StreamSettings, 'stallMs' | 'most'>): OpenStream {
  const open = new Set<AbortController>();
  let isClosing = false;
  app.addHook('preClose', (done) => {
    isClosing = true;
    for (const stream of open) stream.abort();
    done();
  });

  return async ({ request, reply: { raw: answer } }, begin) => {
    if (open.size >= most) throw tooMany(most);
    const leaveSeat = app.takeStreamSeat(callerOfRequest(request));
    const ending = new AbortController();
    open.add(ending);
    const end = () => {
      open.delete(ending);
      leaveSeat();
      ending.abort();
    };
    const watched = request.identity && app.streamGuard.watch(request.identity);
    watched?.signal.addEventListener('abort', end);
    answer.once('close', () => {
      watched?.letGo();
      end();
    });
    if (answer.closed) end();
    const messages = await begin(ending.signal);
    // A socket over which nothing can be sent for so long is closed; heartbeats keep that of a reading client busy.
    answer.setTimeout(stallMs);
    const withFarewell = async function* () {
      yield* messages;
      if (isClosing) yield farewell();
    };
    return Readable.from(withFarewell(), { objectMode: false });
  };
}

/** Clients come back by themselves; each after a time of its own, so that they do not come all at once. */
function farewell(): string {
  const waitMs = Math.round(COME_BACK_MS.least + Math.random() * COME_BACK_MS.spread);
  return `: this server is stopping; come back and go on after the last id\nretry: ${waitMs}\n\n`;
}

function tooMany(most: number): Failure {
  return new Failure('UNAVAILABLE', `This server has ${most} open streams already, as many as it takes.`, {
    retryAfterSeconds: 5,
  });
}
