/** A receiver of webhooks on loopback for tests, over real HTTP. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as it came. */
export interface Received {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly at: number;
}

/** Answers a request; `place` counts from 0. Where it does nothing the request hangs. */
export type Answering = (response: ServerResponse, request: Received, place: number) => void;

/** Answers with a status, and with headers where given. */
export const status =
  (code: number, headers: Record<string, string> = {}): Answering =>
  (response) =>
    void response.writeHead(code, headers).end('thank you');

/** Listens on a free port until the test is finished. */
export async function startReceiver(answer: Answering = status(200)) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const id = String(headers['webhook-id']);
      const entry = { id, method, path: url, headers, body: Buffer.concat(chunks).toString(), at: Date.now() };
      received.push(entry);
      answer(response, entry, received.length - 1);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(close);
  return { port, url: `http://127.0.0.1:${port}/hook`, received, close };
}
