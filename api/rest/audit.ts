/** `/api/audit`: who changed what by hand. */
import { z } from 'zod';
import { presentAudit } from '../present-dead-letters.ts';
import type { UseCases } from '../use-cases.ts';
import { problems } from './answers.ts';
import { auditPageSchema } from './dead-letter-answers.ts';
import type { HttpApp } from './http-app.ts';
import { pageSize } from './query-numbers.ts';

/** The filters and the page that every list of the audit takes. */
export const auditQuery = {
  actor: z.string().optional().describe('Only what they did'),
  action: z.string().optional().describe('Only this').meta({ example: 'dead-letter.replay' }),
  from: z.string().optional().describe('At or after, ISO 8601'),
  to: z.string().optional().describe('Before, ISO 8601'),
  page_size: pageSize,
  page_token: z.string().optional().describe('next_page_token of the page before'),
};

/** Adds the route. */
export function auditRoutes(app: HttpApp, { readAudit }: UseCases): void {
  app.get(
    '/api/audit',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Read the audit',
        description:
          'Who changed products, stock, webhooks, API keys, dead letters, statistics, the payment simulator and orders that ' +
          'were repaired, when and with what result: the newest first, a page at a time.',
        tags: ['operations'],
        operationId: 'listAudit',
        querystring: z.strictObject({
          subject: z
            .string()
            .optional()
            .describe('Only about this: the id of a product, webhook, API key, dead letter or order'),
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
