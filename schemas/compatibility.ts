/** Whether a change of a JSON Schema keeps those working who know only the released one. */
import type { Direction, JsonSchema } from '../events/schemas/json-schemas.ts';
import { alternatives, fieldsOf, isExplanation, isSame, itemsOf, requiredOf, typeOf, valuesOf } from './reading.ts';

/** The keywords that are judged; a change of any other is refused, because nobody knows what it does. */
const JUDGED = new Set([
  ...['type', 'enum', 'const', 'properties', 'required', 'additionalProperties', 'items', 'pattern', 'format'],
  ...['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems'],
]);

/** Bounds, and which of two is the narrower. */
const BOUNDS = {
  minimum: Math.max,
  minLength: Math.max,
  minItems: Math.max,
  maximum: Math.min,
  maxLength: Math.min,
  maxItems: Math.min,
};

/** What may come to a place and what its reader takes; `path` is how people call the place. */
interface Pair {
  readonly path: string;
  readonly sent: JsonSchema;
  readonly taken: JsonSchema;
  readonly direction: Direction;
}

/**
 * What breaks when the released schema `before` becomes `after`, one sentence each; empty where nothing does. A schema
 * that Steadfast writes by must let readers of the released one read on: what is valid now was valid before, and nothing
 * described is gone. One that it reads by must take what was valid before, and still read all that was described.
 */
export function incompatibilities(before: JsonSchema, after: JsonSchema, direction: Direction = 'written'): string[] {
  const [sent, taken] = direction === 'written' ? [after, before] : [before, after];
  return [...new Set(compare({ path: '', sent, taken, direction }))];
}

/** Each alternative that may come must be taken by one of the reader's; where none does, the likest one says why. */
function compare({ path, sent, taken, direction }: Pair): string[] {
  const takers = alternatives(taken);
  return alternatives(sent).flatMap((alternative) => {
    const compared = takers.map((taker) => ({
      isLike: typeOf(taker) === typeOf(alternative),
      findings: compareOne({ path, sent: alternative, taken: taker, direction }),
    }));
    if (compared.some(({ findings }) => findings.length === 0)) return [];
    const like = compared.some(({ isLike }) => isLike) ? compared.filter(({ isLike }) => isLike) : compared;
    return like
      .map(({ findings }) => findings)
      .reduce((one, other) => (other.length < one.length ? other : one), like[0]?.findings ?? []);
  });
}

function compareOne(pair: Pair): string[] {
  const types = compareTypes(pair);
  if (types.length > 0) return types;
  return [...compareValues(pair), ...compareBounds(pair), ...compareForms(pair), ...compareRest(pair)].concat(
    compareFields(pair),
    compareItems(pair),
  );
}

function compareTypes({ path, sent, taken, direction }: Pair): string[] {
  const [type, known] = [typeOf(sent), typeOf(taken)];
  if (known === undefined || type === known || (type === 'integer' && known === 'number')) return [];
  if (type === undefined)
    return [tell(direction, path, `may be of any type, not only ${known}`, `must be ${known} now`)];
  return [tell(direction, path, `may be ${type} now, not only ${known}`, `may be ${known} only, not ${type} any more`)];
}

/** Closed lists stay closed: a value that readers do not know breaks them. */
function compareValues({ path, sent, taken, direction }: Pair): string[] {
  const [values, known] = [valuesOf(sent), valuesOf(taken)];
  if (known === undefined) return [];
  const list = known.map((value) => JSON.stringify(value)).join(', ');
  if (values === undefined)
    return [tell(direction, path, `may have other values than ${list}`, `takes only ${list} now`)];
  return values
    .filter((value) => !known.some((one) => isSame(one, value)))
    .map((value) => JSON.stringify(value))
    .map((word) =>
      tell(direction, path, `may be ${word} now, which is not one of ${list}`, `does not take ${word} any more`),
    );
}

