/** What is refused of calls whatever they ask for, and how many a caller may make. */
import type { ServerHttp2Stream } from 'node:http2';
import type { Server as ListeningServer } from 'node:net';
import {
  Metadata,
  ResponderBuilder,
  type Server,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  ServerListenerBuilder,
  type StatusObject,
  status,
} from '@grpc/grpc-js';
import { toFailure, toGrpcStatus } from '../errors.ts';
import { callerName } from '../limits/callers.ts';
import { boundConnections, connectionBounds } from '../limits/connections.ts';
import { demandRoom, type Limits } from '../limits/limits.ts';
import { type LimitSettings, SIZES, TIMES } from '../limits/settings.ts';
import { accessTo, callerOf } from './access.ts';
import { countWaitingCalls, cutOff, type WaitingBounds } from './waiting-calls.ts';

/** For how long calls may wait for their clients, in milliseconds, and how many. */
export interface Patience {
  readonly messageWithinMs?: number;
  readonly takenWithinMs?: number;
  readonly waiting?: WaitingBounds;
}

/**
 * Where the bytes of calls are looked at: before it is asked who calls. What a call has to wait for its client ends: a message
 * that does not come with a status, an answer that is not taken with the stream, because no status could be taken either.
 */
export function guardBytes({
  messageWithinMs = TIMES.request,
  takenWithinMs = TIMES.silence,
  waiting = WAITING,
}: Patience = {}): ServerInterceptor {
  const calls = countWaitingCalls(waiting);
  return ({ requestStream, responseStream }, call) => {
    const { stream } = call as unknown as BaseCall;
    let patience: NodeJS.Timeout | undefined;
    const beginToWait = (ms: number, giveUp: () => void) => {
      clearTimeout(patience);
      patience = setTimeout(giveUp, ms);
      calls.enter(stream);
    };
    const stopWaiting = () => {
      clearTimeout(patience);
      calls.leave(stream);
    };
    const waitForReader = (ms: number) => {
      if (!stream.destroyed) beginToWait(ms, () => cutOff(stream));
    };
    stream.once('close', stopWaiting);
    followAnswer(call, {
      // Whoever reads a stream slowly is told so before.
      onMessage: () => waitForReader(responseStream ? 2 * takenWithinMs : takenWithinMs),
      onTaken: stopWaiting,
      onStatus: () => waitForReader(takenWithinMs),
    });
    const listener = new ServerListenerBuilder()
      .withOnReceiveMetadata((metadata, proceed) => {
        const fault = findFault(call, metadata);
        if (fault) {
          call.sendStatus(fault);
          return;
        }
        if (!requestStream) beginToWait(messageWithinMs, () => call.sendStatus(tooSlow(messageWithinMs)));
        proceed(metadata);
      })
      .withOnReceiveHalfClose((proceed) => {
        if (!requestStream) stopWaiting();
        proceed();
      })
      .build();
    return new ServerInterceptingCall(call, { start: (proceed) => proceed(listener) });
  };
}

/** Far more than honest clients ever leave waiting at the same moment. */
const WAITING: WaitingBounds = { most: 5000, mostBytes: 64 * 1_048_576 };

/** A call of grpc-js below every interceptor, which tells nobody how messages are encoded and where its bytes go. */
interface BaseCall {
  readonly stream: ServerHttp2Stream;
  readonly incomingEncoding?: unknown;
}

