import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonSchema, makeSchemas } from '../../events/schemas/json-schemas.ts';
import { incompatibilities } from '../../schemas/compatibility.ts';
import { editedSchema, objectSchema, valueOf } from './some-schemas.ts';

/** A published schema after an edit of its text, as somebody would do it. */
function edited(name: string, change: (schema: Editable) => void): { before: JsonSchema; after: Editable } {
  const before = makeSchemas().find((one) => one.name === name)!.schema;
  const after = structuredClone(before) as Editable;
  change(after);
  return { before, after };
}

/** A schema as a test writes it. */
interface Editable extends Record<string, unknown> {
  properties: Record<string, Editable>;
  required: string[];
  items: Editable;
  enum: string[];
}

const optional = (schema: Editable, name: string) => (schema.required = schema.required.filter((one) => one !== name));

describe('a breaking edit of what is published is found:', () => {
  it.each<[string, string, (schema: Editable) => void, string]>([
    [
      'a field is removed',
      'payment.authorized.v1',
      ({ properties }) => delete properties.amount_minor,
      'amount_minor was removed',
    ],
    [
      'a field that was always there may be absent',
      'order.created.v1',
      (schema) => optional(schema, 'currency'),
      'currency may be absent now',
    ],
    [
      'a type is widened',
      'inventory.failed.v1',
      ({ properties }) => (properties.shortages!.items.properties.requested!.type = 'number'),
      'shortages[].requested may be number now, not only integer',
    ],
    [
      'a closed list gets a new value',
      'order.cancelled.v1',
      ({ properties }) => properties.failure_reason!.enum.push('ALIENS'),
      'failure_reason may be "ALIENS" now, which is not one of "OUT_OF_STOCK", "PAYMENT_DECLINED", "PAYMENT_UNAVAILABLE", ' +
        '"SHIPMENT_UNAVAILABLE", "APPROVAL_DENIED", "APPROVAL_TIMED_OUT", "CANCELLED_ON_REQUEST"',
    ],
    [
      'what was never null may be null',
      'shipment.moved.v1',
      ({ properties }) =>
        (properties.shipment_id = { anyOf: [{ ...properties.shipment_id }, { type: 'null' }] } as never),
      'shipment_id may be null now, not only string',
    ],
    [
      'a bound is loosened',
      'order.created.v1',
      ({ properties }) => delete properties.items!.minItems,
      'items has minItems none now, not 1',
    ],
    [
      'a format is given up',
      'shipping.scheduled.v1',
      ({ properties }) => delete properties.estimated_delivery!.format,
      'estimated_delivery has format none now, not date-time',
    ],
    [
      'a status of the view is another one',
      'order.completed.v1',
      ({ properties }) => (properties.view_status!.const = 'DONE'),
      'view_status may be "DONE" now, which is not one of "COMPLETED"',
    ],
    [
      'a restriction comes that nobody can judge',
      'order.created.v1',
      (schema) => (schema.not = { required: ['x'] }),
      'not has changed, and nobody can judge what that breaks',
    ],
  ])('%s', (_what, name, change, finding) => {
    const { before, after } = edited(name, change);
    expect(incompatibilities(before, after)).toEqual([finding]);
  });

  it('and each of several', () => {
    const { before, after } = edited('order.created.v1', (schema) => {
      delete schema.properties.total_minor;
      optional(schema, 'items');
      schema.properties.payment_method!.enum.push('CASH');
    });
    expect(incompatibilities(before, after)).toHaveLength(3);
  });
});

describe('a compatible edit of what is published is none:', () => {
  it.each<[string, (schema: Editable) => void]>([
    ['an optional field is added', ({ properties }) => (properties.gift = { type: 'boolean' } as never)],
    [
      'a field that is always there is added',
      ({ properties, required }) => {
        properties.gift = { type: 'boolean' } as never;
        required.push('gift');
      },
    ],
    ['a closed list gets shorter', ({ properties }) => properties.payment_method!.enum.pop()],
    ['a bound is tightened', ({ properties }) => (properties.total_minor!.minimum = 1)],
    ['words are changed', (schema) => (schema.description = 'Other words')],
  ])('%s', (_what, change) => {
    const { before, after } = edited('order.created.v1', change);
    expect(incompatibilities(before, after)).toEqual([]);
  });
});

