/** `/api/audit`: who did what to dead letters, orders and the payment simulator. */
import { z } from 'zod';
import { presentAudit } from '../present-dead-letters.ts';
import type { UseCases } from '../use-cases.ts';
import { problems } from './answers.ts';
import { auditPageSchema } from './dead-letter-answers.ts';
import type { HttpApp } from './http-app.ts';
import { pageSize } from './orders.ts';

/** The filters and the page that every list of the audit takes. */
export const auditQuery = {
  actor: z.string().optional().describe('Only what they did'),
  action: z.string().optional().describe('Only this').meta({ example: 'dead-letter.replay' }),
  page_size: pageSize,
  page_token: z.string().optional().describe('next_page_token of the page before'),
};

/** Adds the route. */
export function auditRoutes(app: HttpApp, { readAudit }: UseCases): void {
  app.get(
    '/api/audit',
    {
      schema: {
        summary: 'Read the audit',
        description:
          'Who did what to dead letters, to orders that were repaired and to the payment simulator, when and with what ' +
          'result: the newest first, a page at a time.',
        tags: ['operations'],
        operationId: 'listAudit',
        querystring: z.strictObject({
          subject: z.string().optional().describe('Only about this: the id of a dead letter or of an order'),
          ...auditQuery,
        }),
        response: { 200: auditPageSchema, ...problems(400, 503) },
      },
    },
    async ({ query: { page_size, page_token, ...filter } }) => {
      const { entries, nextPageToken } = await readAudit({ ...filter, pageSize: page_size, pageToken: page_token });
      return { entries: entries.map(presentAudit), next_page_token: nextPageToken };
    },
  );
}
