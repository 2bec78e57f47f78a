import type { SwaggerTransformObject } from '@fastify/swagger';
import { jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { OpenAPIV3_1 } from 'openapi-types';
import packageJson from '../../package.json' with { type: 'json' };

/** The frame of the OpenAPI document; routes add themselves to it. */
export const openApi: Partial<OpenAPIV3_1.Document> = {
  openapi: '3.1.0',
  info: {
    title: 'Steadfast',
    version: packageJson.version,
    description: [
      'Takes orders and follows them until they are delivered or cancelled.',
      'Errors are problems of RFC 9457: `code` is one of a closed list, `violations` names field, value and rule.',
      'Amounts stand twice: `…_minor` as an integer in minor units, and beside it the decimal in major units.',
      'Fields that have no value are left out.',
    ].join('\n\n'),
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/' }],
  tags: [
    { name: 'orders', description: 'Placing and reading orders' },
    { name: 'commands', description: 'Changing orders that are under way' },
    { name: 'shipments', description: 'News of the carrier' },
    { name: 'products', description: 'The catalogue and its stock' },
    { name: 'dead letters', description: 'What could not be published or taken in, and what was done about it' },
    { name: 'status', description: 'Orders in the uniform statuses of their events, and those that need somebody' },
    { name: 'operations', description: 'Holding the system against its log' },
    { name: 'statistics', description: 'What orders add up to, and how the system keeps up with them' },
    { name: 'events', description: 'What happened to orders, for programs that follow them' },
    { name: 'tracking', description: 'Pages for customers who hold the link of their order' },
    { name: 'webhooks', description: 'Addresses that are told of events, and what they answered' },
    { name: 'orderstream', description: 'The interface of OrderStream, for clients that speak it' },
    { name: 'health', description: 'Whether the server runs and what it misses' },
  ],
};

/** Makes the document, without the variants of schemas for requests that no route takes. */
export const finishOpenApi: SwaggerTransformObject = (document) => {
  const made = jsonSchemaTransformObject(document) as OpenAPIV3_1.Document;
  const schemas = Object.entries(made.components?.schemas ?? {}).filter(([name]) => !name.endsWith('Input'));
  return { ...made, components: { ...made.components, schemas: Object.fromEntries(schemas) } };
};
