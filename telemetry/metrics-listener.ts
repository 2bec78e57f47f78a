/** `/metrics` on a port of its own, for processes that answer nothing else, and for scrapers without credentials. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { reachableUrl } from '../domain/http-url.ts';
import { type ExposeMetrics, METRICS_TYPE } from './metrics.ts';

/** A listener that answers; `url` is where. */
export interface MetricsListener {
  readonly url: string;
  readonly close: () => void;
}

/** Listens; port 0 picks a free one. Throws where the port is taken. */
export async function listenForMetrics(
  { host, port }: { readonly host: string; readonly port: number },
  expose: ExposeMetrics,
): Promise<MetricsListener> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5000 }, (request, response) => {
    if (request.url !== '/metrics' || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(404).end();
      return;
    }
    expose().then(
      (text) => response.writeHead(200, { 'content-type': METRICS_TYPE, 'cache-control': 'no-store' }).end(text),
      () => response.writeHead(503).end(),
    );
  });
  server.maxConnections = 64;
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host, port }, resolve);
  await listening;
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `${reachableUrl(host, bound)}/metrics`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
