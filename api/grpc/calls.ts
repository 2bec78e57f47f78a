/** From calls of grpc-js to use cases: deadlines, cancellation, back-pressure and failures in one place. */
import { once } from 'node:events';
import type { Deadline, handleServerStreamingCall, handleUnaryCall, Metadata } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import type { Caller } from '../../domain/access.ts';
import { Failure, invalidRequest } from '../../domain/failures.ts';
import { annotateSpan } from '../../telemetry/spans.ts';
import { violation } from '../checks.ts';
import { deadlinePassed, within } from '../deadline.ts';
import { toFailure, toGrpcStatus } from '../errors.ts';
import type { Authentication } from '../auth/authentication.ts';
import { unauthenticated } from '../auth/identity.ts';
import { callerOf, identityOf } from './access.ts';
import { Undecodable } from './decoding.ts';
import { fieldsOfCall } from './observed-calls.ts';

/** What a handler may know of its call. */
export interface CallContext {
  readonly caller: Caller;
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
    const work = async () => handle(decoded(request), { caller: callerOf(metadata), metadata, deadline, sendMetadata });
    const answer =
      answerBy === undefined ? work() : within(work(), { ms: answerBy - Date.now(), failure: deadlinePassed });
    answer.then(
      (message) => {
        callback(null, message);
      },
      (error: unknown) => {
        callback(toGrpcStatus(failureOf(error, call, logger)));
      },
    );
  };
}

/**
 * Makes the handler of a call with a stream of answers, which waits for slow readers and ends with its caller. When the
 * credentials end it ends with `UNAUTHENTICATED`; when the server stops, with `UNAVAILABLE` and the version to resume after: that of the last answer, else of the request.
 */
export function answerStream<
  Request extends { after_version?: number | undefined },
  Response extends { version: number },
>(
  { logger, stopping, authentication }: CallSettings & { readonly authentication: Pick<Authentication, 'streams'> },
  handle: (request: Request, context: { caller: Caller; signal: AbortSignal }) => AsyncIterable<Response>,
): handleServerStreamingCall<Request, Response> {
  return (call) => {
    let seenVersion = call.request.after_version;
    const cancelled = new AbortController();
    call.on('cancelled', () => {
      cancelled.abort();
    });
    const identity = identityOf(call.metadata);
    const watched = authentication.streams.watch(identity);
    const signal = AbortSignal.any([cancelled.signal, stopping, watched.signal]);
    const pump = async () => {
      const { caller } = identity;
      for await (const answer of handle(decoded(call.request), { caller, signal })) {
        if (signal.aborted) break;
        seenVersion = answer.version;
        if (!call.write(answer)) await within(once(call, 'drain', { signal }), READER);
      }
      if (stopping.aborted) throw serverStops(seenVersion);
      if (watched.signal.aborted) throw credentialsEnded();
    };
    const reasonOf = (error: unknown) => {
      if (stopping.aborted) return serverStops(seenVersion);
      return watched.signal.aborted ? credentialsEnded() : failureOf(error, call, logger);
    };
    pump()
      .then(
        () => call.end(),
        (error: unknown) => {
          if (cancelled.signal.aborted) return;
          call.emit('error', toGrpcStatus(reasonOf(error)));
        },
      )
      .finally(watched.letGo);
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

function failureOf(error: unknown, call: { getPath(): string; request: unknown }, logger: Logger): Failure {
  const failure = toFailure(error);
  annotateSpan({ 'failure.code': failure.code });
  if (failure.code === 'INTERNAL')
    logger.error({ err: failure.cause, path: call.getPath(), ...fieldsOfCall([call.request]) }, 'a call failed');
  return failure;
}

/** How long data may wait for a reader who takes nothing of it. */
const READER = {
  ms: 60_000,
  failure: () => new Failure('UNAVAILABLE', 'Nothing was read for 60 s; resume the stream.', { retryAfterSeconds: 1 }),
};

function credentialsEnded(): Failure {
  return unauthenticated('The API key was revoked, or the credentials have expired, while the stream was open.');
}

function serverStops(resumeAfterVersion: number | undefined): Failure {
  const message = 'The server is stopping; resume the stream.';
  return new Failure('UNAVAILABLE', message, { retryAfterSeconds: 1, resumeAfterVersion });
}
