/** `/api/stats`, `/api/validation/stats` and `/api/projections/rebuild`: what orders add up to. */
import { z } from 'zod';
import { presentDay, presentStatistics, presentValidation } from '../present-statistics.ts';
import type { UseCases } from '../use-cases.ts';
import { actorHeaders, actorOf } from './actor.ts';
import { problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { queryNumber } from './query-numbers.ts';
import { daysSchema, rebuildSchema, statisticsSchema, validationSchema } from './statistics-answers.ts';

const statisticsQuery = z.strictObject({
  days: queryNumber
    .optional()
    .describe('How many days up to today the period has')
    .meta({ type: 'integer', minimum: 1, maximum: 365, default: 30 }),
});

const daysQuery = z.strictObject({
  from: z
    .string()
    .optional()
    .describe('First day in UTC; 29 days before the last one where absent')
    .meta({ example: '2026-11-01' }),
  to: z
    .string()
    .optional()
    .describe('Last day in UTC; today where absent; at most 366 days in all')
    .meta({ example: '2026-11-21' }),
});

/** A rebuild of many orders takes its time, and the connection is silent meanwhile. */
const REBUILD_WITHIN_MS = 3_600_000;

/** Adds the routes. */
export function statisticsRoutes(app: HttpApp, { statistics, rebuildStatistics }: UseCases): void {
  app.get(
    '/api/stats',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'All figures',
        description:
          'Orders by status, of today and of the last days, revenue, funnel, time in each status, and what the rules ' +
          'said. Cancelled orders count as orders, but not in revenue.',
        tags: ['statistics'],
        operationId: 'statistics',
        querystring: statisticsQuery,
        response: { 200: statisticsSchema, ...problems(400, 503) },
      },
    },
    async ({ query: { days } }) => presentStatistics(await statistics.all(days), new Date().toISOString()),
  );

  app.get(
    '/api/stats/daily',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Figures day by day',
        description: 'What happened on each day (UTC), by currency, oldest first.',
        tags: ['statistics'],
        operationId: 'dailyStatistics',
        querystring: daysQuery,
        response: { 200: daysSchema, ...problems(400, 503) },
      },
    },
    async ({ query }) => ({ days: (await statistics.days(query)).map(presentDay) }),
  );

  app.get(
    '/api/validation/stats',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'What the rules said',
        description:
          'How many orders were checked, approved and rejected, at most a second old. Requests without the shape of an ' +
          'order and repeats of an accepted order are not counted.',
        tags: ['statistics'],
        operationId: 'validationStatistics',
        response: { 200: validationSchema, ...problems(503) },
      },
    },
    async () => presentValidation(await statistics.validation()),
  );

  app.post(
    '/api/projections/rebuild',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Rebuild the statistics',
        description:
          'Adds up the whole order log anew beside the figures that are read, then lets the new ones take their place at ' +
          'once. Takes one to two seconds for each 10,000 orders; the answer comes when it is done.',
        tags: ['statistics'],
        operationId: 'rebuildProjections',
        headers: actorHeaders,
        response: { 200: rebuildSchema, ...problems(409, 503) },
      },
    },
    async (request) => {
      request.raw.socket.setTimeout(REBUILD_WITHIN_MS);
      return rebuildStatistics(actorOf(request));
    },
  );
}
