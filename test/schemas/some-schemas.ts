/** Schemas of the kinds that Steadfast has, values that are valid by them, and edits of them. */
import fc from 'fast-check';
import type { JsonSchema } from '../../events/schemas/json-schemas.ts';

const NAMES = ['id', 'status', 'items', 'amount', 'note'];

const leaf: fc.Arbitrary<JsonSchema> = fc.oneof(
  fc.record({ type: fc.constant('string') }),
  fc.record({ type: fc.constant('string'), minLength: fc.nat(2), maxLength: fc.integer({ min: 2, max: 5 }) }),
  fc.record({ type: fc.constant('string'), enum: fc.uniqueArray(fc.constantFrom('A', 'B', 'C'), { minLength: 1 }) }),
  fc.record({ type: fc.constant('string'), const: fc.constantFrom('A', 'B') }),
  fc.record({
    type: fc.constantFrom('integer', 'number'),
    minimum: fc.nat(3),
    maximum: fc.integer({ min: 3, max: 9 }),
  }),
  fc.record({ type: fc.constantFrom('integer', 'number', 'boolean', 'null') }),
  fc.record({ type: fc.constant(['string', 'null']) }),
);

const object = (depth: number): fc.Arbitrary<JsonSchema> =>
  fc.dictionary(fc.constantFrom(...NAMES), schema(depth), { maxKeys: 4 }).chain((properties) =>
    fc.record({
      type: fc.constant('object'),
      properties: fc.constant(properties),
      required: fc.subarray(Object.keys(properties)),
    }),
  );

const schema = (depth: number): fc.Arbitrary<JsonSchema> =>
  depth === 0
    ? leaf
    : fc.oneof(
        { weight: 3, arbitrary: leaf },
        { weight: 2, arbitrary: object(depth - 1) },
        fc.record({ type: fc.constant('array'), items: schema(depth - 1), minItems: fc.nat(2) }),
        fc.record({ anyOf: fc.tuple(schema(depth - 1), fc.constant({ type: 'null' })) }),
      );

/** The schema of an object. */
export const objectSchema: fc.Arbitrary<JsonSchema> = object(2);

/** A schema, and what somebody has made of it with a few edits. */
export const editedSchema: fc.Arbitrary<{ before: JsonSchema; after: JsonSchema }> = objectSchema.chain((before) =>
  fc
    .array(fc.record({ at: fc.nat(50), edit: fc.nat(50), part: leaf }), { maxLength: 3 })
    .map((edits) => ({ before, after: edits.reduce(editOnce, before) })),
);

/** A value that is valid by a schema and has no other fields than those described. */
export function valueOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (Array.isArray(schema.anyOf)) return fc.oneof(...(schema.anyOf as JsonSchema[]).map(valueOf));
  if (Array.isArray(schema.type))
    return fc.oneof(...(schema.type as string[]).map((type) => valueOf({ ...schema, type })));
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]));
  const { minimum = -5, maximum = 50 } = schema as { minimum?: number; maximum?: number };
  const { minLength = 0, maxLength = 8, minItems = 0 } = schema as Record<string, number>;
  switch (schema.type) {
    case 'string':
      return fc.string({ minLength, maxLength });
    case 'integer':
      return fc.integer({ min: minimum, max: maximum });
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(valueOf(schema.items as JsonSchema), { minLength: minItems, maxLength: minItems + 2 });
    default: {
      const fields = Object.entries(schema.properties as Record<string, JsonSchema>);
      const values = Object.fromEntries(fields.map(([name, field]) => [name, valueOf(field)]));
      return fc.record(values, { requiredKeys: schema.required as string[] });
    }
  }
}

interface Edit {
  readonly at: number;
  readonly edit: number;
  readonly part: JsonSchema;
}

/** Changes one place of a schema, as somebody might in an editor. */
function editOnce(schema: JsonSchema, edit: Edit): JsonSchema {
  const fields = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  const field = fields[edit.at % Math.max(fields.length, 1)];
  const required = (schema.required ?? []) as string[];
  const withFields = (properties: [string, JsonSchema][], names = required): JsonSchema => ({
    ...schema,
    properties: Object.fromEntries(properties),
    required: names,
  });
  if (field === undefined) return schema.type === 'object' ? withFields([['added', edit.part]], ['added']) : edit.part;
  const [name, part] = field;
  const others = fields.filter(([other]) => other !== name);
  switch (edit.edit % 6) {
    case 0:
      return withFields(
        others,
        required.filter((other) => other !== name),
      );
    case 1:
      return withFields(fields, required.includes(name) ? required.filter((one) => one !== name) : [...required, name]);
    case 2:
      return withFields([...others, [name, edit.part]]);
    case 3:
      return withFields([...fields, ['added', edit.part]]);
    case 4:
      return withFields([...others, [name, { anyOf: [part, { type: 'null' }] }]]);
    default:
      return withFields([...others, [name, editOnce(part, { ...edit, edit: edit.edit + 1 })]]);
  }
}
