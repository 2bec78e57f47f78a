/** `/health`: for load balancers and people. */
import { type CheckReadiness, takesRequests } from '../readiness.ts';
import { livenessSchema, readinessSchema } from './answers.ts';
import type { HttpApp } from './http-app.ts';

/** Adds the routes. */
export function healthRoutes(app: HttpApp, readiness: CheckReadiness): void {
  app.get(
    '/health/live',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Whether the process runs',
        description: 'Answers without asking anybody.',
        tags: ['health'],
        operationId: 'live',
        response: { 200: livenessSchema },
      },
    },
    () => ({ status: 'live' }),
  );

  app.get(
    '/health/ready',
    {
      config: { access: 'public' },
      schema: {
        summary: 'What the server misses',
        description:
          'Without Temporal or workers the server is degraded: orders are accepted and read, but do not move on yet. ' +
          'Without Kafka, where that is configured, their events wait. Without Postgres the server can do nothing.',
        tags: ['health'],
        operationId: 'ready',
        response: {
          200: readinessSchema.describe('Ready, or degraded with what is missing'),
          503: readinessSchema.describe('Postgres is away or not migrated, or this server is stopping'),
        },
      },
    },
    async (_request, reply) => {
      const state = await readiness();
      return reply
        .code(takesRequests(state) ? 200 : 503)
        .header('cache-control', 'no-store')
        .send(state);
    },
  );
}
