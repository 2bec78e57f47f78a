import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences } from '../../domain/difference.ts';

const json = fc.jsonValue({ maxDepth: 3 });

describe('differences', () => {
  it('are none between equal values', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(differences(value, structuredClone(value))).toEqual([]);
      }),
    );
  });

  it('are there between values that are not equal, and the same both ways', () => {
    fc.assert(
      fc.property(json, json, (before, after) => {
        const found = differences(before, after);
        const back = differences(after, before);
        const turned = back.map(({ field, before: one, after: other }) => ({ field, before: other, after: one }));
        expect(new Set(found.map((one) => JSON.stringify(one)))).toEqual(
          new Set(turned.map((one) => JSON.stringify(one))),
        );
        for (const { before: one, after: other } of found) expect(one).not.toEqual(other);
      }),
    );
  });

  it('name each field by its path', () => {
    const before = { order: { status: 'PENDING', items: [{ quantity: 1 }, { quantity: 2 }] } };
    const after = { order: { status: 'PENDING', items: [{ quantity: 1 }, { quantity: 3 }] }, payment: { id: 'p' } };
    expect(differences(before, after)).toEqual([
      { field: 'order.items[1].quantity', before: 2, after: 3 },
      { field: 'payment.id', before: undefined, after: 'p' },
    ]);
  });

  it('name a whole value where the two sides are of another kind', () => {
    expect(differences({ a: [1] }, { a: null })).toEqual([{ field: 'a', before: [1], after: null }]);
    expect(differences({ a: [1] }, { a: { 0: 1 } })).toEqual([{ field: 'a', before: [1], after: { 0: 1 } }]);
  });
});
