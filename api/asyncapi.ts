/** The AsyncAPI 3 document: which messages Steadfast sends and receives, over Kafka, webhooks and live streams. */
import { EVENT_TYPES } from '../domain/events.ts';
import { INBOUND_TOPICS, PUBLICATIONS, PUBLISHED_TOPICS } from '../domain/published-events.ts';
import { ENVELOPE_NAME, type JsonSchema, makeSchemas, schemaId } from '../events/schemas/json-schemas.ts';
import packageJson from '../package.json' with { type: 'json' };

const KAFKA_BINDING = '0.5.0';
const HTTP_BINDING = '0.3.0';
const JSON_CLOUD_EVENT = 'application/cloudevents+json';

const reference = (...path: string[]) => ({ $ref: `#/${path.map(escapePointer).join('/')}` });

/** What the Kafka record of a message is keyed by. */
const KEYS: Readonly<Record<string, string>> = {
  [INBOUND_TOPICS.carrierNews]: 'Anything that is the same for all news of a shipment, so that they stay in order',
  [INBOUND_TOPICS.orderRequests]: 'Anything; the requests of one key are placed in their order',
};

/** Makes the document, in version 3.0.0 of AsyncAPI; it names no host, because it is the same everywhere. */
export function makeAsyncApi() {
  const schemas = new Map(makeSchemas().map(({ name, schema }) => [name, embedded(schema)]));
  const published = EVENT_TYPES.map((type) => PUBLICATIONS[type]);
  const types = [...new Set(published.map(({ type }) => type))];
  const inbound = Object.values(INBOUND_TOPICS);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Steadfast',
      version: packageJson.version,
      description: [
        'Every change of an order is an event, told as a CloudEvent 1.0 in structured JSON.',
        'Events come at least once: apply an id once. The events of an order come in the order of their sequence.',
        'Fields and types are added, not changed or removed: pass over those that you do not know.',
      ].join('\n\n'),
      license: { name: 'MIT' },
    },
    defaultContentType: JSON_CLOUD_EVENT,
    servers: {
      kafka: {
        host: '{brokers}',
        protocol: 'kafka',
        description: 'The brokers that KAFKA_BROKERS names.',
        variables: { brokers: { description: 'host:port of at least one broker' } },
      },
      http: {
        host: '{host}',
        protocol: 'http',
        description: 'The server that this document comes from.',
        variables: { host: { description: 'host:port of the server' } },
      },
    },
    channels: {
      ...Object.fromEntries(
        PUBLISHED_TOPICS.map((topic) => {
          const carried = published.filter((one) => one.topic === topic).map(({ type }) => type);
          return [topic, topicChannel(topic, carried, `Events of orders: ${carried.join(', ')}.`)];
        }),
      ),
      ...Object.fromEntries(
        inbound.map((topic) => [topic, topicChannel(topic, [topic], 'News and requests from outside.')]),
      ),
      webhooks: {
        address: null,
        title: 'Webhooks',
        description: 'The addresses that were registered at /api/webhooks. Deliveries are signed (Standard Webhooks).',
        messages: references(types),
      },
      stream: {
        address: '/api/events/stream',
        title: 'Live stream',
        description: 'Server-sent events: one message each, resumed by Last-Event-ID.',
        servers: [reference('servers', 'http')],
        messages: references(types),
      },
    },
    operations: {
      ...Object.fromEntries(PUBLISHED_TOPICS.map((topic) => [`publish ${topic}`, operation('send', topic)])),
      ...Object.fromEntries(inbound.map((topic) => [`take in ${topic}`, operation('receive', topic)])),
      'deliver webhooks': {
        ...operation('send', 'webhooks'),
        bindings: { http: { method: 'POST', bindingVersion: HTTP_BINDING } },
      },
      'stream events': {
        ...operation('send', 'stream'),
        bindings: { http: { method: 'GET', bindingVersion: HTTP_BINDING } },
      },
    },
    components: {
      messages: Object.fromEntries([...types, ...inbound].map((type) => [type, message(type, schemas.get(type))])),
      schemas: Object.fromEntries(schemas),
    },
  };
}

function topicChannel(topic: string, types: readonly string[], description: string) {
  return {
    address: topic,
    description,
    servers: [reference('servers', 'kafka')],
    messages: references(types),
    bindings: { kafka: { topic, bindingVersion: KAFKA_BINDING } },
  };
}

function references(types: readonly string[]) {
  return Object.fromEntries(types.map((type) => [type, reference('components', 'messages', type)]));
}

function operation(action: 'send' | 'receive', channel: string) {
  return { action, channel: reference('channels', channel) };
}

/** A message: the envelope, with this type and data of this schema. */
function message(type: string, schema: JsonSchema | undefined) {
  const isInbound = type in KEYS;
  return {
    name: type,
    title: type,
    summary: schema?.description,
    contentType: JSON_CLOUD_EVENT,
    payload: {
      allOf: [
        isInbound ? INBOUND_ENVELOPE : reference('components', 'schemas', ENVELOPE_NAME),
        {
          type: 'object',
          properties: {
            type: { const: type },
            ...(isInbound ? {} : { dataschema: { const: schemaId(type) } }),
            data: reference('components', 'schemas', type),
          },
        },
      ],
    },
    bindings: {
      kafka: {
        key: { type: 'string', description: KEYS[type] ?? 'The order id' },
        bindingVersion: KAFKA_BINDING,
      },
    },
  };
}

/** What others must fill in; everything else of CloudEvents is up to them. */
const INBOUND_ENVELOPE = {
  type: 'object',
  required: ['specversion', 'id', 'source', 'type', 'data'],
  properties: {
    specversion: { const: '1.0' },
    id: { type: 'string', minLength: 1, description: 'With source, what a repeat is recognised by' },
    source: { type: 'string', minLength: 1 },
    traceparent: { type: 'string', description: 'W3C trace context' },
  },
};

/** A schema as part of the document, which says for itself which dialect it speaks and where it is. */
function embedded(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !['$schema', '$id'].includes(keyword)));
}

/** https://datatracker.ietf.org/doc/html/rfc6901#section-3 */
function escapePointer(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}