function compareBounds({ path, sent, taken, direction }: Pair): string[] {
  return Object.entries(BOUNDS).flatMap(([bound, narrower]) => {
    const limit = taken[bound] as number | undefined;
    const actual = sent[bound] as number | undefined;
    if (limit === undefined || (actual !== undefined && narrower(limit, actual) === actual)) return [];
    return [changed({ path, direction, keyword: bound, limit, actual })];
  });
}

function compareForms({ path, sent, taken, direction }: Pair): string[] {
  return ['pattern', 'format']
    .filter((form) => taken[form] !== undefined && taken[form] !== sent[form])
    .map((keyword) => changed({ path, direction, keyword, limit: taken[keyword], actual: sent[keyword] }));
}

function compareRest({ path, sent, taken }: Pair): string[] {
  const keywords = new Set([...Object.keys(sent), ...Object.keys(taken)]);
  return [...keywords]
    .filter((keyword) => !JUDGED.has(keyword) && !isExplanation(keyword) && !isSame(sent[keyword], taken[keyword]))
    .map((keyword) => cannotJudge(path, keyword));
}

function compareItems({ path, sent, taken, direction }: Pair): string[] {
  const items = itemsOf(taken);
  return items === undefined ? [] : compare({ path: `${path}[]`, sent: itemsOf(sent) ?? {}, taken: items, direction });
}

function compareFields(pair: Pair): string[] {
  const { path, sent, taken, direction } = pair;
  const [sentFields, takenFields] = [fieldsOf(sent), fieldsOf(taken)];
  const [before, after] = direction === 'written' ? [takenFields, sentFields] : [sentFields, takenFields];
  const removed = [...before.keys()].filter((name) => !after.has(name));
  const missing = requiredOf(taken).filter((name) => !requiredOf(sent).includes(name) && !removed.includes(name));
  return [
    ...removed.map((name) => `${under(path, name)} was removed`),
    ...missing.map((name) => tell(direction, under(path, name), 'may be absent now', 'must be given now')),
    ...[...takenFields].flatMap(([name, field]) => {
      const other = sentFields.get(name);
      return other === undefined ? [] : compare({ path: under(path, name), sent: other, taken: field, direction });
    }),
    ...compareOpenness(pair),
  ];
}

/** Readers that take no other fields than those described break with each new one. */
function compareOpenness({ path, sent, taken, direction }: Pair): string[] {
  const { additionalProperties: others = true } = taken;
  if (others === true || isSame(others, {})) return [];
  if (others !== false)
    return isSame(sent.additionalProperties, others) ? [] : [cannotJudge(path, 'additionalProperties')];
  if (sent.additionalProperties !== false)
    return [tell(direction, path, 'may have any other fields now', 'takes no other fields any more')];
  const added = direction === 'read' ? [] : [...fieldsOf(sent).keys()].filter((name) => !fieldsOf(taken).has(name));
  return added.map((name) => `${under(path, name)} is new, and readers take no other fields`);
}

/** What a change of a restriction means; `limit` is what the reader takes. */
function changed(change: {
  readonly path: string;
  readonly direction: Direction;
  readonly keyword: string;
  readonly limit: unknown;
  readonly actual: unknown;
}): string {
  const { path, direction, keyword } = change;
  const [limit, actual] = [tellLimit(change.limit), tellLimit(change.actual)];
  return tell(
    direction,
    path,
    `has ${keyword} ${actual} now, not ${limit}`,
    `has ${keyword} ${limit} now, not ${actual}`,
  );
}

function tellLimit(limit: unknown): string {
  if (limit === undefined) return 'none';
  return typeof limit === 'string' ? limit : JSON.stringify(limit);
}

function cannotJudge(path: string, keyword: string): string {
  return `${path === '' ? '' : `${path}: `}${keyword} has changed, and nobody can judge what that breaks`;
}

/** A sentence about a place: of what readers meet, or of what senders meet. */
function tell(direction: Direction, path: string, toReaders: string, toSenders: string): string {
  return `${path === '' ? 'it' : path} ${direction === 'written' ? toReaders : toSenders}`;
}

function under(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
