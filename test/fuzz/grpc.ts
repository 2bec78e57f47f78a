/** Sends what fuzzed clients send to the gRPC port, and says what came of it. */
import { connect as connectHttp2, constants, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { connect } from 'node:net';
import { seededRandom } from '../../cli/generate/random.ts';
import { type FuzzedBytes, type FuzzedCall, makeBytes, makeCall } from './grpc-frames.ts';
import type { Finding } from './judge.ts';
import { findingsOfCall } from './judge.ts';
import type { Lag } from './lag.ts';

/** What a call was answered. */
export interface CallOutcome {
  readonly call: Pick<FuzzedCall, 'kind' | 'headers' | 'isWhole' | 'isReset'>;
  /** Of HTTP; absent where nothing came. */
  readonly httpStatus?: number | undefined;
  /** Of gRPC; absent where nothing came. */
  readonly grpcStatus?: number | undefined;
  readonly message?: string | undefined;
  readonly tookMs: number;
  /** By how much this program was held up meanwhile. */
  readonly lagMs: number;
}

/** How to fuzz; `grpc` is host:port. */
export interface GrpcFuzz {
  readonly grpc: string;
  /** What proves who calls; some calls bring something else. */
  readonly authorization: string;
  readonly frames: number;
  readonly seed: number;
  readonly lag: Lag;
}

const AT_ONCE = 16;
const CALLS_OF_CONNECTION = 100;
const PATIENCE_MS = 20_000;
/** One in so many frames has a connection of its own. */
const CONNECTION_OF_ITS_OWN = 20;

/** Sends so many frames; answers what should not have happened, and how often each status was answered. */
export async function fuzzGrpc({ grpc, authorization, frames, seed, lag }: GrpcFuzz) {
  const findings: Finding[] = [];
  const statuses = new Map<string, number>();
  let sent = 0;
  const series = async (worker: number) => {
    const random = seededRandom(seed * 1000 + worker);
    while (sent < frames) {
      const session = connectHttp2(`http://${grpc}`);
      session.on('error', () => undefined);
      for (let calls = 0; calls < CALLS_OF_CONNECTION && sent < frames && !session.destroyed; calls += 1) {
        sent += 1;
        if (random() < 1 / CONNECTION_OF_ITS_OWN) {
          const bytes = makeBytes(random);
          const isOver = await sendBytes(grpc, bytes);
          count(statuses, isOver ? 'connection closed' : 'connection left open');
          continue;
        }
        const call = makeCall(random);
        const outcome = await sendCall(session, { ...call, headers: { authorization, ...call.headers } }, lag);
        count(statuses, outcome.grpcStatus === undefined ? `HTTP ${outcome.httpStatus ?? 'none'}` : nameOf(outcome));
        findings.push(...findingsOfCall(outcome));
      }
      session.destroy();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, worker) => series(worker)));
  return { findings, statuses, sent };
}

/** Makes one call and waits for its end, at most 20 s. */
export function sendCall(session: ClientHttp2Session, call: FuzzedCall, lag: Lag): Promise<CallOutcome> {
  const began = performance.now();
  return new Promise((resolve) => {
    let answered: IncomingHttpHeaders = {};
    const finish = () => {
      clearTimeout(timer);
      const status = answered['grpc-status'];
      resolve({
        call,
        httpStatus: answered[':status'] as number | undefined,
        grpcStatus: status === undefined ? undefined : Number(status),
        message: answered['grpc-message']?.toString(),
        tookMs: performance.now() - began,
        lagMs: lag.since(began),
      });
    };
    const timer = setTimeout(finish, PATIENCE_MS);
    let stream;
    try {
      stream = session.request({ ...call.headers } as Record<string, string>, { endStream: false });
    } catch {
      // Node.js itself refuses to send it.
      finish();
      return;
    }
    stream.on('response', (headers) => (answered = { ...answered, ...headers }));
    stream.on('trailers', (headers: IncomingHttpHeaders) => (answered = { ...answered, ...headers }));
    stream.on('error', () => undefined);
    stream.once('close', finish);
    stream.resume();
    for (const piece of call.pieces) stream.write(piece);
    if (call.isWhole) stream.end();
    if (call.isReset) stream.close(constants.NGHTTP2_CANCEL);
  });
}

/** Sends bytes over a connection of their own; answers whether the server has closed it soon afterwards. */
function sendBytes(address: string, { bytes }: FuzzedBytes): Promise<boolean> {
  const [host = '', port = ''] = address.split(':');
  return new Promise((resolve) => {
    const socket = connect(Number(port), host, () => socket.write(bytes));
    const timer = setTimeout(() => {
      resolve(false);
      socket.destroy();
    }, 200);
    socket.on('error', () => undefined).resume();
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

function nameOf({ grpcStatus }: CallOutcome): string {
  return `status ${grpcStatus}`;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
