/**
 * A load balancer before several servers, as one has it in production: HTTP by request over kept connections, gRPC by
 * connection. It sends to servers that call themselves healthy, as long as there is one, tries another one where a
 * connection is refused, and never repeats a request.
 */
import { once } from 'node:events';
import { Agent, createServer as createHttpServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { askHealth } from './grpc-health.ts';

/** Where a server listens, each as host:port. */
export interface Backend {
  readonly http: string;
  readonly grpc: string;
}

/** A balancer that listens; it ends with the test. */
export interface Balancer {
  /** A URL. */
  readonly http: string;
  /** host:port */
  readonly grpc: string;
  /** How many servers it sends to now, over HTTP and over gRPC alike. */
  healthy(): number;
}

interface Target {
  readonly host: string;
  readonly port: number;
  readonly agent: Agent;
  isHealthy: boolean;
}

const CHECK_EVERY_MS = 100;

/** Starts to listen. */
export async function startBalancer(backends: readonly Backend[]): Promise<Balancer> {
  const http = backends.map((backend) => toTarget(backend.http));
  const grpc = backends.map((backend) => toTarget(backend.grpc));
  const stopping = new AbortController();
  const checks = [...http.map((target) => watch(target, isReady)), ...grpc.map((target) => watch(target, isServing))];
  const checking = checks.map((check) => check(stopping.signal));

  const nextHttp = takingTurns(http);
  const httpServer = createHttpServer((asked, answer) => {
    forward(asked, answer, nextHttp()).catch(() => answer.destroy());
  });
  const nextGrpc = takingTurns(grpc);
  const sockets = new Set<Socket>();
  const grpcServer = createServer((socket) => {
    sockets.add(socket.once('close', () => sockets.delete(socket)));
    join(socket, nextGrpc());
  });
  const addresses = await Promise.all([listen(httpServer), listen(grpcServer)]);
  onTestFinished(async () => {
    stopping.abort();
    httpServer.closeAllConnections();
    for (const socket of sockets) socket.destroy();
    for (const { agent } of [...http, ...grpc]) agent.destroy();
    httpServer.close();
    grpcServer.close();
    await Promise.all(checking);
  });
  const countHealthy = (targets: readonly Target[]) => targets.filter(({ isHealthy }) => isHealthy).length;
  return {
    http: `http://${addresses[0]}`,
    grpc: addresses[1],
    healthy: () => Math.min(countHealthy(http), countHealthy(grpc)),
  };
}

/** Sends a request to the first of these that takes connections. */
async function forward(asked: IncomingMessage, answer: ServerResponse, targets: readonly Target[]): Promise<void> {
  const body = await buffer(asked);
  const [target, ...others] = targets;
  if (!target) {
    answer.writeHead(502).end('no server is healthy');
    return;
  }
  const send = ({ host, port, agent }: Target, rest: readonly Target[]): void => {
    const { method, url, headers } = asked;
    const sent = request({ host, port, agent, method, path: url, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, withoutConnection(answered.headers));
      answered.pipe(answer);
      answered.on('error', () => answer.destroy());
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      const [next, ...left] = rest;
      if (error.code === 'ECONNREFUSED' && next) send(next, left);
      else if (answer.headersSent) answer.destroy();
      else answer.writeHead(502).end(`${error.message}, reused connection: ${sent.reusedSocket}`);
    });
    answer.once('close', () => sent.destroy());
    sent.end(body);
  };
  send(target, others);
}

/** Joins a connection to one with the first of these that takes it. */
function join(socket: Socket, targets: readonly Target[]): void {
  const [target, ...others] = targets;
  if (!target) {
    socket.destroy();
    return;
  }
  const { host, port } = target;
  const upstream = connect({ host, port, noDelay: true });
  upstream.once('connect', () => {
    socket.pipe(upstream).pipe(socket);
    socket.once('close', () => upstream.destroy());
    upstream.once('close', () => socket.end());
  });
  socket.on('error', () => upstream.destroy());
  upstream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED') join(socket, others);
    else socket.destroy();
  });
}

/** The healthy ones, beginning with another one each time; all of them where a busy machine lets none answer in time. */
function takingTurns(targets: readonly Target[]): () => Target[] {
  let turn = 0;
  return () => {
    turn += 1;
    const healthy = targets.filter(({ isHealthy }) => isHealthy);
    const usable = healthy.length > 0 ? healthy : targets;
    return usable.map((_, place) => usable[(place + turn) % usable.length]!);
  };
}

function watch(target: Target, ask: (target: Target) => Promise<boolean>): (signal: AbortSignal) => Promise<void> {
  return async (signal) => {
    while (!signal.aborted) {
      target.isHealthy = await ask(target).catch(() => false);
      await sleep(CHECK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  };
}

async function isReady({ host, port }: Target): Promise<boolean> {
  const { ok } = await fetch(`http://${host}:${port}/health/ready`, { headers: { connection: 'close' } });
  return ok;
}

async function isServing({ host, port }: Target): Promise<boolean> {
  return (await askHealth(`${host}:${port}`)) === 'SERVING';
}

function toTarget(address: string): Target {
  const { hostname, port } = new URL(`tcp://${address}`);
  return { host: hostname, port: Number(port), agent: new Agent({ keepAlive: true }), isHealthy: false };
}

/** What the server says of its connection is not about that of the client. */
function withoutConnection({ connection: _, 'keep-alive': __, ...headers }: IncomingMessage['headers']) {
  return headers;
}

async function listen(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
