import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import { promisify } from 'node:util';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { onTestFinished, expect, it } from 'vitest';
import { guardBytes, type Patience } from '../../../api/grpc/limits.ts';
import { until } from '../../support/until.ts';

const HEALTH = '/grpc.health.v1.Health/';
const NEVER = 600_000;
const PATIENT: Required<Patience> = {
  messageWithinMs: NEVER,
  takenWithinMs: NEVER,
  waiting: { most: 1000, mostBytes: 1_048_576 },
};
/** The frame of an empty message. */
const EMPTY = Buffer.alloc(5);

/** A server with the health service, and a client that takes so many bytes of each answer; 65,535 where nothing is said. */
async function startService(patience: Partial<Patience>, initialWindowSize?: number) {
  const server = new Server({ interceptors: [guardBytes({ ...PATIENT, ...patience })] });
  const health = new HealthImplementation({ '': 'SERVING' });
  health.addToServer(server);
  const port = await promisify(server.bindAsync.bind(server))('127.0.0.1:0', ServerCredentials.createInsecure());
  const session = connect(`http://127.0.0.1:${port}`, {
    settings: initialWindowSize === undefined ? {} : { initialWindowSize },
  });
  await once(session, 'connect');
  onTestFinished(() => {
    session.destroy();
    server.forceShutdown();
  });
  return { session, health, server };
}

/** Begins a call; where its bytes are null the client never says that it is done. */
function open(session: ClientHttp2Session, method = `${HEALTH}Check`, bytes: Buffer | null = EMPTY) {
  const stream = session.request(
    { ':method': 'POST', ':path': method, 'content-type': 'application/grpc', te: 'trailers' },
    { endStream: false },
  );
  let grpcStatus: number | undefined;
  stream
    .on('response', (headers) => (grpcStatus = numberIn(headers['grpc-status'])))
    .on('trailers', (headers: Record<string, unknown>) => (grpcStatus = numberIn(headers['grpc-status'])))
    .on('error', () => undefined)
    .resume();
  if (bytes) stream.end(bytes);
  return { stream, status: () => grpcStatus };
}

function numberIn(text: unknown): number | undefined {
  return typeof text === 'string' ? Number(text) : undefined;
}

const isCutOff = ({ stream }: { stream: ClientHttp2Stream }) =>
  stream.closed && stream.rstCode === constants.NGHTTP2_CANCEL;

it('an answer that its client does not take is kept only for a time', async () => {
  const { session } = await startService({ takenWithinMs: 200 }, 0);
  const calls = Array.from({ length: 5 }, () => open(session));
  await until('all are cut off', () => calls.every(isCutOff));
});

it('a message of a stream that its client does not take ends the stream', async () => {
  const { session, health } = await startService({ takenWithinMs: 100 }, 0);
  const watch = open(session, `${HEALTH}Watch`);
  health.setStatus('', 'NOT_SERVING');
  await until('it is cut off', () => isCutOff(watch));
});

it('an answer that is taken slowly, but in time, arrives', async () => {
  const { session } = await startService({}, 1);
  const call = open(session);
  await until('it is there', () => call.status() === status.OK);
});

it.each([
  ['answers', { waiting: { most: 3, mostBytes: 1_048_576 } }],
  // An answer has a frame of 5 bytes and a message of 2.
  ['bytes of answers', { waiting: { most: 1000, mostBytes: 3 * 7 } }],
])('beyond so many %s that nobody takes, the one that has waited for longest is cut off', async (_what, patience) => {
  const { session } = await startService(patience, 0);
  const calls: ReturnType<typeof open>[] = [];
  for (let place = 0; place < 5; place += 1) {
    const call = open(session);
    await once(call.stream, 'response');
    calls.push(call);
  }
  await until('two are cut off', () => calls.filter(isCutOff).length === 2);
  expect(calls.map(isCutOff)).toEqual([true, true, false, false, false]);
});

it('a message that does not come in time is told DEADLINE_EXCEEDED, and its call ends though the client keeps it open', async () => {
  const { session } = await startService({ messageWithinMs: 100, takenWithinMs: 100 });
  const silent = open(session, `${HEALTH}Check`, null);
  const half = open(session, `${HEALTH}Check`, null);
  half.stream.write(EMPTY.subarray(0, 2));
  await until('both are over', () => silent.stream.closed && half.stream.closed);
  expect([silent.status(), half.status()]).toEqual([status.DEADLINE_EXCEEDED, status.DEADLINE_EXCEEDED]);
});
