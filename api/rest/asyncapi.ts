/** `/asyncapi.json` and `/schemas`: what Steadfast writes and reads, for programs. */
import { z } from 'zod';
import { Failure } from '../../domain/failures.ts';
import { shorten } from '../../domain/rules.ts';
import { makeSchemas } from '../../events/schemas/json-schemas.ts';
import { makeAsyncApi } from '../asyncapi.ts';
import { problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';

const documentSchema: z.ZodType = z.looseObject({});

/** Adds the routes. */
export function asyncApiRoutes(app: HttpApp): void {
  const asyncApi = makeAsyncApi();
  const schemas = new Map(makeSchemas().map(({ name, schema }) => [`${name}.json`, schema]));

  app.get(
    '/asyncapi.json',
    {
      config: { access: 'public' },
      schema: {
        summary: 'What is sent and received',
        description: 'The AsyncAPI 3 document: Kafka topics, webhooks and the live stream, with every message.',
        tags: ['events'],
        operationId: 'getAsyncApi',
        response: { 200: documentSchema },
      },
    },
    () => asyncApi,
  );

  app.get(
    '/schemas/:file',
    {
      config: { access: 'public' },
      schema: {
        summary: 'The JSON Schema of the data of an event',
        description: 'What the dataschema of an event leads to, in JSON Schema 2020-12.',
        tags: ['events'],
        operationId: 'getSchema',
        params: z.object({
          file: z.string().describe('The type of the event and .json').meta({ example: 'order.created.v1.json' }),
        }),
        response: {
          200: { description: 'The schema', content: { 'application/schema+json': { schema: documentSchema } } },
          ...problems(404),
        },
      },
    },
    ({ params: { file } }, reply) => {
      const schema = schemas.get(file);
      if (schema === undefined)
        throw new Failure(
          'NOT_FOUND',
          `There is no schema ${shorten(file)}. There are ${[...schemas.keys()].join(', ')}.`,
        );
      return reply.type('application/schema+json').send(schema);
    },
  );
}
