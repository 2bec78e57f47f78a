/** `/api/processors/status` and `/api/health`: how the system is getting on. */
import packageJson from '../../package.json' with { type: 'json' };
import { presentProcessors } from '../present-statistics.ts';
import { type CheckReadiness, takesRequests } from '../readiness.ts';
import type { UseCases } from '../use-cases.ts';
import { problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { healthSchema, processorsSchema } from './statistics-answers.ts';

/** Adds the routes. */
export function processorRoutes(app: HttpApp, { processorStatus }: UseCases, readiness: CheckReadiness): void {
  app.get(
    '/api/processors/status',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'How the processors are getting on',
        description:
          'Everyone who follows the order log: what they have done, how far behind they are, who leads them; and the ' +
          'workers with the tasks that wait for them.',
        tags: ['statistics'],
        operationId: 'processorStatus',
        response: { 200: processorsSchema, ...problems(503) },
      },
    },
    async () => presentProcessors(await processorStatus()),
  );

  app.get(
    '/api/health',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'How the server is',
        description: 'As /health/ready, with the version and for how long this process has been running.',
        tags: ['health'],
        operationId: 'health',
        response: {
          200: healthSchema.describe('Ready, or degraded with what is missing'),
          503: healthSchema.describe('Postgres is away or not migrated, or this server is stopping'),
        },
      },
    },
    async (_request, reply) => {
      const state = await readiness();
      return reply
        .code(takesRequests(state) ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({ ...state, version: packageJson.version, uptime_seconds: Math.floor(process.uptime()) });
    },
  );
}
