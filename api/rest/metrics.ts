/** `/metrics`: what Prometheus reads of this server and of the system. */
import { z } from 'zod';
import { type ExposeMetrics, METRICS_TYPE } from '../../telemetry/metrics.ts';
import type { HttpApp } from './http-app.ts';

const text: z.ZodType = z.string();

/** Adds the route. Prometheus sends credentials where some are needed, or asks at a port of its own. */
export function metricsRoutes(app: HttpApp, expose: ExposeMetrics): void {
  app.get(
    '/metrics',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Metrics for Prometheus',
        description: 'What is measured of this server and of the system, in the text format of Prometheus.',
        tags: ['health'],
        operationId: 'getMetrics',
        response: { 200: { description: 'The metrics', content: { 'text/plain': { schema: text } } } },
      },
    },
    async (_request, reply) =>
      reply
        .type(METRICS_TYPE)
        .header('cache-control', 'no-store')
        .serializer((metrics: string) => metrics)
        .send(await expose()),
  );
}
