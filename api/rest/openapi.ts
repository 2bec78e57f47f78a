import type { SwaggerTransform, SwaggerTransformObject } from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { OpenAPIV3_1 } from 'openapi-types';
import { z } from 'zod';
import { rolesFor } from '../../domain/access.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { SESSION_COOKIE } from '../auth/sessions.ts';
import { problems } from './answers.ts';
import { isUnlimited } from './rate-limits.ts';

/** How callers say who they are. */
const SECURITY_SCHEMES: Readonly<Record<string, OpenAPIV3_1.SecuritySchemeObject>> = {
  bearer: { type: 'http', scheme: 'bearer', description: 'An API key or a JSON Web Token' },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key' },
  session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE, description: 'The session of the dashboard' },
};

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
      'Where authentication is on, `x-roles` says who may call a route; with the role customer only for their own orders.',
    ].join('\n\n'),
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/' }],
  components: { securitySchemes: SECURITY_SCHEMES },
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
    { name: 'access', description: 'Keys by which callers are known' },
    { name: 'health', description: 'Whether the server runs and what it misses' },
  ],
};

/** Marks a route whose body may be left out, until the document is whole. */
const OPTIONAL_BODY = 'x-optional-body';

/** Describes a route: its schemas, who may call it, and what others are answered. */
export const describeRoute: SwaggerTransform = (route) => {
  const described = jsonSchemaTransform(withRefusals(route));
  const access = route.route.config?.access ?? 'public';
  const isPublic = access === 'public';
  const security = isPublic ? [] : Object.keys(SECURITY_SCHEMES).map((name) => ({ [name]: [] }));
  return {
    ...described,
    schema: {
      ...described.schema,
      security,
      'x-roles': isPublic ? ['public'] : rolesFor(access),
      ...(route.schema.body instanceof z.ZodOptional ? { [OPTIONAL_BODY]: true } : {}),
    },
  } as ReturnType<SwaggerTransform>;
};

/** Adds what a route may answer whatever it does: to callers who may not, who come too often, or whose body is no good. */
function withRefusals(route: Parameters<SwaggerTransform>[0]): Parameters<SwaggerTransform>[0] {
  const { schema } = route;
  if (schema.hide) return route;
  const isPublic = (route.route.config?.access ?? 'public') === 'public';
  const refusals = {
    ...(isPublic ? {} : problems(401, 403)),
    ...(isUnlimited(route.url) ? {} : problems(429)),
    ...(schema.body ? problems(400, 413, 415) : {}),
  };
  return { ...route, schema: { ...schema, response: { ...refusals, ...(schema.response ?? {}) } } };
}

/** Makes the document, without the variants of schemas for requests that no route takes. */
export const finishOpenApi: SwaggerTransformObject = (document) => {
  const made = jsonSchemaTransformObject(document) as OpenAPIV3_1.Document;
  const schemas = Object.entries(made.components?.schemas ?? {}).filter(([name]) => !name.endsWith('Input'));
  const paths = mapValues(made.paths ?? {}, (path) => mapValues(path as Record<string, MarkedOperation>, settleBody));
  return { ...made, paths, components: { ...made.components, schemas: Object.fromEntries(schemas) } };
};

interface MarkedOperation {
  readonly requestBody?: object;
  readonly [OPTIONAL_BODY]?: boolean;
}

/** The package says of every body that it is required. */
function settleBody({ [OPTIONAL_BODY]: isOptional = false, ...operation }: MarkedOperation): object {
  return isOptional ? { ...operation, requestBody: { ...operation.requestBody, required: false } } : operation;
}

function mapValues<Value, Mapped>(
  record: Record<string, Value>,
  map: (value: Value) => Mapped,
): Record<string, Mapped> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