describe('of what is read, senders of the released schema count:', () => {
  it.each<[string, (schema: Editable) => void, string[]]>([
    ['a new optional field breaks nobody', ({ properties }) => (properties.gift = { type: 'boolean' } as never), []],
    ['a closed list may get longer', ({ properties }) => properties.payment_method!.enum.push('CASH'), []],
    ['a field may become optional', (schema) => optional(schema, 'customer_id'), []],
    [
      'a field that must be given breaks them',
      ({ required }) => required.push('total_amount'),
      ['total_amount must be given now'],
    ],
    ['so does a field that is read no more', ({ properties }) => delete properties.order_id, ['order_id was removed']],
    [
      'so does a value that is not taken any more',
      ({ properties }) => properties.payment_method!.enum.pop(),
      ['payment_method does not take "DIGITAL_WALLET" any more'],
    ],
    [
      'so does a tighter bound',
      ({ properties }) => (properties.items!.maxItems = 50),
      ['items has maxItems 50 now, not 100'],
    ],
  ])('%s', (_what, change, findings) => {
    const { before, after } = edited('order.requests.v1', change);
    expect(incompatibilities(before, after, 'read')).toEqual(findings);
  });

  it('fields that are not described must not be refused all at once', () => {
    const { before, after } = edited('shipment.tracking.v1', (schema) => (schema.additionalProperties = false));
    expect(incompatibilities(before, after, 'read')).toEqual(['it takes no other fields any more']);
    expect(incompatibilities(after, before, 'read')).toEqual([]);
  });

  it('news that names a shipment by any of three ways cannot be asked for one of them', () => {
    const { before, after } = edited('shipment.tracking.v1', (schema) => {
      delete schema.anyOf;
      schema.required.push('shipment_id');
    });
    expect(incompatibilities(before, after, 'read')).toEqual(['shipment_id must be given now']);
    expect(incompatibilities(after, before, 'read')).toEqual([]);
  });
});

describe('any schema', () => {
  it('is compatible with itself, both ways', () => {
    for (const { schema } of makeSchemas()) expect(incompatibilities(schema, schema)).toEqual([]);
    fc.assert(
      fc.property(objectSchema, (schema) => {
        expect(incompatibilities(schema, structuredClone(schema))).toEqual([]);
        expect(incompatibilities(schema, structuredClone(schema), 'read')).toEqual([]);
      }),
    );
  });

  it('that passes as compatible lets old readers read every new value, and new readers every old one', () => {
    let compatible = 0;
    const ajv = new Ajv2020({ allowUnionTypes: true, addUsedSchema: false });
    fc.assert(
      fc.property(
        editedSchema.chain(({ before, after }) =>
          fc.tuple(fc.constant({ before, after }), valueOf(after), valueOf(before)),
        ),
        ([{ before, after }, newValue, oldValue]) => {
          if (incompatibilities(before, after, 'written').length === 0) {
            compatible += 1;
            expect(ajv.validate(before, newValue)).toBe(true);
          }
          if (incompatibilities(before, after, 'read').length === 0) expect(ajv.validate(after, oldValue)).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
    expect(compatible).toBeGreaterThan(100);
  });

  it('that has lost a field is not compatible', () => {
    fc.assert(
      fc.property(objectSchema, fc.nat(), (before, choice) => {
        const fields = Object.keys(before.properties as object);
        fc.pre(fields.length > 0);
        const name = fields[choice % fields.length]!;
        const properties = Object.fromEntries(
          Object.entries(before.properties as object).filter(([one]) => one !== name),
        );
        const required = (before.required as string[]).filter((one) => one !== name);
        expect(incompatibilities(before, { ...before, properties, required })).toContain(`${name} was removed`);
      }),
    );
  });
});
