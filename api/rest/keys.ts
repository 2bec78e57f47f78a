/** `/api/keys`: API keys, by which callers are known. */
import { z } from 'zod';
import { ROLES } from '../../domain/access.ts';
import { presentKey } from '../present-key.ts';
import type { UseCases } from '../use-cases.ts';
import { actorHeaders, actorOf } from './actor.ts';
import { problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';
import { uuidParam } from './params.ts';
import { pageSize } from './query-numbers.ts';

const newKey = z.strictObject({
  name: z.string().describe('What it is for: 1 to 100 printable characters').meta({ example: 'web shop' }),
  role: z.string().meta({ enum: [...ROLES] }),
  customer_id: z.string().optional().describe('Whose orders it shows; for the role customer, and only for it'),
  expires_at: z.string().optional().describe('ISO 8601; never where absent'),
});

const listQuery = z.strictObject({
  page_size: pageSize,
  page_token: z.string().optional().describe('next_page_token of the page before'),
});

const moment = z.iso.datetime().optional();
const shape = {
  id: z.string().describe('The part of the key that is no secret').meta({ example: '3f9a0c51d2e47b68' }),
  name: z.string(),
  role: z.enum(ROLES),
  customer_id: z.string().optional(),
  created_at: z.iso.datetime(),
  created_by: z.string(),
  expires_at: moment,
  last_used_at: moment.describe('Up to a minute behind; absent where it was never used'),
  revoked_at: moment,
};
const keySchema: z.ZodType = z.object(shape).meta({ id: 'ApiKey' });
const keyWithTextSchema: z.ZodType = z
  .object({ ...shape, key: z.string().describe('The key itself, shown in this answer only') })
  .meta({ id: 'ApiKeyWithText' });
const keyPageSchema: z.ZodType = z
  .object({ keys: z.array(keySchema), next_page_token: z.string().describe('Empty on the last page') })
  .meta({ id: 'ApiKeyPage' });

const tags = ['access'];

/** Adds the routes. */
export function keyRoutes(app: HttpApp, { keys }: UseCases): void {
  app.post(
    '/api/keys',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Make an API key',
        description: 'The key is shown in this answer only; what is stored is a hash of it.',
        tags,
        operationId: 'createKey',
        headers: actorHeaders,
        body: newKey,
        response: {
          201: keyWithTextSchema.describe('Made; it can be used at once'),
          ...problems(400, 413, 415, 429, 503),
        },
      },
    },
    async (request, reply) => {
      const { name, role, customer_id: customerId, expires_at: expiresAt } = request.body;
      const { key, text } = await keys.add({ name, role, customerId, expiresAt }, actorOf(request));
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ...presentKey(key), key: text });
    },
  );

  app.get(
    '/api/keys',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'List API keys',
        description:
          'Keys, also revoked and expired ones, the newest first, a page at a time. The keys themselves are nowhere.',
        tags,
        operationId: 'listKeys',
        querystring: listQuery,
        response: { 200: keyPageSchema, ...problems(400, 503) },
      },
    },
    async ({ query: { page_size, page_token } }) => {
      const page = await keys.list({ pageSize: page_size, pageToken: page_token });
      return { keys: page.keys.map(presentKey), next_page_token: page.nextPageToken };
    },
  );

  app.delete(
    '/api/keys/:id',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Revoke an API key',
        description: 'Ends a key for ever, everywhere within five seconds. A repeat answers the same.',
        tags,
        operationId: 'revokeKey',
        headers: actorHeaders,
        params: z.object({ id: uuidParam('The id of the key') }),
        response: { 200: keySchema, ...problems(404, 429, 503) },
      },
    },
    async (request) => presentKey(await keys.revoke(request.params.id, actorOf(request))),
  );
}