/** Counts the calls of each caller, and the streams that are open. It comes after it was asked who calls. */
export function limitCalls(limits: Limits): ServerInterceptor {
  return ({ path, responseStream }, call) => {
    const isPublic = accessTo(path) === 'public';
    let leaveSeat = () => undefined as void;
    const listener = new ServerListenerBuilder()
      .withOnReceiveMetadata((metadata, proceed) => {
        const caller = callerName(isPublic ? undefined : callerOf(metadata), addressOf(call));
        try {
          // Whoever looks after the server asks for its health, however much is going on.
          if (!isPublic) demandRoom(limits.takeRequest(caller), 'calls a second');
          if (responseStream) leaveSeat = limits.takeStreamSeat(caller);
        } catch (error) {
          refuse(call, error);
          return;
        }
        proceed(metadata);
      })
      .withOnCancel(() => {
        leaveSeat();
      })
      .build();
    const responder = new ResponderBuilder()
      .withStart((proceed) => {
        proceed(listener);
      })
      .withSendStatus((outcome, proceed) => {
        leaveSeat();
        proceed(outcome);
      })
      .build();
    return new ServerInterceptingCall(call, responder);
  };
}

/**
 * Closes connections beyond so many at once, and those that never say anything. grpc-js keeps its listening servers to itself;
 * they are those of Node.js.
 */
export function limitConnections(server: Server, settings: LimitSettings): void {
  const { http2Servers } = server as unknown as { readonly http2Servers: ReadonlyMap<ListeningServer, unknown> };
  for (const listening of http2Servers.keys())
    boundConnections(listening, { ...connectionBounds(settings), firstByteWithinMs: TIMES.firstByte });
}

/**
 * Tells when a call sends something, and when its client has taken a message. What grpc-js itself answers goes through the
 * methods of the call below every interceptor, which are replaced for that. Some faults of clients it answers with `INTERNAL`;
 * they are the clients' (`INVALID_ARGUMENT`).
 */
function followAnswer(
  call: ServerInterceptingCallInterface,
  { onMessage, onTaken, onStatus }: { onMessage: () => void; onTaken: () => void; onStatus: () => void },
): void {
  const sendMessage = call.sendMessage.bind(call);
  const sendStatus = call.sendStatus.bind(call);
  call.sendMessage = (message, callback) => {
    sendMessage(message, () => {
      onTaken();
      callback();
    });
    onMessage();
  };
  call.sendStatus = (outcome) => {
    sendStatus(isFaultOfClient(outcome) ? { ...outcome, code: status.INVALID_ARGUMENT } : outcome);
    onStatus();
  };
}

const FAULTS_OF_CLIENTS = /^(Invalid grpc-timeout value|Failed to decompress message|Error deserializing request)/;

function isFaultOfClient({ code, details }: Pick<StatusObject, 'code' | 'details'>): boolean {
  return code === status.INTERNAL && FAULTS_OF_CLIENTS.test(details);
}

type Outcome = Pick<StatusObject, 'code' | 'details' | 'metadata'>;

function findFault(call: ServerInterceptingCallInterface, metadata: Metadata): Outcome | undefined {
  // A small compressed message may unpack to a large one, many times over.
  const { incomingEncoding = 'identity' } = call as unknown as BaseCall;
  if (incomingEncoding !== 'identity') {
    const details = 'Compressed messages are not taken; send them with grpc-encoding: identity';
    return { code: status.UNIMPLEMENTED, details, metadata: new Metadata() };
  }
  const size = Object.entries(metadata.toJSON()).flatMap(([name, values]) =>
    values.map((value) => name.length + value.length),
  );
  if (size.reduce((sum, each) => sum + each, 0) <= SIZES.metadata) return undefined;
  const details = `The metadata may have at most ${SIZES.metadata} bytes together`;
  return { code: status.RESOURCE_EXHAUSTED, details, metadata: new Metadata() };
}

function tooSlow(ms: number): Outcome {
  const details = `The message did not arrive within ${ms / 1000} s`;
  return { code: status.DEADLINE_EXCEEDED, details, metadata: new Metadata() };
}

function refuse(call: ServerInterceptingCallInterface, error: unknown): void {
  const { code = status.UNKNOWN, details = '', metadata = new Metadata() } = toGrpcStatus(toFailure(error));
  call.sendStatus({ code, details, metadata });
}

/** Where a call comes from: a caller, or a balancer before it. */
export function addressOf(call: ServerInterceptingCallInterface): string {
  return call.getConnectionInfo().remoteAddress ?? 'unknown';
}
