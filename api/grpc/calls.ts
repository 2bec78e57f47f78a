/** From calls of grpc-js to use cases: deadlines, cancellation, back-pressure and failures in one place. */
import { once } from 'node:events';
import type { Deadline, handleServerStreamingCall, handleUnaryCall, Metadata } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { Failure, invalidRequest } from '../../domain/failures.ts';
import { violation } from '../checks.ts';
import { deadlinePassed, within } from '../deadline.ts';
import { toFailure, toGrpcStatus } from '../errors.ts';
import { Undecodable } from './decoding.ts';

/** What a handler may know of its call. */
export interface CallContext {
  readonly metadata: Metadata;
  /** When the use case must have its outcome so that the answer arrives in time, in milliseconds since the epoch. */
  readonly deadline: number | undefined;
  /** Sends metadata ahead of the answer. */
  readonly sendMetadata: (metadata: Metadata) => void;
}

/** How calls are answered. `stopping` ends the streams when the server stops. */
export interface CallSettings {
  readonly logger: Logger;
  readonly stopping: AbortSignal;
}

/** Makes the handler of a call with one answer, which comes before the deadline of the caller. */
export function answerOnce<Request, Response>(
  { logger }: CallSettings,
  handle: (request: Request, context: CallContext) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const { metadata, request } = call;
    const { answerBy, deadline } = deadlinesOf(call);
    const sendMetadata = call.sendMetadata.bind(call);
    const work = async () => handle(decoded(request), { metadata, deadline, sendMetadata });
    const answer =
      answerBy === undefined ? work() : within(work(), { ms: answerBy - Date.now(), failure: deadlinePassed });
    answer.then(
      (message) => {
        callback(null, message);
      },
      (error: unknown) => {
        callback(toGrpcStatus(failureOf(error, call.getPath(), logger)));
      },
    );
  };
}

/** Makes the handler of a call with a stream of answers, which waits for slow readers and ends with its caller. */
export function answerStream<Request, Response>(
  { logger, stopping }: CallSettings,
  handle: (request: Request, signal: AbortSignal) => AsyncIterable<Response>,
): handleServerStreamingCall<Request, Response> {
  return (call) => {
    const cancelled = new AbortController();
    call.on('cancelled', () => {
      cancelled.abort();
    });
    const signal = AbortSignal.any([cancelled.signal, stopping]);
    const pump = async () => {
      for await (const answer of handle(decoded(call.request), signal)) {
        if (signal.aborted) break;
        if (!call.write(answer)) await once(call, 'drain', { signal });
      }
      if (stopping.aborted) throw serverStops();
    };
    pump().then(
      () => call.end(),
      (error: unknown) => {
        if (cancelled.signal.aborted) return;
        const failure = stopping.aborted ? serverStops() : failureOf(error, call.getPath(), logger);
        call.emit('error', toGrpcStatus(failure));
      },
    );
  };
}

function decoded<Request>(request: Request): Request {
  if (!(request instanceof Undecodable)) return request;
  throw invalidRequest([violation('message', undefined, 'shape', `cannot be decoded: ${request.reason}`)]);
}

/** The answer leaves a little before the caller stops waiting, and the use case has its outcome a little before that. */
function deadlinesOf(call: { getDeadline(): Deadline }): { answerBy?: number; deadline: number | undefined } {
  const limit = Number(call.getDeadline());
  if (!Number.isFinite(limit)) return { deadline: undefined };
  const margin = Math.min(100, Math.max(0, (limit - Date.now()) / 10));
  return { answerBy: limit - margin, deadline: limit - 2 * margin };
}

function failureOf(error: unknown, path: string, logger: Logger): Failure {
  const failure = toFailure(error);
  if (failure.code === 'INTERNAL') logger.error({ err: failure.cause, path }, 'a call failed');
  return failure;
}

function serverStops(): Failure {
  return new Failure('UNAVAILABLE', 'The server is stopping; resume the stream.', { retryAfterSeconds: 1 });
}
