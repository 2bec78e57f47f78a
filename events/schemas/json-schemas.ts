/** The JSON Schemas that tell programs in any language what Steadfast writes and reads. */
import { z } from 'zod';
import { EVENT_TYPES, type EventType } from '../../domain/events.ts';
import { PUBLICATIONS } from '../../domain/published-events.ts';
import { ENVELOPE } from './envelope.ts';
import { EVENT_DATA } from './event-data.ts';
import { INBOUND_DATA } from './inbound.ts';

/** A JSON Schema (2020-12) as plain JSON. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Whether Steadfast writes what a schema describes, or reads it: what a compatible change is depends on it. */
export type Direction = 'written' | 'read';

/** A schema with the name it is known by: `<name>.json` is its file, `/schemas/<name>.json` its place on the server. */
export interface NamedSchema {
  readonly name: string;
  readonly direction: Direction;
  readonly schema: JsonSchema;
}

/** The name of the schema of the envelope. */
export const ENVELOPE_NAME = 'cloud-event.v1';

/** Every schema: the envelope, the data of each published type, the data of each inbound topic. */
export function makeSchemas(): NamedSchema[] {
  return [
    named(ENVELOPE_NAME, 'written', ENVELOPE.describe('The CloudEvents 1.0 envelope of every event')),
    ...EVENT_TYPES.map((type) => named(PUBLICATIONS[type].type, 'written', publishedData(type))),
    ...Object.entries(INBOUND_DATA).map(([topic, data]) => named(topic, 'read', data)),
  ];
}

/** The absolute name of a schema, which `dataschema` of an event says. */
export function schemaId(name: string): string {
  return `urn:steadfast:schema:${name}`;
}

/** The data of an event with what the envelope's data has besides. */
function publishedData(type: EventType): z.ZodType {
  const { viewStatus, topic } = PUBLICATIONS[type];
  return EVENT_DATA[type]
    .extend({
      order_id: z.string().min(1),
      customer_id: z.string().min(1),
      view_status: (viewStatus === null ? z.null() : z.literal(viewStatus)).describe(
        'The status in the order status view from this event on; null where the event does not change it',
      ),
    })
    .describe(`The data of ${PUBLICATIONS[type].type} (${type} in the order log), published to the topic ${topic}`);
}

function named(name: string, direction: Direction, type: z.ZodType): NamedSchema {
  const { $schema, ...schema } = z.toJSONSchema(type, {
    target: 'draft-2020-12',
    // As a reader sees it: fields that are not described may be there, because later versions add some.
    io: 'input',
    override: ({ jsonSchema }) => {
      // The format says it; the pattern beside it is long and says nothing more.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
      // Bounds of the language, not of the field.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return { name, direction, schema: { $schema, $id: schemaId(name), title: name, ...schema } };
}
