import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInboundHandlers } from '../../api/inbound.ts';
import { makeTestEvents, TEST_TOPICS } from '../../cli/kafka/test-events.ts';
import { readEvent } from '../../events/kafka/inbound-record.ts';
import { makeSchemas, schemaId } from '../../events/schemas/json-schemas.ts';

const ajv = new Ajv2020({ allowUnionTypes: true, strictRequired: false });
addFormats.default(ajv);
for (const { schema } of makeSchemas()) ajv.addSchema(schema);

/** Takes everything in and answers the order. */
const handlers = createInboundHandlers({
  acceptOrder: () => Promise.resolve(undefined),
  commands: { updateLocation: () => Promise.resolve(undefined) },
} as never);

const orders = fc.uniqueArray(fc.stringMatching(/^[a-z\d]{1,10}$/), { minLength: 1, maxLength: 3 });

describe.each(TEST_TOPICS)('test data for %s', (topic) => {
  const made = fc.tuple(
    fc.integer({ min: 1, max: 30 }),
    orders,
    fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
  );
  const make = ([count, ids, draws]: typeof made extends fc.Arbitrary<infer Made> ? Made : never) => {
    let ids_made = 0;
    return makeTestEvents({
      topic,
      count,
      orders: ids,
      now: new Date('2026-11-21T08:00:00.000Z'),
      random: () => draws.next().value as number,
      makeId: () => `id-${(ids_made += 1)}`,
    });
  };

  it('is valid by its schema and taken in', async () => {
    const validate = ajv.getSchema(schemaId(topic))!;
    await fc.assert(
      fc.asyncProperty(made, async (choice) => {
        for (const [offset, { key = null, value, headers = {} }] of make(choice).entries()) {
          const record = { topic, partition: 0, offset, key, headers, value: Buffer.from(value) };
          const event = readEvent(record);
          expect(validate(event.data), ajv.errorsText(validate.errors)).toBe(true);
          await handlers[topic]!(event);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('is as much as was asked for, each event with an id of its own', () => {
    fc.assert(
      fc.property(made, (choice) => {
        const ids = make(choice).map(({ value }) => (JSON.parse(String(value)) as { id: string }).id);
        expect(new Set(ids).size).toBe(choice[0]);
      }),
      { numRuns: 20 },
    );
  });
});
