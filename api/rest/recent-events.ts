/** `/api/events`: what happened last. */
import { z } from 'zod';
import { PUBLICATIONS } from '../../domain/published-events.ts';
import type { UseCases } from '../use-cases.ts';
import { problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { queryNumber } from './query-numbers.ts';

const query = z.strictObject({
  limit: queryNumber.optional().meta({ type: 'integer', minimum: 1, maximum: 100, default: 30 }),
});

const recentEventsSchema: z.ZodType = z
  .object({
    events: z.array(
      z.object({
        specversion: z.literal('1.0'),
        id: z.string(),
        source: z.string(),
        type: z.enum(Object.values(PUBLICATIONS).map(({ type }) => type)),
        subject: z.string().describe('The id of the order'),
        time: z.iso.datetime(),
        datacontenttype: z.string(),
        dataschema: z.string(),
        correlationid: z.string(),
        version: z.string().describe('Of the schema of data'),
        sequence: z.string().describe('The version of the order after this event'),
        traceparent: z.string().optional(),
        data: z.record(z.string(), z.unknown()),
      }),
    ),
  })
  .meta({ id: 'RecentEvents' });

/** Adds the route. */
export function recentEventRoutes(app: HttpApp, { recentEvents }: UseCases): void {
  app.get(
    '/api/events',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'The latest events',
        description:
          'What happened last to any order, the newest first, as CloudEvents. The stream tells what follows.',
        tags: ['events'],
        operationId: 'recentEvents',
        querystring: query,
        response: { 200: recentEventsSchema, ...problems(400, 503) },
      },
    },
    async ({ query: { limit } }) => ({ events: await recentEvents(limit) }),
  );
}
