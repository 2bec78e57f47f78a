/** Measures how long requests take. */
import type { FastifyInstance } from 'fastify';
import { Gauge, Histogram } from 'prom-client';
import { EVENT_STREAM } from './open-streams.ts';

const duration = new Histogram({
  name: 'steadfast_http_request_duration_seconds',
  help: 'How long HTTP requests took, by the template of their route; streams are not measured.',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});
const underWay = new Gauge({
  name: 'steadfast_http_requests_in_flight',
  help: 'HTTP requests that are being answered, open streams among them.',
});

/** Adds the hooks. */
export function measureRequests(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, reply, done) => {
    underWay.inc();
    // Also where the caller goes away before the answer is there.
    reply.raw.once('close', () => underWay.dec());
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    if (reply.getHeader('content-type') !== EVENT_STREAM['content-type']) {
      const route = request.routeOptions.url ?? 'unknown';
      const status = `${Math.floor(reply.statusCode / 100)}xx`;
      duration.observe({ method: request.method, route, status }, reply.elapsedTime / 1000);
    }
    done();
  });
}
