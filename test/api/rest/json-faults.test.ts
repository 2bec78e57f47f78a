import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findJsonFault, JSON_BOUNDS } from '../../../api/rest/json-faults.ts';

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

it.each([
  ['a list 33 deep', nested(JSON_BOUNDS.depth + 1), 'body', 'nested deeper'],
  ['objects 10,000 deep', '{"a":'.repeat(10_000), 'body', 'nested deeper'],
  ['too many values', `[${'1,'.repeat(JSON_BOUNDS.values)}1]`, 'body', 'more than 20000 values'],
  ['a field twice', '{"a":1,"b":{"a":2},"a":3}', 'a', 'twice'],
  ['a field twice, once in another spelling', String.raw`{"a":1,"\u0061":2}`, 'a', 'twice'],
  ['a field twice in an object of a list', '[{"a":1},{"b":{},"b":[]}]', '[1].b', 'twice'],
  ['1e309', '{"a":1e309}', 'a', '1e309'],
  ['-1e309', '[-1e309]', '[0]', '-1e309'],
  ['2^53+1', '{"items":[{"quantity":1},{"quantity":9007199254740993}]}', 'items[1].quantity', '9007199254740993'],
  ['U+0000', String.raw`{"a":{"b":"x"},"c":"x\u0000"}`, 'c', 'U+0000'],
  ['U+0000 in a name', String.raw`{"a\u0000":"x"}`, 'a\uFFFD', 'U+0000'],
  ['a lone high surrogate', String.raw`{"a":["x","\ud800"]}`, 'a[1]', 'surrogate'],
  ['a lone low surrogate', String.raw`"\udc00 x"`, 'body', 'surrogate'],
])('%s is a fault, of the field that has it', (_what, text, field, message) => {
  expect(findJsonFault(text)).toEqual({ field, message: expect.stringContaining(message) as string });
});

it.each([
  ['as deep as may be', nested(JSON_BOUNDS.depth)],
  ['as many values as may be', `[${'1,'.repeat(JSON_BOUNDS.values - 1)}1]`],
  ['the same field in different objects', '[{"a":1},{"a":{"a":2}}]'],
  ['a value that reads as a field', '{"a":"a","b":["a","a"]}'],
  ['signs inside of strings', String.raw`{"a":"{[,\"\\","b":"}]1e309"}`],
  ['the largest whole number', '[9007199254740991,-9007199254740991,1.5e-300,0.1,-0]'],
  ['a surrogate pair', String.raw`["\ud83d\ude00"]`],
  ['what is no JSON: the parser says so', '{"a'],
  ['an escape that is none', String.raw`"\x"`],
])('nothing speaks against %s', (_what, text) => {
  expect(findJsonFault(text)).toBeUndefined();
});

it('nothing that programs write is a fault', () => {
  const value = fc.jsonValue({ maxDepth: 8 }).filter((each) => !JSON.stringify(each).includes(String.raw`\u0000`));
  fc.assert(
    fc.property(value, (each) => {
      const text = JSON.stringify(each);
      // Numbers beyond 2^53 are faults, and fast-check makes some.
      fc.pre(!/\d{16,}|e\+?\d\d/.test(text));
      expect(findJsonFault(text)).toBeUndefined();
    }),
  );
});
